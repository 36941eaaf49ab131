"""Parameters of sim/core/processes/provocation.py: clashes between armed men who share a town."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Provocation(Bounded):
    """Clashes between armed men who share a town."""

    on: bool = switch()
    """Enables clashes between co-located factions; off also stops hostility from fading or spreading."""
    rate: float = number(
        0.02, "1/day", (0.0, 0.1), "assumed; some ten events in the last quarter of 2013 (UCDP)"
    )
    """Daily clash chance of two fully coercive factions in a town; higher raises hostility before wars."""
    hurt: float = number(0.15, "", (0.0, 0.4), "assumed")
    """Hostility that a clash with a fully coercive culprit adds; higher brings war closer with each clash."""
    half_life: float = fitted("days", (20.0, 180.0), "assumed")
    """Half-life of hostility; longer keeps old grudges alive and wars likely."""
    spread: float = number(
        0.01,
        "1/day",
        (0.0, 0.05),
        "assumed; Nusra fought ISIS in Raqqa from 6 January, in Aleppo only from February (UCDP)",
    )
    """Daily rate at which hostility in one province hardens the faction elsewhere; higher spreads the war."""
