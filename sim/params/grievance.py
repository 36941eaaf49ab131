"""Parameters of sim/core/processes/grievance.py: how anger at armed men grows and fades."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Grievance(Bounded):
    """How anger at armed men grows and fades."""

    on: bool = switch("grievance")
    rise: float = number(
        0.0129,
        "1/day",
        (0.0, 0.08),
        "fitted in experiments/02_record; prior: assumed",
    )
    violence: float = number(
        0.02, "10,000/harmed", (0.0, 0.1), "assumed; Condra and Shapiro 2012 give the sign"
    )
    half_life: float = number(
        38.5,
        "days",
        (7.0, 90.0),
        "fitted in experiments/02_record; prior: Condra and Shapiro 2012: under four weeks",
    )
    informed: float = number(
        0.2, "1", (0.1, 0.3), "literature/mechanisms 2, judgement: information without support"
    )
    selective: float = number(0.25, "1", (0.2, 0.33), "literature/mechanisms 1, judgement: 3 to 5 to 1")
    outsider: float = number(2.0, "1", (1.5, 3.0), "judgement on Lyall, Blair and Imai 2013")
    insider: float = number(0.5, "1", (0.25, 1.0), "judgement on Lyall, Blair and Imai 2013")
