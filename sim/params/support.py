"""Parameters of sim/core/processes/support.py: whom a town leans to."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Support(Bounded):
    """Whom a town leans to."""

    on: bool = switch()
    """Enables support for factions; off leaves every town supporting no one."""
    governing: float = number(1.0, "", (0.0, 2.0), "assumed")
    """Weight of the holder's services in support; higher rewards factions that govern well."""
    distance: float = number(1.0, "", (0.0, 2.0), "assumed")
    """Weight of ideological distance in support; higher favours factions close to the town's own views."""
    grievance: float = number(2.0, "", (0.0, 4.0), "assumed")
    """Weight of grievance in support; higher makes resented factions lose support."""
    security: float = number(0.5, "", (0.0, 1.5), "assumed")
    """Weight of safety in support; higher favours the faction with most men in an uncontested town."""
    weary: float = number(1.0, "", (0.0, 3.0), "assumed")
    """Weight of war weariness in supporting no one; higher draws weary towns away from all factions."""
    tire: float = number(0.01, "1/day", (0.005, 0.02), "literature/mechanisms 13, judgement")
    """Daily rise of weariness under full fighting; higher wears towns out faster and cuts recruitment."""
    recover: float = number(0.005, "1/day", (0.0, 0.02), "assumed")
    """Daily rate at which weariness fades; higher brings towns back to factions and recruitment sooner."""
    days: float = number(30.0, "days", (14.0, 90.0), "assumed")
    """Time constant of opinion; longer makes support respond more slowly to events."""
    no_one: float = number(0.4, "", (0.2, 0.6), "Caerus 2014: 40 % in Aleppo, Sep 2013 to Jan 2014")
    """Initial share of each town that supports no one; higher leaves all factions with less support."""
