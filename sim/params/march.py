"""Parameters of sim/core/processes/march.py: columns on the road."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class March(Bounded):
    """Columns on the road."""

    on: bool = switch("columns march")
    speed: float = number(
        42.0,
        "km/day",
        (25.0, 90.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    detour: float = number(
        60.0, "km", (20.0, 200.0), "assumed: road one would rather take than cross an enemy town"
    )
    passage: float = number(0.3, "1", (0.0, 0.8), "assumed: chance of a negotiated passage")
    breakthrough: float = number(
        0.3, "1", (0.1, 0.5), "assumed: loss on hostile ground against overwhelming odds"
    )
    distance: float = number(
        79.2,
        "km",
        (30.0, 80.0),
        "fitted in experiments/02_record; prior: judgement on Boulding 1962; 40 to 80 km",
    )
