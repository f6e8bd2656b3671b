"""The classes of failure detectors by what they promise (Chandra and Toueg 1996; Chandra, Hadzilacos and Toueg 1996).

All that suspect are strongly complete: from some time on, whoever has crashed is suspected for ever by all that run.
"""

from __future__ import annotations

from typing import Literal

from modelcheck.frozen import Frozen


class DetectorClass(Frozen):
    """What a class tells and promises.

    `accuracy`: `strong`, nobody is suspected who runs; `weak`, some agent that never crashes is suspected by nobody.
    `perpetual`: the accuracy holds from the start, else from some time on.
    """

    tells: Literal["suspicions", "leader"]
    accuracy: Literal["strong", "weak"]
    perpetual: bool


PERFECT = DetectorClass("suspicions", "strong", perpetual=True)
EVENTUALLY_PERFECT = DetectorClass("suspicions", "strong", perpetual=False)
STRONG = DetectorClass("suspicions", "weak", perpetual=True)
EVENTUALLY_STRONG = DetectorClass("suspicions", "weak", perpetual=False)
OMEGA = DetectorClass("leader", "weak", perpetual=False)
"""From some time on all that run follow the same agent, one that never crashes."""
