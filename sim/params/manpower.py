"""Parameters of sim/core/processes/manpower.py: who joins, leaves and changes sides."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Manpower(Bounded):
    """Who joins, leaves and changes sides."""

    on: bool = switch()
    """Enables recruitment, desertion, arrivals and returns; off leaves losses and events."""
    recruits: float = number(
        0.4, "men/10,000/day", (0.1, 1.0), "literature/mechanisms 2, judgement: 1 to 5 in a town of 50,000"
    )
    """Daily recruits per 10,000 residents at full support and pay; higher helps popular factions."""
    joiners: float = number(2.0, "men/10,000/day", (0.0, 6.0), "assumed")
    """Daily recruits per 10,000 residents whom full protest sends to rivals; higher helps them."""
    desertion: float = fitted("1/day", (0.0002, 0.003), "literature/mechanisms 11")
    """Baseline daily chance that a man deserts; higher shrinks every faction faster."""
    fortune: float = number(1.5, "", (0.0, 3.0), "assumed; Christia 2012: men go to those who win")
    """Effect of standing on log recruits, arrivals and, reversed, desertion; higher feeds winners."""
    memory: float = number(30.0, "days", (7.0, 90.0), "assumed: about a month")
    """Half-life of the memory of people ruled; longer makes gains and losses tell for longer."""
    at_home: float = number(0.3, "", (0.0, 1.0), "assumed")
    """Part of desertion left among men at home in a town nothing threatens; higher wears rebels down."""
    loss_drives: float = number(20.0, "", (0.0, 60.0), "assumed")
    """Effect of today's loss share on log desertion; higher makes beaten forces melt away."""
    unpaid_drives: float = number(1.5, "", (0.0, 3.0), "assumed")
    """Effect of missing pay on log desertion; higher makes poor factions lose more men."""
    cohesion_holds: float = fitted("", (0.0, 5.0), "assumed")
    """Effect of lost cohesion on log desertion; higher makes worn-out forces lose more men."""
    foreigners: float = number(
        15.0, "men/day", (5.0, 26.0), "Schmid (ICCT): 26 a day in all groups; north judged 10 to 20"
    )
    """Daily foreign fighters while a Turkish crossing is open; higher reinforces who draws them."""
    smuggled: float = number(0.4, "", (0.0, 1.0), "assumed")
    """Share of foreign fighters who need no own crossing; higher makes crossings matter less."""
    iraq: float = number(1.0, "", (0.0, 3.0), "assumed")
    """Multiplier on the scenario's flow of men from Iraq; higher reinforces whoever draws men from there."""
    reappear: float = number(0.15, "1/day", (0.0, 0.5), "assumed")
    """Daily chance that a man in hiding rejoins in a nearby own town; higher rebuilds beaten forces."""
    melt: float = number(0.05, "1/day", (0.0, 0.3), "assumed")
    """Daily chance that a man in hiding goes home for good; higher means that fewer return to fight."""
    shelter_reach: float = number(90.0, "km", (30.0, 200.0), "assumed")
    """Distance within which men in hiding can reach an own town; longer saves more of them."""
    release: float = number(0.01, "1/day", (0.0, 0.05), "assumed")
    """Daily chance that a prisoner escapes or is exchanged; higher returns more captured men."""
