"""Parameters of sim/core/processes/battle.py: attrition and control."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Battle(Bounded):
    """Attrition and control."""

    on: bool = switch("battle")
    quality: float = number(
        1.16,
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
    lanchester_exponent: float = number(
        0.541,
        "1",
        (0.4, 1.0),
        "fitted in experiments/02_record; prior: Helmbold 1965; Bracken 1995; Lucas and Turkes 2004",
    )
    siege: float = number(0.15, "1", (0.0, 0.5), "assumed: intensity of a siege against an assault")
    combat_intensity_half_life: float = number(7.0, "days", (2.0, 21.0), "assumed")
    informed: float = number(0.2, "1", (0.1, 0.3), "literature/mechanisms 2, judgement")
    civilian_tips: float = number(
        0.349,
        "1",
        (0.0, 1.5),
        "fitted in experiments/02_record; prior: assumed: help of protest against the holder",
    )
    defence_multiplier: float = number(1.5, "1", (1.2, 2.0), "literature/mechanisms 4: defence in towns")
    surprise: float = number(0.5, "1", (0.0, 1.0), "assumed: extra strength of full surprise")
    captives: float = number(
        0.274,
        "1",
        (0.0, 1.0),
        "fitted in experiments/02_record; prior: assumed: prisoners taken per man killed",
    )
    reprisal: float = number(
        0.1,
        "1",
        (0.0, 1.0),
        "fitted in experiments/02_record; prior: "
        "assumed: captured foreigners shot at once (literature/mechanisms 10: 34)",
    )
    commander: float = number(
        0.00805,
        "1/death",
        (0.0, 0.01),
        "fitted in experiments/02_record; prior: assumed: chance that a death is a commander's",
    )
    decapitation: float = number(
        0.0565,
        "1",
        (0.05, 0.4),
        "fitted in experiments/02_record; prior: literature/mechanisms 7, judgement: command lost with one",
    )
    civilians: float = number(
        0.136,
        "1",
        (0.0, 0.4),
        "fitted in experiments/02_record; prior: assumed; SOHR: civilians 14 % of the dead to 22 January",
    )
    yield_odds: float = number(
        2.04,
        "1",
        (2.0, 6.0),
        "fitted in experiments/02_record; prior: "
        "rule of thumb 3, set by hand on January 2014; Maarrat al-Numan",
    )
    yielding: float = number(
        0.195,
        "1/day",
        (0.05, 1.0),
        "fitted in experiments/02_record; prior: assumed; set by hand on January 2014",
    )
    slip_away: float = number(
        0.0131,
        "1",
        (0.0, 1.0),
        "fitted in experiments/02_record; prior: assumed: part of the yielding who slip away",
    )
    contested_share: float = number(
        0.183,
        "1",
        (0.02, 0.3),
        "fitted in experiments/02_record; prior: assumed: share of the men that still contests a town",
    )
