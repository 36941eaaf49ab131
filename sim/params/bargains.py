"""Parameters of sim/core/processes/bargains.py: leaving by agreement, and changing sides."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Bargains(Bounded):
    """Leaving by agreement, and changing sides."""

    on: bool = switch()
    """Enables bargains; off means nobody leaves by agreement before it is beaten, or changes sides."""
    rate: float = number(0.04, "1/day", (0.0, 0.15), "assumed")
    """Twice the daily chance of a bargain at even odds; higher has garrisons give way sooner."""
    ideology_scale: float = number(0.3, "", (0.1, 0.6), "judgement")
    """Ideological distance over which a pledge loses its pull; higher has men pledge to the unlike."""
    stays_away: float = number(14.0, "days", (0.0, 60.0), "assumed")
    """Days for which who left by agreement does not strike in that province; longer makes it count more."""
