"""Parameters of sim/core/processes/protest.py: who dares to come out."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Protest(Bounded):
    """Who dares to come out."""

    on: bool = switch()
    """Enables protest; off leaves the streets empty everywhere."""
    turnout: float = fitted("", (0.005, 0.1), "assumed")
    """Share of a town that can be out at once; higher gives safety in numbers, so more people protest."""
    deterrence: float = number(2.3, "", (1.0, 4.0), "Epstein 2002: risk 0.9 at one guard a protester")
    """How fast the risk of arrest rises with guards per protester; higher suppresses protest."""
    threshold: float = fitted("", (0.0, 0.3), "Epstein 2002")
    """Net grievance above which people protest; higher means less protest."""
    days: float = number(2.0, "days", (1.0, 7.0), "assumed")
    """Time constant of crowds; longer makes protest build up and die down more slowly."""
