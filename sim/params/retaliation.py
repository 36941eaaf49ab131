"""Parameters of sim/core/processes/retaliation.py: bombs, threats, executions."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Retaliation(Bounded):
    """Bombs, threats, executions."""

    on: bool = switch()
    """Enables suicide attacks, threats and executions; off removes all three."""
    baseline_rate: float = number(
        0.05, "1/day", (0.0, 0.2), "assumed: a trickle; literature/mechanisms 8: 0.1"
    )
    """Suicide attacks a day at full capability without any loss; higher means more in quiet months."""
    per_ground: float = number(
        6.0, "1/day", (0.0, 12.0), "set by hand on January 2014; 1.8 a day on 3 to 11 January (SOHR)"
    )
    """Extra suicide attacks a day per share of towns lost in a week; higher avenges lost ground."""
    per_death: float = fitted("1/day", (0.0, 200.0), "assumed")
    """Extra suicide attacks a day per share of men lost that day; higher answers losses with bombs."""
    dead: float = fitted("deaths", (2.0, 8.0), "literature/mechanisms 8: 1 to 15, mean 4")
    """Mean fighters killed by a suicide attack; higher makes each attack deadlier."""
    civilians: float = fitted("deaths", (0.0, 4.0), "assumed")
    """Mean civilians killed by a suicide attack; higher raises grievance against the attacker."""
    anger: float = number(0.03, "", (0.0, 0.2), "assumed")
    """Hostility that one attack, threat or execution adds; higher draws victims into war."""
    threats: float = number(0.1, "1/day", (0.0, 0.4), "assumed")
    """Daily chance of threats by a fully coercive faction with losses; higher adds hostility."""
    executions: float = fitted("1/day", (0.0, 0.05), "assumed")
    """Daily chance that a harsh captor with fresh losses kills a hated prisoner; higher kills more men."""
    falling: float = fitted("1/day", (0.0, 0.6), "assumed")
    """Extra daily chance of execution while a prison is about to fall; higher means more massacres."""
    townspeople: float = number(0.2, "deaths/day", (0.0, 1.0), "assumed")
    """Civilians a harsh captor kills daily in a contested prison town; higher raises deaths and grievance."""
