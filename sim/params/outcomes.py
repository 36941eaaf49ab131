"""Parameters of sim/core/outcomes.py: what counts as what; read by measures and classes, by no rule."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number


@dataclass
class Outcomes(Bounded):
    """What counts as what; read by measures and classes, by no rule."""

    presence: float = number(
        20.0, "men", (1.0, 100.0), "assumed: fewer men are no presence a monitor reports"
    )
    collapse_towns: float = number(0.1, "1", (0.0, 0.3), "declared: share of its first towns")
    collapse_men: float = number(0.25, "1", (0.0, 0.5), "declared: share of its first men")
    resurgent_people: float = number(1.5, "1", (1.2, 2.0), "declared: multiple of its first people")
    resurgent_men: float = number(1.2, "1", (1.0, 2.0), "declared: multiple of its first men")
    trough: float = number(0.6, "1", (0.4, 0.8), "declared: share of its first people")
    regained_people: float = number(0.8, "1", (0.6, 1.0), "declared: share of its first people")
    kept: float = number(30.0, "days", (7.0, 60.0), "declared: days it must be kept")
