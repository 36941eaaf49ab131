"""Parameters of sim/core/processes/sponsorship.py: how much sponsors give."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Sponsorship(Bounded):
    """How much sponsors give."""

    on: bool = switch()
    """Enables payments by sponsors; off leaves factions with taxes, tolls and oil only."""
    gulf: float = fitted("", (0.0, 2.0), "assumed")
    """Multiplier on money from Gulf states (1 is usual); higher gives the factions they back more money."""
    private_gulf: float = number(1.0, "", (0.0, 2.0), "assumed")
    """Multiplier on money from private Gulf donors (1 is usual); higher gives their clients more money."""
    turkey: float = number(1.0, "", (0.0, 2.0), "assumed")
    """Multiplier on Turkish aid (1 is usual); higher gives the factions Turkey backs more money."""
    western: float = number(1.0, "", (0.0, 2.0), "assumed")
    """Multiplier on Western aid (1 is usual); higher gives the factions the West backs more money."""
    allies: float = number(1.0, "", (0.0, 2.0), "assumed")
    """Multiplier on aid to the government and the YPG (1 is usual); higher gives both more money."""
    war_bonus: float = number(
        0.5, "", (0.0, 1.5), "assumed; The Age/Telegraph 22 Jan 2014: cash to fight ISIS"
    )
    """Extra share of aid for fighting the focal faction, from who rewards it; higher pays enemies more."""
