"""Parameters of sim/core/processes/march.py: columns on the road."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class March(Bounded):
    """Columns on the road."""

    on: bool = switch()
    """Enables movement of columns; off leaves every column where it set out."""
    speed: float = fitted("km/day", (25.0, 90.0), "assumed")
    """Distance a column covers in a day; higher brings help and threats from farther away."""
    detour: float = number(60.0, "km", (20.0, 200.0), "assumed")
    """Extra road a column accepts to avoid one enemy town; higher makes columns go round."""
    passage: float = number(0.3, "", (0.0, 0.8), "assumed")
    """Chance that a column bargains its way past an enemy town; higher makes hostile roads safer."""
    breakthrough: float = number(0.3, "", (0.1, 0.5), "assumed")
    """Share of a column lost forcing a town at overwhelming odds; higher makes hostile roads deadlier."""
    distance: float = fitted("km", (30.0, 80.0), "judgement on Boulding 1962; 40 to 80 km")
    """Distance from base over which strength falls to 37 per cent; longer helps far-off operations."""
