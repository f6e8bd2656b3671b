"""Runs made up at random: of any length, with every kind of step and every fate of a message."""

from __future__ import annotations

from random import Random

from msgspec import Struct

from modelcheck.frozen import field, replace
from modelcheck.semantics.trace import Change, Component, Message, Step, StepKind, Trace

HOSTILE = [
    "<script>alert(1)</script>",
    "]]> & \"quoted\" 'twice'",
    "line\nbreak\ttab\r\x00\x1b[31m\x7f",
    "\u202eright to left\u200f\u2066 אבג شكرا",
    "日本語の名前 \N{GRINNING FACE} e\u0301\u0302\u0303\u0304 \ud800 \ufffe",
    "x" * 200,
    "W" * 60 + " " + "m" * 60,
    "url(javascript:alert(1)) {{7*7}} -->",
    "\ufdfd\ufdfd " + "\N{THREE-EM DASH}" * 5,
    "",
]


class Maker(Struct):
    """A run that grows."""

    dice: Random
    agents: tuple[str, ...]
    words: list[str]
    steps: list[Step] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    parted: str = "none"

    def word(self) -> str:
        return self.dice.choice(self.words)

    def flying(self) -> list[Message]:
        return [m for m in self.messages if not m.received and m.lost is None and m.same_as is None]

    def set(self, message: Message) -> None:
        self.messages[message.number] = message

    def send(self, source: str, target: str, text: str, **fate: object) -> None:
        number = len(self.messages)
        made = Message(number, text, text, source, target, len(self.steps))
        self.messages.append(replace(made, **fate))

    def up(self) -> list[str]:
        return [agent for agent in self.agents if self.states[f"{agent}.status"] == "up"]

    def components(self) -> tuple[Component, ...]:
        """What the states consist of, by their names."""
        return tuple(map(self._component, self.states))

    def _component(self, name: str) -> Component:
        agent = next((agent for agent in self.agents if name.partition(".")[0] == agent), "")
        if not agent:
            return Component(name, "environment", name)
        variable = name.removeprefix(agent).removeprefix(".")
        return Component(
            name, "control" if not variable else "status" if variable == "status" else "variable", variable, agent
        )

    def take(self, kind: StepKind, actor: str, action: str, changed: dict[str, str], members: tuple[str, ...]) -> None:
        number = len(self.steps)
        pairs = changed.items()
        changes = tuple(Change(name, self.states[name], after) for name, after in pairs if self.states[name] != after)
        self.states |= changed
        fault = kind in {"crash", "lose", "duplicate", "corrupt", "forge", "partition", "fault"}
        last = {a: max((s.number for s in self.steps if a in s.agents), default=0) for a in members}
        state = tuple(self.states.items())
        causes = tuple(sorted({*last.values()} - {number}))
        self.steps.append(Step(number, actor, action, fault, changes, state, kind=kind, agents=members, causes=causes))


def generated(seed: int, *, agents: int = 7, steps: int = 60, hostile: bool = False, loop: bool = False) -> Trace:
    """A run, the same for the same arguments."""
    dice = Random(seed)  # noqa: S311 - for variety, not for secrets
    words = HOSTILE if hostile else ["Prepare", "Vote(yes: true)", "Append(term: 3, entries: [1, 2])", "Ok", "Commit"]
    names = tuple(f"{'Participant' if at else 'Coordinator'}[{at}]" for at in range(agents))
    maker = Maker(dice, names, words)
    for name in names:
        maker.states |= {name: "Working", f"{name}.status": "up", f"{name}.log": "[]"}
    maker.states["partition of Participant"] = "none"
    maker.take("start", "", "start", {}, ())
    while len(maker.steps) <= steps:
        _one(maker)
    start = dice.randrange(steps) if loop else None
    facts = tuple(maker.word() for _ in range(3))
    grounds = (len(maker.steps) - 1,)
    conclusion = f"broken is false here: {maker.word()}"
    steps_, messages, parts = tuple(maker.steps), tuple(maker.messages), maker.components()
    return Trace(steps_, conclusion, facts, start, names, messages, grounds, parts)


def _one(maker: Maker) -> None:
    dice, number, up = maker.dice, len(maker.steps), maker.up()
    flying = maker.flying()
    shape = dice.randrange(20)
    if not up or shape == 0:
        maker.take("tick", "environment", "a tick passes", {}, ())
    elif shape <= 6 and flying:
        _receive(maker, dice.choice(flying))
    elif shape <= 10 and flying:
        _strike(maker, dice.choice(flying), shape)
    elif shape == 11:
        _crash_or_recover(maker, dice.choice(maker.agents))
    elif shape == 12:
        _part(maker)
    elif shape == 13:
        _round(maker)
    elif shape == 14:
        source, target = dice.choice(up), dice.choice(maker.agents)
        text = maker.word()
        maker.send(source, target, text, forged=True)
        maker.take("forge", source, f"sends forged {text} to {target}", {}, (source,))
    elif shape == 15:
        agent = dice.choice(up)
        maker.take("fault", agent, maker.word(), {f"{agent}.log": maker.word()}, (agent,))
    else:
        source = dice.choice(up)
        text = maker.word()
        for target in dice.sample(maker.agents, min(dice.randrange(1, 4), len(maker.agents))):
            maker.send(source, target, text)
        if dice.random() < 0.3:
            equal = len(maker.messages) - 1
            maker.send(source, maker.messages[equal].target, text, same_as=equal)
        if dice.random() < 0.1:
            maker.send(source, dice.choice(maker.agents), text, lost=number)
        maker.take("step", source, maker.word(), {source: maker.word(), f"{source}.log": maker.word()}, (source,))


def _receive(maker: Maker, message: Message) -> None:
    number, target = len(maker.steps), message.target
    if target not in maker.up():
        maker.take("tick", "environment", "a tick passes", {}, ())
        return
    maker.set(replace(message, received=(number,)))
    changed = {target: maker.word()} if maker.dice.random() < 0.5 else {f"{target}.log": maker.word()}
    maker.take("receive", target, f"receives {message.text} from {message.source}", changed, (target,))


def _strike(maker: Maker, message: Message, shape: int) -> None:
    number = len(maker.steps)
    if shape <= 8:
        maker.set(replace(message, lost=number))
        maker.take("lose", "environment", f"loses {message.text}", {}, ())
    elif shape == 9:
        maker.send(message.source, message.target, message.text, copy_of=message.number)
        maker.take("duplicate", "environment", f"duplicates {message.text}", {}, ())
    else:
        maker.set(replace(message, lost=number))
        maker.send(message.source, message.target, maker.word(), changed_from=message.number)
        maker.take("corrupt", "environment", f"corrupts {message.text}", {}, ())


def _crash_or_recover(maker: Maker, agent: str) -> None:
    number = len(maker.steps)
    if agent not in maker.up():
        maker.take("recover", agent, "recovers", {f"{agent}.status": "up", agent: maker.word()}, (agent,))
        return
    for message in maker.flying():
        if message.target == agent:
            maker.set(replace(message, lost=number))
    maker.take("crash", agent, "crashes", {f"{agent}.status": "down"}, (agent,))


def _part(maker: Maker) -> None:
    name = "partition of Participant"
    if maker.states[name] != "none":
        maker.take("heal", "environment", "the partition of Participant heals", {name: "none"}, ())
        return
    cut = maker.dice.randrange(1, len(maker.agents))
    sides = " | ".join(f"{{{', '.join(side)}}}" for side in (maker.agents[:cut], maker.agents[cut:]))
    maker.take("partition", "environment", f"partition {sides}", {name: sides}, ())


def _round(maker: Maker) -> None:
    number, up = len(maker.steps), maker.up()
    for message in maker.flying():
        if message.target in up:
            maker.set(replace(message, received=(number,)))
    for source in up:
        text = maker.word()
        for target in maker.agents:
            maker.send(source, target, text)
    maker.take("round", "environment", "round", {agent: maker.word() for agent in up}, tuple(up))
