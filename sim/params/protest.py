"""Parameters of sim/core/processes/protest.py: who dares to come out."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Protest(Bounded):
    """Who dares to come out."""

    on: bool = switch("protest")
    turnout: float = number(
        0.0188,
        "1",
        (0.005, 0.1),
        "fitted in experiments/02_record; prior: assumed: share of a town that can be out at once",
    )
    coupling: float = number(0.5, "1", (0.0, 1.0), "assumed: weight of protest along the road")
    deterrence: float = number(2.3, "1", (1.0, 4.0), "Epstein 2002: risk 0.9 at one guard a protester")
    threshold: float = number(
        0.1,
        "1",
        (0.0, 0.3),
        "fitted in experiments/02_record; prior: Epstein 2002",
    )
    days: float = number(2.0, "days", (1.0, 7.0), "assumed: time constant of crowds")
