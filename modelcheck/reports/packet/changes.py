"""What changed between two packets: texts, assumptions, verdicts, counts and runs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

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
from modelcheck.reports.trace_text import counted, quoted

if TYPE_CHECKING:
    from modelcheck.reports.packet.data import Kept, KeptChapter, KeptCheck, KeptProperty

_CONTEXT = 2
"""Lines around a change of the text."""


def changes(old: Kept, new: Kept) -> list[Block]:
    """What a reader of the old packet has to know."""
    blocks: list[Block] = []
    if old.version != new.version:
        blocks.append(Paragraph((f"modelcheck was {old.version}, and is {new.version}.",)))
    for chapter in new.specs:
        before = _before(chapter, old, new)
        if before is None:
            blocks.append(Paragraph((Code(chapter.file), " is new.")))
        else:
            blocks += _chapter(before, chapter)
    if len(old.specs) > 1 or len(new.specs) > 1:
        there = {chapter.file for chapter in new.specs}
        blocks += [Paragraph((Code(gone.file), " is gone.")) for gone in old.specs if gone.file not in there]
    return blocks or [Paragraph(("Nothing: the texts, assumptions, verdicts, counts and runs are the same.",), "good")]


def _before(chapter: KeptChapter, old: Kept, new: Kept) -> KeptChapter | None:
    """The chapter of the same file; of two packets on one file each, that file, whatever it is called."""
    if len(old.specs) == len(new.specs) == 1:
        return old.specs[0]
    return next((one for one in old.specs if one.file == chapter.file), None)


def _chapter(old: KeptChapter, new: KeptChapter) -> Iterator[Block]:
    items: list[Text] = []
    checks = {check.name: check for check in old.checks}
    for check in new.checks:
        before = checks.pop(check.name, None)
        if before is None:
            items.append((f"The check {quoted(check.name)} is new: ", *_all(check)))
        else:
            items += [(Strong(f"In {quoted(check.name)}: "), *told) for told in _check(before, check)]
    items += [(f"The check {quoted(name)} is gone.",) for name in checks]
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
            yield Strong(one.name), f" is asked now, and is {one.verdict}"
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
    elif old.steps != new.steps:
        yield Strong(new.name), f" is still {new.verdict}, by a run of ", *_from_to(_steps(old), _steps(new))
    elif old.trace != new.trace:
        yield Strong(new.name), f" is still {new.verdict}, by another run"
    if old.ok != new.ok:
        yield Strong(new.name), ": ", *_from_to(*("as expected" if one.ok else "not as expected" for one in (old, new)))


def _steps(one: KeptProperty) -> str:
    return counted(one.steps or 0, "step")


def _counts(check: KeptCheck) -> str:
    states = check.states
    return (
        f"{counted(states.explored, 'state')} visited" if states.distinct is None else counted(states.distinct, "state")
    )


def _from_to(before: str, after: str) -> Sequence[Inline]:
    return before, " → ", Strong(after)
