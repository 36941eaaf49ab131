"""Parameters of sim/core/processes/sponsorship.py: how much sponsors give."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Sponsorship(Bounded):
    """How much sponsors give."""

    on: bool = switch("sponsors pay")
    gulf: float = number(
        1.14,
        "1",
        (0.0, 2.0),
        "fitted in experiments/02_record; prior: assumed: Gulf states' money, 1 is usual",
    )
    private_gulf: float = number(1.0, "1", (0.0, 2.0), "assumed: private Gulf donors' money, 1 is usual")
    turkey: float = number(1.0, "1", (0.0, 2.0), "assumed: Turkey's help, 1 is usual")
    western: float = number(1.0, "1", (0.0, 2.0), "assumed: Western aid, 1 is usual")
    allies: float = number(
        1.0, "1", (0.0, 2.0), "assumed: allies of the government and of the YPG, 1 is usual"
    )
    war_bonus: float = number(
        0.5, "1", (0.0, 1.5), "assumed; The Age/Telegraph 22 Jan 2014: cash to fight ISIS"
    )
    endorsement: float = number(0.05, "1/weight", (0.0, 0.2), "assumed: extra aid per point of endorsement")
