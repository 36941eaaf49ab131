"""Parameters of sim/core/processes/events.py: dated events and the older causes."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Events(Bounded):
    """Dated events and the older causes."""

    on: bool = switch()
    """Enables scheduled events; off also removes the hostility they set up before the start."""
    prior_hostility: float = fitted("", (0.0, 2.0), "assumed")
    """Multiplier on hostility from events before the first day; higher starts the factions more hostile."""
    last_day: int = number(271, "day", (0, 271), "none")
    """Last day on which scheduled events still happen; lower removes the later ones from the scenario."""
