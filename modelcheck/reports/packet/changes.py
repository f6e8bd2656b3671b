"""What changed between two packets: texts, assumptions, verdicts, counts and runs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from modelcheck.counts import counted
from modelcheck.reports.packet.document import (
    Block,
    Bullets,
    Code,
    Folded,
    Heading,
    Inline,
    Paragraph,
    Strong,
    Text,
    Verbatim,
)
from modelcheck.reports.trace_text import quoted

if TYPE_CHECKING:
    from modelcheck.reports.packet.data import Kept, KeptChapter, KeptCheck, KeptProperty

_CONTEXT = 2
"""Lines around a change of the text."""

_NOT_BEFORE, _NOT_NOW = "was left out of the earlier packet", "was left out this time"
"""What is said of a check that is there and was not run."""


def changes(old: Kept, new: Kept) -> list[Block]:
    """What a reader of the old packet has to know."""
    blocks: list[Block] = []
    if old.version != new.version:
        blocks.append(Paragraph((f"modelcheck was {old.version}, and is {new.version}.",)))
    if old.changed != new.changed:
        told = tuple(part for given in old.changed for part in (" ", Code(given)))
        blocks.append(
            Paragraph(("The earlier packet was made", *((" with", *told) if told else (" without options",)), "."))
        )
    for chapter in new.specs:
        before = _before(chapter, old, new)
        if before is None:
            is_new = _NOT_BEFORE if old.interrupted else "was not in the earlier packet"
            blocks.append(Paragraph((Code(chapter.file), f" {is_new}.")))
        else:
            blocks += _chapter(_Pair(old, before), _Pair(new, chapter))
    if len(old.specs) > 1 or len(new.specs) > 1:
        there = {chapter.file for chapter in new.specs}
        # Whether it still exists, nobody has looked: only what was named is in a packet.
        is_gone = _NOT_NOW if new.interrupted else "is not in this packet"
        blocks += [Paragraph((Code(gone.file), f" {is_gone}.")) for gone in old.specs if gone.file not in there]
    return blocks or [Paragraph(("Nothing: the texts, assumptions, verdicts, counts and runs are the same.",), "good")]


def _before(chapter: KeptChapter, old: Kept, new: Kept) -> KeptChapter | None:
    """The chapter of the same file; of two packets on one file each, that file, whatever it is called."""
    if len(old.specs) == len(new.specs) == 1:
        return old.specs[0]
    return next((one for one in old.specs if one.file == chapter.file), None)


class _Pair(NamedTuple):
    """A chapter and the packet that it is of."""

    packet: Kept
    chapter: KeptChapter

    def left_out(self, check: str) -> bool:
        """Whether a check that is not in the chapter was not asked for, or not come to."""
        return self.packet.interrupted or check in self.chapter.not_run


def _chapter(before: _Pair, now: _Pair) -> Iterator[Block]:
    old, new = before.chapter, now.chapter
    items = list(_checks(before, now))
    edits = list(_edits(old, new))
    if items or edits or old.file != new.file:
        yield Heading(3, new.file)
    if old.file != new.file:
        yield Paragraph(("The earlier packet is about ", Code(old.file), "."))
    if items:
        yield Bullets(tuple(items))
    if edits:
        added, removed = (sum(line.startswith(sign) for line in edits) for sign in "+-")
        lines = f"{counted(added, 'line')} of the text new, {counted(removed, 'line')} gone"
        if not items:
            yield Paragraph(("The text is another one; assumptions, verdicts, counts and runs are the same.",))
        yield Folded(lines, (Verbatim("\n".join(edits), "diff"),))


def _checks(before: _Pair, now: _Pair) -> Iterator[Text]:
    checks = {check.name: check for check in before.chapter.checks}
    for check in now.chapter.checks:
        earlier = checks.pop(check.name, None)
        if earlier is None:
            is_new = _NOT_BEFORE if before.left_out(check.name) else "is new"
            yield f"The check {quoted(check.name)} {is_new}: ", *_all(check)
        else:
            yield from ((Strong(f"In {quoted(check.name)}: "), *told) for told in _check(earlier, check))
    for name in checks:
        yield (f"The check {quoted(name)} {_NOT_NOW if now.left_out(name) else 'is gone'}.",)


def _all(check: KeptCheck) -> Text:
    return (", ".join(f"{one.name} {one.verdict}" for one in check.properties) + ".",)


def _edits(old: KeptChapter, new: KeptChapter) -> Iterator[str]:
    if old.sha256 == new.sha256:
        return
    lines = difflib.unified_diff(old.text.splitlines(), new.text.splitlines(), n=_CONTEXT, lineterm="")
    # The first two name files.
    yield from list(lines)[2:]


def _check(old: KeptCheck, new: KeptCheck) -> Iterator[Text]:
    before, after = dict(old.assumptions), dict(new.assumptions)
    for name in dict.fromkeys([*after, *before]):
        if before.get(name) != after.get(name):
            yield f"assumed of {name}: ", *_from_to(before.get(name, "nothing"), after.get(name, "nothing"))
    verdicts = {one.name: one for one in old.properties}
    for one in new.properties:
        earlier = verdicts.pop(one.name, None)
        if earlier is None:
            yield Strong(one.name), f" is asked now: {one.verdict}"
        else:
            yield from _verdict(earlier, one)
    yield from ((Strong(name), " is not asked any more") for name in verdicts)
    if old.states != new.states:
        yield "looked at: ", *_from_to(_counts(old), _counts(new))
    if old.bounds_hit != new.bounds_hit:
        told = (", ".join(one.bounds_hit) or "none" for one in (old, new))
        yield "bounds that cut runs off: ", *_from_to(*told)


def _verdict(old: KeptProperty, new: KeptProperty) -> Iterator[Text]:
    if old.verdict != new.verdict:
        yield Strong(new.name), ": ", *_from_to(old.verdict, new.verdict)
    elif old.scope != new.scope:
        yield Strong(new.name), f" is still {new.verdict}: ", *_from_to(old.scope, new.scope)
    elif _open(old) != _open(new):
        yield Strong(new.name), f" is still {new.verdict}: ", *_from_to(_open(old), _open(new))
    elif old.steps != new.steps:
        yield Strong(new.name), f" is still {new.verdict}, by a run of ", *_from_to(_steps(old), _steps(new))
    elif (old.trace, old.loop_start) != (new.trace, new.loop_start):
        yield Strong(new.name), f" is still {new.verdict}, by another run"
    elif old.more != new.more:
        other = "counterexamples" if new.verdict == "violated" else "runs"
        yield Strong(new.name), f" is still {new.verdict}: the other {other} are not the same"
    if old.ok != new.ok:
        yield Strong(new.name), ": ", *_from_to(*("as expected" if one.ok else "not as expected" for one in (old, new)))


def _open(one: KeptProperty) -> str:
    """Why a verdict is unknown, and what was seen all the same."""
    return ": ".join(filter(None, (one.reason, one.evidence)))


def _steps(one: KeptProperty) -> str:
    return counted(one.steps or 0, "step")


def _counts(check: KeptCheck) -> str:
    states = check.states
    return (
        f"{counted(states.explored, 'state')} visited" if states.distinct is None else counted(states.distinct, "state")
    )


def _from_to(before: str, after: str) -> Sequence[Inline]:
    return before, " → ", Strong(after)
