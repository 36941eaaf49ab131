"""Every parameter, declared once: default, unit, bounds, source (ODD 7).

From these lines come the Hydra schema, the range checks, the rows the kernels read, the table of the
ODD, the bounds of every design and the test that each parameter moves an outcome.
"""

from dataclasses import dataclass, field, fields
from difflib import get_close_matches

import numpy as np


def number(default, unit, bounds, source, kind="real"):
    """Declare a parameter.

    Parameters
    ----------
    default : float, int or bool
        The shipped value.
    unit : str
        Unit; ``"1"`` for a pure number.
    bounds : tuple of float
        Lowest and highest believable value.
    source : str
        A citation, ``fitted in experiments/NN`` or the word ``assumed``.
    kind : {"real", "integer", "switch"}
        What values it takes.
    """
    return field(default=default, metadata={"unit": unit, "bounds": bounds, "source": source, "kind": kind})


def switch(what):
    """Declare the on/off switch of a process."""
    return number(True, "1", (0, 1), f"switch: {what}", kind="switch")


@dataclass
class Bounded:
    """A group of parameters; refuses values outside their bounds."""

    def problems(self, group):
        """Sentences about every value out of bounds, each naming value, unit, bounds and source."""
        for f in fields(self):
            m, value = f.metadata, getattr(self, f.name)
            low, high = m["bounds"]
            if not isinstance(value, (int, float)) or not low <= value <= high:
                yield (
                    f"params.{group}.{f.name} = {value} {m['unit']} is outside "
                    f"[{low:g}, {high:g}] ({m['source']})"
                )


@dataclass
class Events(Bounded):
    """Dated events and the older causes."""

    on: bool = switch("dated events")
    causes: float = number(
        1.22,
        "1",
        (0.0, 2.0),
        "fitted in experiments/02_record; prior: "
        "assumed: scale of the hostility left by causes before 3 January",
    )
    last_day: int = number(271, "day", (0, 271), "none: events dated later are switched off", "integer")


@dataclass
class Sponsorship(Bounded):
    """How much sponsors give."""

    on: bool = switch("sponsors pay")
    gulf: float = number(
        1.14,
        "1",
        (0.0, 2.0),
        "fitted in experiments/02_record; prior: assumed: Gulf states' money, 1 is usual",
    )
    private_gulf: float = number(1.0, "1", (0.0, 2.0), "assumed: private Gulf donors' money, 1 is usual")
    turkey: float = number(1.0, "1", (0.0, 2.0), "assumed: Turkey's help, 1 is usual")
    western: float = number(1.0, "1", (0.0, 2.0), "assumed: Western aid, 1 is usual")
    allies: float = number(
        1.0, "1", (0.0, 2.0), "assumed: allies of the government and of the YPG, 1 is usual"
    )
    war_bonus: float = number(
        0.5, "1", (0.0, 1.5), "assumed; The Age/Telegraph 22 Jan 2014: cash to fight ISIS"
    )
    endorsement: float = number(0.05, "1/weight", (0.0, 0.2), "assumed: extra aid per point of endorsement")


@dataclass
class Finance(Bounded):
    """Income and pay."""

    on: bool = switch("income and pay")
    tax: float = number(0.02, "kUSD/1,000 persons/day", (0.005, 0.06), "assumed")
    toll: float = number(5.0, "kUSD/day", (1.0, 15.0), "assumed: at one open border post")
    oil: float = number(15.0, "kUSD/day", (2.0, 40.0), "assumed: at one main field")
    wage: float = number(3.0, "USD/man/day", (1.0, 8.0), "assumed: 90 USD a month with board")
    arms_low: float = number(
        0.7, "1", (0.5, 0.9), "Salehyan 2010 range 0.7 to 1.2, as in literature/mechanisms 9"
    )
    arms_gain: float = number(
        0.5, "1", (0.0, 0.8), "Salehyan 2010 range 0.7 to 1.2, as in literature/mechanisms 9"
    )
    licence: float = number(0.3, "1", (0.0, 1.0), "assumed; sign from Salehyan, Siroky and Wood 2014")


@dataclass
class Grievance(Bounded):
    """How anger at armed men grows and fades."""

    on: bool = switch("grievance")
    rise: float = number(
        0.0024,
        "1/day",
        (0.0, 0.08),
        "fitted in experiments/02_record; prior: assumed",
    )
    violence: float = number(
        0.02, "10,000/harmed", (0.0, 0.1), "assumed; Condra and Shapiro 2012 give the sign"
    )
    half_life: float = number(
        18.7,
        "days",
        (7.0, 90.0),
        "fitted in experiments/02_record; prior: Condra and Shapiro 2012: under four weeks",
    )
    informed: float = number(
        0.2, "1", (0.1, 0.3), "literature/mechanisms 2, judgement: information without support"
    )
    selective: float = number(0.25, "1", (0.2, 0.33), "literature/mechanisms 1, judgement: 3 to 5 to 1")
    outsider: float = number(2.0, "1", (1.5, 3.0), "judgement on Lyall, Blair and Imai 2013")
    insider: float = number(0.5, "1", (0.25, 1.0), "judgement on Lyall, Blair and Imai 2013")


@dataclass
class Support(Bounded):
    """Whom a town leans to."""

    on: bool = switch("support")
    governing: float = number(1.0, "1", (0.0, 2.0), "assumed, MODEL form: weight of services of the holder")
    distance: float = number(1.0, "1", (0.0, 2.0), "assumed: weight of ideological distance")
    grievance: float = number(2.0, "1", (0.0, 4.0), "assumed: weight of grievance")
    security: float = number(0.5, "1", (0.0, 1.5), "assumed: weight of security")
    weary: float = number(1.0, "1", (0.0, 3.0), "assumed: weight of weariness on choosing no one")
    tire: float = number(0.01, "1/day", (0.005, 0.02), "literature/mechanisms 13, judgement")
    recover: float = number(0.005, "1/day", (0.0, 0.02), "assumed")
    days: float = number(30.0, "days", (14.0, 90.0), "assumed: time constant of opinion")
    no_one: float = number(0.4, "1", (0.2, 0.6), "Caerus 2014: 40 % in Aleppo, Sep 2013 to Jan 2014")


@dataclass
class Protest(Bounded):
    """Who dares to come out."""

    on: bool = switch("protest")
    turnout: float = number(0.03, "1", (0.005, 0.1), "assumed: share of a town that can be out at once")
    coupling: float = number(0.5, "1", (0.0, 1.0), "assumed: weight of protest along the road")
    deterrence: float = number(2.3, "1", (1.0, 4.0), "Epstein 2002: risk 0.9 at one guard a protester")
    threshold: float = number(0.1, "1", (0.0, 0.3), "Epstein 2002")
    days: float = number(2.0, "days", (1.0, 7.0), "assumed: time constant of crowds")


@dataclass
class Provocation(Bounded):
    """Clashes between armed men who share a town."""

    on: bool = switch("provocation")
    rate: float = number(
        0.02, "1/day", (0.0, 0.1), "assumed; some ten events in the last quarter of 2013 (UCDP)"
    )
    hurt: float = number(0.15, "1", (0.0, 0.4), "assumed")
    half_life: float = number(
        85.2,
        "days",
        (20.0, 180.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    spread: float = number(
        0.01, "1/day", (0.0, 0.05),
        "assumed; Nusra fought ISIS in Raqqa from 6 January, in Aleppo only from February (UCDP)",
    )  # fmt: skip


@dataclass
class Alignment(Bounded):
    """Who joins the war on whom."""

    on: bool = switch("alignment by rule")
    hostility: float = number(
        0.663,
        "1",
        (0.0, 1.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    mood: float = number(
        0.444,
        "1",
        (0.0, 0.6),
        "fitted in experiments/02_record; prior: assumed",
    )
    distance: float = number(
        0.189,
        "1",
        (0.0, 0.4),
        "fitted in experiments/02_record; prior: assumed; sign from Gade, Hafez and Gabbay 2019",
    )
    rivalry: float = number(
        0.137,
        "1",
        (0.0, 0.2),
        "fitted in experiments/02_record; prior: assumed; sign from Pischedda 2018, Hafez 2020",
    )
    fear: float = number(0.2, "1", (0.0, 0.4), "assumed")
    tie: float = number(
        0.167,
        "1",
        (0.0, 0.4),
        "fitted in experiments/02_record; prior: assumed: per point of alliance",
    )
    spared: float = number(
        1.35,
        "1",
        (0.0, 1.5),
        "fitted in experiments/02_record; prior: assumed; Christia 2012: join only while needed to win",
    )
    common: float = number(
        0.31,
        "1",
        (0.0, 0.8),
        "fitted in experiments/02_record; prior: "
        "assumed; Axelrod and Bennett 1993: a common enemy holds together",
    )
    winning: float = number(
        2.22,
        "1",
        (1.0, 3.0),
        "fitted in experiments/02_record; prior: "
        "Christia 2012, judgement 1.5 to 2: odds of a winning coalition",
    )
    kinship: float = number(0.35, "1", (0.2, 0.5), "assumed: ideological distance within one family")
    likeness: float = number(
        0.195,
        "1",
        (0.1, 2.0),
        "fitted in experiments/02_record; prior: "
        "assumed; Gade, Hafez and Gabbay 2019: the like-minded act together",
    )
    loyalty: float = number(3.0, "1", (1.0, 5.0), "assumed: weight of one's own bloc")
    reach: float = number(
        41.6,
        "km",
        (30.0, 120.0),
        "fitted in experiments/02_record; prior: assumed: how far one looks",
    )
    margin: float = number(0.15, "1", (0.0, 0.3), "assumed: how far below its threshold one leaves")
    patience: float = number(7.0, "days", (3.0, 21.0), "assumed: days before one leaves")
    surprise: float = number(2.0, "days", (0.5, 7.0), "assumed: half-life of surprise")
    threshold_mean: float = number(
        0.442,
        "1",
        (0.2, 0.5),
        "fitted in experiments/02_record; prior: judgement; Granovetter 1978 for the form",
    )
    threshold_sd: float = number(
        0.136,
        "1",
        (0.05, 0.22),
        "fitted in experiments/02_record; prior: judgement; Granovetter 1978 for the form",
    )


@dataclass
class Plans(Bounded):
    """Hold, reinforce, attack, leave."""

    on: bool = switch("plans")
    withdrawal: bool = switch("ordered withdrawal by columns")
    pinning: float = number(
        0.214,
        "1",
        (0.0, 0.6),
        "fitted in experiments/02_record; prior: assumed: rebels held per regime man within reach",
    )
    pinning_reach: float = number(
        31.1,
        "km",
        (20.0, 80.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    advance: float = number(
        0.02, "1/day", (0.0, 0.1), "assumed: chance of a regime advance where nobody faces it"
    )
    days_to_help: float = number(3.0, "days", (1.0, 5.0), "assumed: march within which help counts")
    trust: float = number(0.5, "1", (0.0, 1.0), "assumed: part of allies' strength counted as own")
    alarm: float = number(
        1.0,
        "1",
        (0.2, 1.5),
        "fitted in experiments/02_record; prior: "
        "assumed: part of the enemy's men nearby that is reckoned with",
    )
    decisiveness: float = number(
        1.5, "1", (1.0, 2.0), "Tullock contest, 1 to 2; Buhaug, Gates and Lujala 2009"
    )
    leave: float = number(
        0.619,
        "1",
        (0.4, 0.7),
        "fitted in experiments/02_record; prior: judgement: odds below which a town is left",
    )
    days_hopeless: float = number(
        6.32, "days", (1.0, 14.0),
        "fitted in experiments/02_record; prior: "
        "judgement: ISIS men held out besieged for 5 (Aleppo) to 16 days (Binnish) in January 2014",
    )  # fmt: skip
    endurance: float = number(
        32.4,
        "days",
        (10.0, 120.0),
        "fitted in experiments/02_record; prior: "
        "assumed: days in which the stores of a cut-off garrison fall to a third",
    )
    columns: float = number(3.0, "columns", (1.0, 6.0), "assumed: daily columns of an ordered withdrawal")
    share_leaving: float = number(
        0.759,
        "1",
        (0.5, 1.0),
        "fitted in experiments/02_record; prior: judgement",
    )
    attack: float = number(
        1.66,
        "1",
        (1.3, 2.0),
        "fitted in experiments/02_record; prior: "
        "judgement, set by hand on January 2014: odds above which a town is attacked",
    )
    pursuit: float = number(
        0.2, "1", (0.0, 1.0), "assumed: willingness of rebels to go beyond their provinces"
    )
    fronts_for_truce: float = number(
        3.0, "towns", (2.0, 6.0), "ISW MESR 22: truces when attacked on many sides"
    )
    truce_offer: float = number(0.1, "1/day", (0.0, 0.4), "assumed")
    truce_acceptance: float = number(0.2, "1", (0.0, 0.6), "assumed")
    truce_days: float = number(7.0, "days", (3.0, 30.0), "assumed")


@dataclass
class March(Bounded):
    """Columns on the road."""

    on: bool = switch("columns march")
    speed: float = number(
        44.8,
        "km/day",
        (25.0, 90.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    detour: float = number(
        60.0, "km", (20.0, 200.0), "assumed: road one would rather take than cross an enemy town"
    )
    passage: float = number(0.3, "1", (0.0, 0.8), "assumed: chance of a negotiated passage")
    breakthrough: float = number(
        0.3, "1", (0.1, 0.5), "assumed: loss on hostile ground against overwhelming odds"
    )
    distance: float = number(
        45.5,
        "km",
        (30.0, 80.0),
        "fitted in experiments/02_record; prior: judgement on Boulding 1962; 40 to 80 km",
    )


@dataclass
class Battle(Bounded):
    """Attrition and control."""

    on: bool = switch("battle")
    quality: float = number(
        1.01,
        "1",
        (0.8, 1.4),
        "fitted in experiments/02_record; prior: "
        "literature/mechanisms 4: ISIS 1.5 to 2.5; multiple of its 1.8",
    )
    attrition: float = number(
        0.00414,
        "1/day",
        (0.002, 0.03),
        "fitted in experiments/02_record; prior: literature/mechanisms 4; set by hand on January 2014",
    )
    helmbold: float = number(
        0.641,
        "1",
        (0.4, 1.0),
        "fitted in experiments/02_record; prior: Helmbold 1965; Bracken 1995; Lucas and Turkes 2004",
    )
    siege: float = number(0.15, "1", (0.0, 0.5), "assumed: intensity of a siege against an assault")
    tempo_half_life: float = number(7.0, "days", (2.0, 21.0), "assumed")
    informed: float = number(0.2, "1", (0.1, 0.3), "literature/mechanisms 2, judgement")
    tips: float = number(
        0.447,
        "1",
        (0.0, 1.5),
        "fitted in experiments/02_record; prior: assumed: help of protest against the holder",
    )
    holder: float = number(1.5, "1", (1.2, 2.0), "literature/mechanisms 4: defence in towns")
    surprise: float = number(0.5, "1", (0.0, 1.0), "assumed: extra strength of full surprise")
    captives: float = number(
        0.393,
        "1",
        (0.0, 1.0),
        "fitted in experiments/02_record; prior: assumed: prisoners taken per man killed",
    )
    reprisal: float = number(
        0.327,
        "1",
        (0.0, 1.0),
        "fitted in experiments/02_record; prior: "
        "assumed: captured foreigners shot at once (literature/mechanisms 10: 34)",
    )
    commander: float = number(
        0.00392,
        "1/death",
        (0.0, 0.01),
        "fitted in experiments/02_record; prior: assumed: chance that a death is a commander's",
    )
    decapitation: float = number(
        0.0862,
        "1",
        (0.05, 0.4),
        "fitted in experiments/02_record; prior: literature/mechanisms 7, judgement: command lost with one",
    )
    civilians: float = number(
        0.118,
        "1",
        (0.0, 0.4),
        "fitted in experiments/02_record; prior: assumed; SOHR: civilians 14 % of the dead to 22 January",
    )
    yield_odds: float = number(
        2.06,
        "1",
        (2.0, 6.0),
        "fitted in experiments/02_record; prior: "
        "rule of thumb 3, set by hand on January 2014; Maarrat al-Numan",
    )
    yielding: float = number(
        0.261,
        "1/day",
        (0.05, 1.0),
        "fitted in experiments/02_record; prior: assumed; set by hand on January 2014",
    )
    slip_away: float = number(
        0.4,
        "1",
        (0.0, 1.0),
        "fitted in experiments/02_record; prior: assumed: part of the yielding who slip away",
    )
    real_share: float = number(
        0.11,
        "1",
        (0.02, 0.3),
        "fitted in experiments/02_record; prior: assumed: share of the men that still contests a town",
    )


@dataclass
class Raids(Bounded):
    """Small clashes along the roads between towns of enemies."""

    on: bool = switch("raids")
    rate: float = number(
        0.346,
        "1/day",
        (0.0, 1.0),
        "fitted in experiments/02_record; prior: "
        "assumed; UCDP: 6 engagements a day in February 2014, on some 20 such roads",
    )
    scale: float = number(
        55.5,
        "km",
        (20.0, 80.0),
        "fitted in experiments/02_record; prior: judgement on Boulding 1962, as march.distance",
    )
    share: float = number(
        0.343,
        "1",
        (0.05, 0.5),
        "fitted in experiments/02_record; prior: assumed: part of the smaller force that takes part",
    )
    most: float = number(
        21.4,
        "men",
        (20.0, 150.0),
        "fitted in experiments/02_record; prior: assumed: largest party",
    )
    toll: float = number(
        0.0601,
        "1",
        (0.01, 0.15),
        "fitted in experiments/02_record; prior: "
        "assumed; UCDP: some 6 dead an engagement in February and March 2014",
    )


@dataclass
class Retaliation(Bounded):
    """Bombs, threats, executions."""

    on: bool = switch("retaliation")
    usual: float = number(
        0.469,
        "1/day",
        (0.0, 0.6),
        "fitted in experiments/02_record; prior: "
        "literature/mechanisms 8 has 0.1; set by hand on January 2014",
    )
    per_ground: float = number(
        9.42,
        "1/day",
        (0.0, 12.0),
        "fitted in experiments/02_record; prior: "
        "set by hand on January 2014; 1.8 a day on 3 to 11 January (SOHR)",
    )
    per_death: float = number(
        94.7,
        "1/day",
        (0.0, 200.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    dead: float = number(
        4.96,
        "deaths",
        (2.0, 8.0),
        "fitted in experiments/02_record; prior: literature/mechanisms 8: 1 to 15, mean 4",
    )
    civilians: float = number(
        1.07,
        "deaths",
        (0.0, 4.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    scale: float = number(50.0, "km", (20.0, 150.0), "assumed: how far attackers go")
    fear: float = number(0.05, "1", (0.0, 0.3), "assumed: fear left by one act")
    anger: float = number(0.03, "1", (0.0, 0.2), "assumed: hostility left by one act")
    threats: float = number(0.1, "1/day", (0.0, 0.4), "assumed")
    executions: float = number(
        0.0196,
        "1/day",
        (0.0, 0.05),
        "fitted in experiments/02_record; prior: assumed: usual chance that a prisoner is killed",
    )
    falling: float = number(
        0.0591,
        "1/day",
        (0.0, 0.6),
        "fitted in experiments/02_record; prior: assumed: extra chance when a prison is about to fall",
    )
    townspeople: float = number(
        0.2, "deaths/day", (0.0, 1.0), "assumed: townspeople killed where a prison is falling"
    )


@dataclass
class Manpower(Bounded):
    """Who joins, leaves and changes sides."""

    on: bool = switch("manpower")
    recruits: float = number(
        0.4, "men/10,000/day", (0.1, 1.0), "literature/mechanisms 2, judgement: 1 to 5 in a town of 50,000"
    )
    joiners: float = number(
        2.0, "men/10,000/day", (0.0, 6.0), "assumed: men that protest gives the holder's rivals"
    )
    desertion: float = number(0.001, "1/day", (0.0002, 0.003), "literature/mechanisms 11")
    loss_drives: float = number(20.0, "1", (0.0, 60.0), "assumed")
    unpaid_drives: float = number(1.5, "1", (0.0, 3.0), "assumed")
    cohesion_holds: float = number(
        2.35,
        "1",
        (0.0, 5.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    cornered: float = number(0.3, "1", (0.1, 0.6), "assumed: odds below which a unit may change sides")
    defection: float = number(0.02, "1/day", (0.0, 0.1), "assumed")
    likeness: float = number(0.3, "1", (0.1, 0.6), "judgement: scale of ideological likeness")
    too_far: float = number(
        0.424,
        "1",
        (0.4, 1.0),
        "fitted in experiments/02_record; prior: assumed: no unit goes over to a faction less like it",
    )
    foreigners: float = number(
        15.0, "men/day", (5.0, 26.0), "Schmid (ICCT): 26 a day in all groups; north judged 10 to 20"
    )
    smuggled: float = number(0.4, "1", (0.0, 1.0), "assumed: part that comes in without an own crossing")
    iraq: float = number(1.0, "1", (0.0, 3.0), "assumed: multiple of the scenario's flow from Iraq")
    reappear: float = number(0.15, "1/day", (0.0, 0.5), "assumed: men in hiding who find their way back")
    melt: float = number(0.05, "1/day", (0.0, 0.3), "assumed: men in hiding who go home")
    shelter_reach: float = number(90.0, "km", (30.0, 200.0), "assumed: how far they find it")
    release: float = number(0.01, "1/day", (0.0, 0.05), "assumed: exchange and escape")


@dataclass
class Recovery(Bounded):
    """Cohesion and command with rest."""

    on: bool = switch("recovery")
    wear: float = number(
        1.39,
        "1",
        (0.5, 5.0),
        "fitted in experiments/02_record; prior: assumed, MODEL form: cohesion lost per share of men lost",
    )
    half_life: float = number(7.0, "days", (3.0, 30.0), "assumed; Haji Bakr killed, recovery in a week")
    quiet: float = number(0.002, "1/day", (0.0005, 0.01), "assumed: losses below which a day is one of rest")
    fear_half_life: float = number(10.0, "days", (3.0, 40.0), "assumed")
    command_half_life: float = number(
        10.0, "days", (5.0, 30.0), "literature/mechanisms 7: 14 to 30 days of weakness"
    )


@dataclass
class Outcomes(Bounded):
    """What counts as what; read by measures and classes, by no rule."""

    presence: float = number(
        20.0, "men", (1.0, 100.0), "assumed: fewer men are no presence a monitor reports"
    )
    collapse_towns: float = number(0.1, "1", (0.0, 0.3), "declared: share of its first towns")
    collapse_men: float = number(0.25, "1", (0.0, 0.5), "declared: share of its first men")
    resurgent_people: float = number(1.5, "1", (1.2, 2.0), "declared: multiple of its first people")
    resurgent_men: float = number(1.2, "1", (1.0, 2.0), "declared: multiple of its first men")
    trough: float = number(0.6, "1", (0.4, 0.8), "declared: share of its first people")
    back: float = number(0.8, "1", (0.6, 1.0), "declared: share of its first people")
    kept: float = number(30.0, "days", (7.0, 60.0), "declared: days it must be kept")


@dataclass
class Params:
    """The model's parameters, one group per process, and the thresholds of outcomes.

    Units, bounds and sources are in their declarations, in `table` and in ``sim/ODD.md``. A whole set is
    checked where it is used; `with_values` makes a changed one.

    Examples
    --------
    >>> Params().plans.withdrawal, with_values(Params(), {"plans.pursuit": 0.5}).plans.pursuit
    (True, 0.5)
    """

    events: Events = field(default_factory=Events)
    sponsorship: Sponsorship = field(default_factory=Sponsorship)
    finance: Finance = field(default_factory=Finance)
    grievance: Grievance = field(default_factory=Grievance)
    support: Support = field(default_factory=Support)
    protest: Protest = field(default_factory=Protest)
    provocation: Provocation = field(default_factory=Provocation)
    alignment: Alignment = field(default_factory=Alignment)
    plans: Plans = field(default_factory=Plans)
    march: March = field(default_factory=March)
    battle: Battle = field(default_factory=Battle)
    raids: Raids = field(default_factory=Raids)
    retaliation: Retaliation = field(default_factory=Retaliation)
    manpower: Manpower = field(default_factory=Manpower)
    recovery: Recovery = field(default_factory=Recovery)
    outcomes: Outcomes = field(default_factory=Outcomes)


PROCESSES = tuple(f.name for f in fields(Params) if f.name != "outcomes")


class ParameterError(ValueError):
    """A parameter that does not exist or is out of bounds.

    Attributes
    ----------
    problems : list of str
        One sentence for each.
    """

    def __init__(self, problems):
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def table(params=None):
    """Every parameter, one row each.

    Yields
    ------
    tuple
        (dotted name, value, unit, low, high, source, kind).

    Examples
    --------
    >>> next(row for row in table() if row[0] == "grievance.half_life")[:5]
    ('grievance.half_life', 18.7, 'days', 7.0, 90.0)
    """
    params = params or Params()
    for group in fields(params):
        values = getattr(params, group.name)
        for f in fields(values):
            m = f.metadata
            yield (
                f"{group.name}.{f.name}", getattr(values, f.name), m["unit"], *m["bounds"],
                m["source"], m["kind"],
            )  # fmt: skip


def check(params):
    """Raise ParameterError with a sentence for every value out of bounds."""
    problems = [p for g in fields(params) for p in getattr(params, g.name).problems(g.name)]
    if problems:
        raise ParameterError(problems)
    return params


def as_dict(params):
    """Parameters as ``{dotted name: value}``."""
    return {name: value for name, value, *_ in table(params)}


def convert(name, value, kind):
    """A value in the type its parameter has; ParameterError if it is not a number of that kind."""
    wanted = {"real": "a number", "integer": "a whole number", "switch": "true or false"}[kind]
    number_like = isinstance(value, (bool, int, float, np.integer, np.floating, np.bool_))
    if kind == "switch" and number_like and value in (0, 1):
        return bool(value)
    if kind == "integer" and number_like and not isinstance(value, bool) and value == int(value):
        return int(value)
    if kind == "real" and number_like and not isinstance(value, bool) and np.isfinite(value):
        return float(value)
    raise ParameterError([f"params.{name} = {value!r} is not {wanted}"])


def with_values(params, values):
    """Parameters with some of them changed.

    Parameters
    ----------
    params : Params
        Where to start; it is left alone.
    values : dict
        ``{dotted name: value}``.

    Returns
    -------
    Params

    Raises
    ------
    ParameterError
        For an unknown name (the nearest is named), a wrong type or a value out of bounds; all together.

    Examples
    --------
    >>> with_values(Params(), {"grievance.rise": 0.03}).grievance.rise
    0.03
    """
    known = {row[0]: row[6] for row in table(params)}
    changed = {g.name: dict(vars(getattr(params, g.name))) for g in fields(params)}
    problems = []
    for name, value in values.items():
        plain = name.removeprefix("params.")
        if plain not in known:
            near = get_close_matches(plain, known, n=1, cutoff=0.4)
            hint = f"; did you mean {near[0]}?" if near else ""
            problems.append(f"there is no parameter {name!r}{hint}")
            continue
        group, field_name = plain.split(".")
        try:
            changed[group][field_name] = convert(plain, value, known[plain])
        except ParameterError as error:
            problems += error.problems
    result = Params(**{g.name: type(getattr(params, g.name))(**changed[g.name]) for g in fields(params)})
    problems += [p for g in fields(result) for p in getattr(result, g.name).problems(g.name)]
    if problems:
        raise ParameterError(problems)
    return result


DTYPE = np.dtype(
    [(g.name, [(f.name, "f8") for f in fields(getattr(Params(), g.name))]) for g in fields(Params())]
)


def rows(design):
    """Pack parameter sets into the table the kernels read: one row, one run.

    Parameters
    ----------
    design : list of Params

    Returns
    -------
    numpy.recarray
        Shape (len(design),), one nested record per group.
    """
    out = np.recarray(len(design), DTYPE)
    for row, params in zip(out, design, strict=True):
        for g in fields(params):
            group = getattr(params, g.name)
            row[g.name] = tuple(float(getattr(group, f.name)) for f in fields(group))
    return out


def problem(names=None):
    """Bounds in the form SALib wants, for all uncertain parameters or those named.

    Switches and the declared thresholds of outcomes are left out unless named.
    """
    wanted = [
        row for row in table()
        if (row[0] in names if names else row[6] != "switch" and not row[0].startswith("outcomes."))
    ]  # fmt: skip
    return {
        "num_vars": len(wanted),
        "names": [row[0] for row in wanted],
        "bounds": [[row[3], row[4]] for row in wanted],
    }
