"""Deliberate mistakes in the search for fair runs: what the comparison with the oracle must notice.

Each is a replacement in the text of one function, so that a mistake which no longer applies is told.
"""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import dataclass
from types import ModuleType

import pytest

from modelcheck.analysis.liveness import assessment, components, edges, lasso, product, reaching, slots, ways
from modelcheck.ltl.formula import FALSE, Atom, Formula, eventually
from tests.differential.liveness.labelled import Edge, Labelled, State


@dataclass(frozen=True)
class Mutant:
    """A mistake: in which function of which module, and what stands there instead of what.

    `shown_by` is a graph that shows it, with the formula that `shown_with` is, where random graphs seldom do.
    """

    name: str
    module: ModuleType
    function: str
    find: str
    replace: str
    shown_by: Labelled | None = None
    shown_with: Formula = FALSE

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        text = textwrap.dedent(inspect.getsource(getattr(self.module, self.function)))
        assert text.count(self.find) == 1, f"'{self.name}' does not apply"
        namespace = dict[str, object]()
        known = vars(slots) | vars(self.module)
        exec(compile(text.replace(self.find, self.replace), self.function, "exec"), known, namespace)  # noqa: S102 - our own text
        original = getattr(self.module, self.function)
        for module in (edges, assessment, components, reaching, ways, product, lasso):
            # Modules that call it have it under the same name.
            if getattr(module, self.function, None) is original:
                patch.setattr(module, self.function, namespace[self.function])


NOTED = "if label != 0 and class_of(ctx, label)[CLASS_TAKEN] != stamp:"
TAKEN = "if marks != 0 and is_open != 0:"
# A class that is enabled by a step that was cut off, and taken by one that is not owed.
TAKEN_UNOWED = Labelled((State(0, (Edge(0, 0), Edge(None, 0, "weak"))),))
# No run can stay here for ever, but what it takes is taken somewhere.
UNFAIR = State(0, (Edge(3, 0, "strong"), Edge(None, 2, "weak")))
# Without state 0 nothing takes class 1 any more, which state 1 enables: only in state 2 can a fair run rest.
TWICE_DEEP = Labelled(
    (
        State(0, (Edge(1, 1, "strong"), Edge(None, 0, "strong"))),
        State(0, (Edge(2), Edge(None, 1, "strong"))),
        State(0, (Edge(0), Edge(1), Edge(3))),
        UNFAIR,
    )
)
# Something owed strongly keeps runs from going through state 0 again and again, but not from staying in state 1.
ONE_RESTS = Labelled((State(0, (Edge(1), Edge(None, 0, "strong"))), State(0, (Edge(0),))))
# The same where it is taken elsewhere.
ONE_OF_TWO_RESTS = Labelled(
    (
        State(0, (Edge(1), Edge(None, 0, "strong"))),
        State(0, (Edge(0), Edge(2))),
        State(0, (Edge(3, 3, "weak"),)),
        UNFAIR,
    )
)
# Only behind state 1, which is in no fair component, can a run rest.
BEHIND_A_BARRED_ONE = Labelled(
    (State(0, (Edge(1, 1, "weak"),)), State(0, (Edge(2), Edge(None, 0, "strong"))), State(0, ()))
)
STRENGTH = "strength = strength_of(ctx, label)"

MUTANTS = (
    Mutant(
        "enabledness computed in the restricted component",
        assessment,
        "visit",
        NOTED,
        "letter = (mask & STATE_ATOMS) | ((edge >> STEP_SHIFT) << STEP_SHIFT)\n"
        "        stays = (edge & TARGET) != 0 and inside(ctx, letter, q, (edge & TARGET) - 1, region) != 0\n"
        "        if label != 0 and stays and class_of(ctx, label)[CLASS_TAKEN] != stamp:",
    ),
    Mutant(
        "edges that were cut off not counted as enabled",
        assessment,
        "visit",
        NOTED,
        "if label != 0 and (edge & TARGET) != 0 and class_of(ctx, label)[CLASS_TAKEN] != stamp:",
    ),
    Mutant("no stutter in a component", assessment, "visit", "if seen != all_marks:", "if left == NONE:"),
    Mutant("no stutter on the way", components, "advance", "while left != 0:", "while left > 1:"),
    Mutant(
        "a node alone that owes nothing refused", assessment, "owes_alone", "strength_of(ctx, label) != 0", "label != 0"
    ),
    Mutant("a node that leads back taken for one that does not", assessment, "owes_alone", "return 0", "owes = owes"),
    Mutant(
        "stutter in states whose edges are not known",
        edges,
        "first_word",
        "if record[RECORD_START] >> START_COUNT == 0:",
        "if record[RECORD_START] == NONE:",
    ),
    Mutant("no Streett recursion: refused", assessment, "conclusion", "answer = 2", "return 0", ONE_RESTS),
    Mutant("no Streett recursion: accepted", assessment, "conclusion", "answer = 2", "answer = 1"),
    Mutant(
        "one state too many left out",
        components,
        "postpone",
        "if records[node] == region:",
        "if records[node] == region and k != 0:",
        ONE_OF_TWO_RESTS,
    ),
    Mutant("states that enable what is bad kept", assessment, "exclude_suspects", "!= 0:", "== NONE:"),
    Mutant(
        "states that enable what is bad thought unreachable", components, "reach", "known == BARRED", "known == NONE"
    ),
    Mutant("no way on from what is barred", reaching, "pass_on", "done < ctx[PASSED_TOP]", "done < 0"),
    Mutant(
        "barred on the way of a search",
        components,
        "advance",
        "known == BARRED",
        "known == NONE",
        BEHIND_A_BARRED_ONE,
        eventually(Atom(0)),
    ),
    Mutant("a group barred for a strong class", reaching, "bar_nodes", "answer == 0", "answer != 1", ONE_RESTS),
    Mutant("step atoms taken for false", edges, "first_word", "m[MOVE_MUST] & STATE_ATOMS", "m[MOVE_MUST]"),
    Mutant("what is owed weakly owed strongly", assessment, "note_enabled", "strength == 2", "strength != 0"),
    Mutant("what is owed strongly owed weakly", assessment, "note_enabled", STRENGTH, "strength = label % 3 != 1"),
    Mutant("what is owed strongly not owed", assessment, "note_enabled", "strength == 2", "strength == 3"),
    Mutant("what is owed weakly not owed", assessment, "note_enabled", "strength == 1", "strength == 3"),
    Mutant("what is not owed owed weakly", assessment, "note_enabled", "strength == 1", "strength <= 1"),
    Mutant(
        "weak where it is enabled somewhere", assessment, "conclusion", "[CLASS_COUNT] == count", "[CLASS_COUNT] != 0"
    ),
    Mutant(
        "enabled at a state counted for each edge",
        assessment,
        "note_enabled",
        "own[CLASS_VISIT] != ctx[VISIT]",
        "own[CLASS_VISIT] != NONE",
    ),
    Mutant(
        "taken also where the step leaves the component",
        assessment,
        "visit",
        TAKEN,
        "if is_open != 0:",
    ),
    Mutant("never taken", assessment, "visit", TAKEN, "if label == NONE:"),
    Mutant(
        "taken only by choices that are owed",
        assessment,
        "visit",
        TAKEN,
        "if marks != 0 and is_open != 0 and (label - 1) % 3 != 0:",
        TAKEN_UNOWED,
    ),
    Mutant(
        "marks of the state instead of the edge",
        assessment,
        "inside",
        "            if record",
        "            found = found | m[MOVE_MARKS]\n            if record",
    ),
    Mutant("marks not looked at", assessment, "conclusion", "ctx[SEEN] != (FAIR | ctx[ALL_MARKS])", "ctx[SEEN] == 0"),
    Mutant(
        "letters of the state instead of the step",
        components,
        "advance",
        "letter = (mask & STATE_ATOMS) | ((edge >> STEP_SHIFT) << STEP_SHIFT)",
        "letter = mask",
    ),
    Mutant(
        "letters of the state instead of the step in a component",
        assessment,
        "visit",
        "letter = (mask & STATE_ATOMS) | ((edge >> STEP_SHIFT) << STEP_SHIFT)",
        "letter = mask",
    ),
    Mutant("one initial state", reaching, "search_all", "while s < initial:", "while s < 1:"),
    Mutant("one log", edges, "edges_at", "& 7", "& 0"),
    Mutant("components of one state", components, "close", "(f[FRAME_LOW] & 1) == 0", "ctx != 0"),
    Mutant("low numbers not handed up", components, "search", "above[FRAME_LOW] = f[FRAME_LOW]", "pass"),
    Mutant("edges into finished components", components, "advance", "(known & VISITED) != 0 and", "known != 0 and"),
    Mutant(
        "the rest searched once",
        reaching,
        "search_pending",
        "move_down(ctx, first, count + 2)",
        "return 0",
        TWICE_DEEP,
    ),
    Mutant(
        "reached everywhere though it cannot wait",
        product,
        "reached_everywhere",
        "m.target == q and not m.must | m.must_not",
        "m.target == q",
    ),
    Mutant(
        "reached everywhere though more was asked",
        product,
        "reached_everywhere",
        "m.must & move.must == move.must and m.must_not & move.must_not == move.must_not",
        "m",
    ),
    Mutant("what is reached everywhere leads nowhere", reaching, "claim_barred", ") != 0:\n", ") == NONE:\n"),
    Mutant("what is reached everywhere not searched", reaching, "search_everywhere", "== UNKNOWN", "== NONE"),
    Mutant("hopeless by one state", product, "hopeful_groups", "if state in reach[other]}", "if other == state}"),
    Mutant("a loop that lacks marks", lasso, "_lacking", "if not marks >> mark & 1:", "if mark < 0:"),
    Mutant(
        "a loop that owes something strongly", lasso, "_lacking", "sorted(strong - taken)", "sorted(strong - strong)"
    ),
    Mutant("a loop that owes something weakly", lasso, "_lacking", "(weak or set()) - taken", "taken - taken"),
    Mutant("a loop that leaves its component", ways, "leave", "region == 0 or ", "ctx != 0 or "),
    Mutant("ways count the edges from one", ways, "leave", "k = count - 1 - left", "k = count - left"),
)
