"""Parameters of sim/core/processes/support.py: whom a town leans to."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Support(Bounded):
    """Whom a town leans to."""

    on: bool = switch("support")
    governing: float = number(1.0, "1", (0.0, 2.0), "assumed, MODEL form: weight of services of the holder")
    distance: float = number(1.0, "1", (0.0, 2.0), "assumed: weight of ideological distance")
    grievance: float = number(2.0, "1", (0.0, 4.0), "assumed: weight of grievance")
    security: float = number(0.5, "1", (0.0, 1.5), "assumed: weight of security")
    weary: float = number(1.0, "1", (0.0, 3.0), "assumed: weight of weariness on choosing no one")
    tire: float = number(0.01, "1/day", (0.005, 0.02), "literature/mechanisms 13, judgement")
    recover: float = number(0.005, "1/day", (0.0, 0.02), "assumed")
    days: float = number(30.0, "days", (14.0, 90.0), "assumed: time constant of opinion")
    no_one: float = number(0.4, "1", (0.2, 0.6), "Caerus 2014: 40 % in Aleppo, Sep 2013 to Jan 2014")
