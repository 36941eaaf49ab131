"""Parameters of sim/core/outcomes.py: what counts as what; read by measures and classes, by no rule."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number


@dataclass
class Outcomes(Bounded):
    """What counts as what for the focal faction (it); read by measures and classes, by no rule."""

    presence: float = number(20.0, "men", (1.0, 100.0), "assumed")
    """Fewest men that count as a presence in a town; higher counts it as present in fewer towns."""
    collapse_towns: float = number(0.1, "", (0.0, 0.3), "declared")
    """Largest share of its initial towns it may keep in a collapse; higher labels more runs collapse."""
    collapse_men: float = number(0.25, "", (0.0, 0.5), "declared")
    """Largest share of its initial men it may keep in a collapse; higher labels more runs collapse."""
    resurgent_people: float = number(1.5, "", (1.2, 2.0), "declared")
    """Multiple of its initial population that it must hold to be resurgent; higher labels fewer runs so."""
    resurgent_men: float = number(1.2, "", (1.0, 2.0), "declared")
    """Multiple of its initial men that it must have to be resurgent; higher labels fewer runs so."""
    trough: float = number(0.6, "", (0.4, 0.8), "declared")
    """Share of its initial population at which it counts as broken; higher labels fewer runs unbroken."""
    regained_people: float = number(0.8, "", (0.6, 1.0), "declared")
    """Share of its initial population it must regain after a trough; higher labels fewer runs regrouped."""
    broken_days: float = number(7.0, "days", (1.0, 30.0), "declared")
    """Days that it must stay at the trough's share or below to be broken; longer labels fewer runs so."""
    kept: float = number(30.0, "days", (7.0, 60.0), "declared")
    """Days that being back, beaten or resurgent must last to count; longer labels fewer runs as any."""
