"""Parameters of sim/core/processes/raids.py: small clashes along the roads between towns of enemies."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, switch


@dataclass
class Raids(Bounded):
    """Small clashes along the roads between towns of enemies."""

    on: bool = switch()
    """Enables small clashes along the roads; off leaves only battles for towns."""
    rate: float = fitted(
        "1/day", (0.0, 1.0), "assumed; UCDP: 6 engagements a day in February 2014, on some 20 such roads"
    )
    """Daily raid chance at full hostility on a very short road; higher means more small clashes."""
    scale: float = fitted("km", (20.0, 80.0), "judgement on Boulding 1962, as march.distance")
    """Road length over which the chance of a raid falls to 37 per cent; longer allows more distant raids."""
    share: float = fitted("", (0.05, 0.5), "assumed")
    """Share of the smaller force that joins a raid; higher makes raids larger and costlier."""
    most: float = fitted("men", (20.0, 150.0), "assumed")
    """Most men a side sends on a raid; higher makes raids between large forces costlier."""
    lethality: float = fitted(
        "", (0.01, 0.15), "assumed; UCDP: some 6 dead an engagement in February and March 2014"
    )
    """Chance that a raider dies when the sides are equal; higher makes raids deadlier."""
