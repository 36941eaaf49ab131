"""Parameters of sim/core/processes/plans.py: hold, reinforce, attack, leave."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Plans(Bounded):
    """Hold, reinforce, attack, leave."""

    on: bool = switch("plans")
    withdrawal: bool = switch("ordered withdrawal by columns")
    pinning: float = number(
        0.164,
        "1",
        (0.0, 0.6),
        "fitted in experiments/02_record; prior: assumed: rebels held per regime man within reach",
    )
    pinning_reach: float = number(
        33.6,
        "km",
        (20.0, 80.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    advance: float = number(
        0.02, "1/day", (0.0, 0.1), "assumed: chance of a regime advance where nobody faces it"
    )
    days_to_help: float = number(
        2.2,
        "days",
        (1.0, 5.0),
        "fitted in experiments/02_record; prior: assumed: march within which help counts",
    )
    ally_weight: float = number(0.5, "1", (0.0, 1.0), "assumed: part of allies' strength counted as own")
    threat_weight: float = number(
        1.0,
        "1",
        (0.2, 1.5),
        "fitted in experiments/02_record; prior: "
        "assumed: part of the enemy's men nearby that is reckoned with",
    )
    decisiveness: float = number(
        1.5, "1", (1.0, 2.0), "Tullock contest, 1 to 2; Buhaug, Gates and Lujala 2009"
    )
    withdrawal_odds: float = number(
        0.667,
        "1",
        (0.4, 0.7),
        "fitted in experiments/02_record; prior: judgement: odds below which a town is left",
    )
    days_hopeless: float = number(
        6.12, "days", (1.0, 14.0),
        "fitted in experiments/02_record; prior: "
        "judgement: ISIS men held out besieged for 5 (Aleppo) to 16 days (Binnish) in January 2014",
    )  # fmt: skip
    endurance: float = number(
        14.0,
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
    attack_odds: float = number(
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
