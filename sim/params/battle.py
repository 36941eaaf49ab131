"""Parameters of sim/core/processes/battle.py: attrition and control."""

from dataclasses import dataclass

from sim.params.declare import Bounded, fitted, number, switch


@dataclass
class Battle(Bounded):
    """Attrition and control."""

    on: bool = switch()
    """Enables battle; off means no battle losses and no change of control."""
    quality: float = fitted("", (0.8, 1.4), "literature/mechanisms 4: ISIS 1.5 to 2.5; multiple of its 1.8")
    """Multiplier on the fighting quality of the focal faction; higher is stronger man for man."""
    attrition: float = fitted("1/day", (0.002, 0.03), "literature/mechanisms 4; set by hand on January 2014")
    """Rate of daily losses in the attrition law; higher makes battles bloodier and shorter."""
    lanchester_exponent: float = fitted("", (0.4, 1.0), "Helmbold 1965; Bracken 1995; Lucas and Turkes 2004")
    """Exponent of enemy fire in losses (0 log law, 1 square law); higher favours the stronger side."""
    siege: float = number(0.15, "", (0.0, 0.5), "assumed")
    """Intensity to which fighting settles without a new assault; higher makes sieges bloodier and shorter."""
    combat_intensity_half_life: float = number(7.0, "days", (2.0, 21.0), "assumed")
    """Half-life of an assault's intensity as it fades to a siege; longer makes battles bloodier."""
    civilian_tips: float = fitted("", (0.0, 1.5), "assumed")
    """Extra strength that full protest gives the holder's enemies; higher weakens unpopular holders."""
    defence_multiplier: float = number(1.5, "", (1.2, 2.0), "literature/mechanisms 4")
    """Multiplier on the holder's strength in its town; higher favours defence and deters attack."""
    captives: float = fitted("", (0.0, 1.0), "assumed")
    """Chance of capture relative to that of death; higher means more prisoners taken."""
    reprisal: float = fitted("", (0.0, 1.0), "assumed; literature/mechanisms 10: 34")
    """Chance that a hated foreign captive is shot at once; higher leaves fewer foreign prisoners."""
    spoils: float = number(0.5, "", (0.0, 1.0), "assumed")
    """Part of the weapons of killed, captured and scattered men the enemy keeps; higher feeds winners."""
    commander: float = fitted("1/death", (0.0, 0.01), "assumed")
    """Chance that a battle death is a commander's; higher disrupts command more often."""
    decapitation: float = fitted("", (0.05, 0.4), "literature/mechanisms 7, judgement")
    """Share of command lost when a commander dies; higher weakens a faction more each time."""
    civilians: float = fitted("", (0.0, 0.4), "assumed; SOHR: civilians 14 % of the dead to 22 January")
    """Civilians killed per fighter killed in battle; higher raises civilian deaths and grievance."""
    yield_odds: float = fitted(
        "", (2.0, 6.0), "rule of thumb 3, set by hand on January 2014; Maarrat al-Numan"
    )
    """Strength ratio beyond which the weaker side may give up; higher makes garrisons fight on."""
    yielding: float = fitted("1/day", (0.05, 1.0), "assumed; set by hand on January 2014")
    """Daily chance that a hopeless side gives up in full assault; higher ends battles sooner."""
    slip_away: float = fitted("", (0.0, 1.0), "assumed")
    """Share of yielding garrisons that slip into hiding, not surrender; higher preserves more men."""
    contested_share: float = fitted("", (0.02, 0.3), "assumed")
    """Smallest share of the men on each side that keeps a town contested; higher settles control sooner."""
