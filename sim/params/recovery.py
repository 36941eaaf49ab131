"""Parameters of sim/core/processes/recovery.py: cohesion and command with rest."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Recovery(Bounded):
    """Cohesion and command with rest."""

    on: bool = switch()
    """Enables loss and recovery of cohesion; off also makes lost command permanent."""
    wear: float = fitted("", (0.5, 5.0), "assumed")
    """Cohesion lost per share of men lost; higher makes losses weaken a force more."""
    half_life: float = number(7.0, "days", (3.0, 30.0), "assumed; Haji Bakr killed, recovery in a week")
    """Half-life of lost cohesion on days of rest; longer makes forces recover more slowly."""
    quiet: float = number(0.002, "1/day", (0.0005, 0.01), "assumed")
    """Loss share below which a day without a lost town is rest; higher lets forces recover more often."""
    command_half_life: float = number(
        10.0, "days", (5.0, 30.0), "literature/mechanisms 7: 14 to 30 days of weakness"
    )
    """Half-life of lost command; longer keeps a faction weak after its leaders are killed."""
