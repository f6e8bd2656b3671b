"""The peers' models for SPIN, written by program: Promela has neither sets nor quantifiers.

Each step is one `d_step`, so it is atomic as it is in the specification, and sets are bits of a number. Each file's
states are those of the specification, but for one that `ring` adds.
"""

from __future__ import annotations

from collections.abc import Iterable

ACKNOWLEDGE, RELEASE = 20, 21


def two_phase(managers: int) -> str:
    """Lamport's two-phase commit. One process takes all steps: a process each would cost SPIN 1.5 times the time."""
    everybody = (1 << managers) - 1
    commit, abort = 1 << managers, 2 << managers
    steps = [
        f"tm==0 && prep=={everybody} -> tm=1; msgs = msgs | {commit}",
        f"tm==0 -> tm=2; msgs = msgs | {abort}",
    ]
    for rm in range(managers):
        steps += [
            f"tm==0 && (msgs & {1 << rm}) -> prep = prep | {1 << rm}",
            f"rm[{rm}]==0 -> rm[{rm}]=1; msgs = msgs | {1 << rm}",
            f"rm[{rm}]==0 -> rm[{rm}]=3",
            f"(msgs & {commit}) -> rm[{rm}]=2",
            f"(msgs & {abort}) -> rm[{rm}]=3",
        ]
    committed, aborted = (_any(f"rm[{rm}]=={value}" for rm in range(managers)) for value in (2, 3))
    steps.append(f"{committed} && {aborted} -> assert(false)")
    variables = f"byte rm[{managers}]; byte tm; short prep; short msgs;"
    return "\n".join([variables, *_process("active proctype M()", steps)])


def mutex(max_clock: int) -> str:
    """Lamport's mutual exclusion with three processes; a message is a stamp, an acknowledgement or a release."""
    head = f"""#define ACK {ACKNOWLEDGE}
#define REL {RELEASE}
#define CH(p,q) net[(p)*2+((q)>(p) -> (q)-1 : (q))]
#define O1 ((me==0) -> 1 : 0)
#define O2 ((me==2) -> 1 : 2)
#define beats(p,q) (req[(p)*3+(q)]==0 || req[(p)*3+(p)]<req[(p)*3+(q)] || (req[(p)*3+(p)]==req[(p)*3+(q)] && (p)<(q)))
#define NC(c) ((c)>clock[me] -> (c)+1 : clock[me]+1)
#define me _pid
#define N1 net[me*2]
#define N2 net[me*2+1]
chan net[6] = [3] of {{ byte }};
byte clock[3]=1; byte req[9]; byte ack[3]; byte crit;"""
    steps = [
        "req[me*4]==0 -> req[me*4]=clock[me]; N1!clock[me]; N2!clock[me]; ack[me]=1<<me",
        "ack[me]==7 && beats(me,O1) && beats(me,O2) -> crit = crit | (1<<me); assert(crit==(1<<me))",
        "(crit & (1<<me)) -> crit = crit & ~(1<<me); N1!REL; N2!REL; req[me*4]=0; ack[me]=0",
    ]
    for other in ("O1", "O2"):
        waiting, take = f"nempty(CH({other},me)) && CH({other},me)", f"CH({other},me)?c"
        steps += [
            f"{waiting}?[ACK] -> {take}; ack[me] = ack[me] | (1<<{other}); c=0",
            f"{waiting}?[REL] -> {take}; req[me*3+{other}]=0; c=0",
        ]
        steps += [
            f"clock[me]<{max_clock} && {waiting}?[{stamp}] -> "
            f"{take}; req[me*3+{other}]={stamp}; clock[me]=NC({stamp}); CH(me,{other})!ACK; c=0"
            for stamp in range(1, max_clock)
        ]
    return "\n".join([head, *_process("active [3] proctype P()", steps, "byte c;")])


def paxos(max_ballot: int) -> str:
    """Paxos with three acceptors and two values.

    A promise is 1 + 3 * (ballot of the vote, from 1; 0 for none) + its value (1, 2; 0 for none), 0 if not sent.
    """
    ballots, values, pairs = range(max_ballot + 1), (1, 2), ((0, 1), (0, 2), (1, 2))
    count = len(ballots)

    def promised(first: int, second: int, ballot: int, value: int) -> str:
        x, y = (f"m1b[{acceptor * count + ballot}]" for acceptor in (first, second))
        later = [
            f"(({p}-1)/3)>0&&(({p}-1)%3)=={value}&&(({p}-1)/3)>=(({q}-1)/3)"  # p's vote is the later one
            for p, q in ((x, y), (y, x))
        ]
        return f"({x}>0&&{y}>0&&(({x}==1&&{y}==1)||({later[0]})||({later[1]})))"

    def chosen(value: int) -> str:
        return _any(
            f"(m2b[{a * count + ballot}]=={value}&&m2b[{b * count + ballot}]=={value})"
            for ballot in ballots
            for a, b in pairs
        )

    leader, acceptor = [], []
    for ballot in ballots:
        leader.append(f"true -> m1a = m1a | {1 << ballot}")
        leader += [
            f"m2a[{ballot}]==0 && {_any(promised(a, b, ballot, value) for a, b in pairs)} -> m2a[{ballot}]={value}"
            for value in values
        ]
        promise = f"maxBal[me]={ballot + 1}; m1b[me*{count}+{ballot}] = 1+3*maxVBal[me]+maxVal[me]"
        vote = f"maxVBal[me]={ballot + 1}; maxVal[me]=m2a[{ballot}]; m2b[me*{count}+{ballot}] = m2a[{ballot}]"
        acceptor += [
            f"(m1a & {1 << ballot}) && {ballot + 1} > maxBal[me] -> {promise}",
            f"m2a[{ballot}]>0 && {ballot + 1} >= maxBal[me] -> maxBal[me]={ballot + 1}; {vote}",
        ]
    leader.append(f"{chosen(1)} && {chosen(2)} -> assert(false)")
    variables = f"""#define me (_pid-1)
byte maxBal[3]; byte maxVBal[3]; byte maxVal[3];
byte m1a; byte m1b[{3 * count}]; byte m2a[{count}]; byte m2b[{3 * count}];"""
    return "\n".join(
        [variables, *_process("active proctype L()", leader), *_process("active [3] proctype A()", acceptor)]
    )


def ring(nodes: int) -> str:
    """Chang and Roberts. SPIN has one beginning, so a first process chooses the initiators: one state more."""
    wrong = _any(
        f"(st[{n}]==2 && (!(ini&{1 << n}) || {_any(_unbeaten(n, m) for m in range(nodes) if m != n)}))"
        for n in range(nodes)
    )
    head = f"""short ini; byte st[{nodes}]; byte msgs[{nodes}]; bool pcs[{nodes}]; bool go;
#define me (_pid-1)
#define nx ((_pid=={nodes}) -> 0 : _pid)
init {{
  byte i;
  atomic {{ do :: i<{nodes} -> if :: ini = ini | (1<<i); st[i]=0 :: st[i]=1 fi; i++ :: else -> break od; i=0; go=1; }}
end: do :: d_step {{ go && {wrong} -> assert(false) }} od
}}"""
    steps = ["go && pcs[me]==0 -> if :: (ini & (1<<me)) -> msgs[nx] = msgs[nx] | (1<<me) :: else fi; pcs[me]=1"]
    steps += [
        f"pcs[me]==1 && (msgs[me] & {1 << claim}) -> msgs[me] = msgs[me] & ~{1 << claim}; "
        f"if :: st[me]==1 -> msgs[nx] = msgs[nx] | {1 << claim} "
        f":: st[me]!=1 && {claim} < me -> st[me]=1; msgs[nx] = msgs[nx] | {1 << claim} "
        f":: st[me]!=1 && {claim} == me -> st[me]=2 :: else fi"
        for claim in range(nodes)
    ]
    return "\n".join([head, *_process(f"active [{nodes}] proctype Nd()", steps)])


def _unbeaten(winner: int, other: int) -> str:
    """The other one has not lost, or is an initiator with a smaller identity."""
    return f"st[{other}]!=1 || ((ini&{1 << other}) && {int(other < winner)})"


def _any(conditions: Iterable[str]) -> str:
    return f"({'||'.join(conditions)})"


def _process(head: str, steps: Iterable[str], variables: str = "") -> list[str]:
    """A process that takes any of its steps, for ever, and may rest at any time."""
    return [f"{head} {{ {variables}", "end: do", *(f":: d_step {{ {step} }}" for step in steps), "od", "}"]
