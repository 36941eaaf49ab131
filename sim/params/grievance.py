"""Parameters of sim/core/processes/grievance.py: how anger at armed men grows and fades."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Grievance(Bounded):
    """How anger at armed men grows and fades."""

    on: bool = switch()
    """Enables grievance; off leaves towns without grievance against anyone."""
    rise: float = fitted("1/day", (0.0, 0.08), "assumed")
    """Daily grievance from rule at full harshness; higher turns towns against harsh rulers faster."""
    violence: float = number(
        0.02, "10,000/harmed", (0.0, 0.1), "assumed; Condra and Shapiro 2012 give the sign"
    )
    """Grievance per civilian harmed per 10,000 residents; higher makes killing civilians costlier."""
    half_life: float = fitted("days", (7.0, 90.0), "Condra and Shapiro 2012: under four weeks")
    """Half-life of grievance when nothing feeds it; longer lets anger build up."""
    outsider: float = number(2.0, "", (1.5, 3.0), "judgement on Lyall, Blair and Imai 2013")
    """Weight of harsh rule and harm by foreign fighters; higher turns towns against foreigners faster."""
    insider: float = number(0.5, "", (0.25, 1.0), "judgement on Lyall, Blair and Imai 2013")
    """Weight of harsh rule and harm by men native to the province; higher makes towns forgive locals less."""
