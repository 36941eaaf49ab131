"""Parameters of sim/core/processes/alignment.py: who joins the war on whom."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


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
        0.197,
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
        0.139,
        "1",
        (0.0, 0.4),
        "fitted in experiments/02_record; prior: assumed: per point of alliance",
    )
    oversized_coalition: float = number(
        0.413,
        "1",
        (0.0, 1.5),
        "fitted in experiments/02_record; prior: assumed; Christia 2012: join only while needed to win",
    )
    common_enemy: float = number(
        0.237,
        "1",
        (0.0, 0.8),
        "fitted in experiments/02_record; prior: "
        "assumed; Axelrod and Bennett 1993: a common enemy holds together",
    )
    winning: float = number(
        2.37,
        "1",
        (1.0, 3.0),
        "fitted in experiments/02_record; prior: "
        "Christia 2012, judgement 1.5 to 2: odds of a winning coalition",
    )
    kinship: float = number(0.35, "1", (0.2, 0.5), "assumed: ideological distance within one family")
    ideology_scale: float = number(
        0.209,
        "1",
        (0.1, 2.0),
        "fitted in experiments/02_record; prior: "
        "assumed; Gade, Hafez and Gabbay 2019: the like-minded act together",
    )
    loyalty: float = number(3.0, "1", (1.0, 5.0), "assumed: weight of one's own bloc")
    reach: float = number(
        53.9,
        "km",
        (30.0, 120.0),
        "fitted in experiments/02_record; prior: assumed: how far one looks",
    )
    margin: float = number(0.15, "1", (0.0, 0.3), "assumed: how far below its threshold one leaves")
    patience: float = number(7.0, "days", (3.0, 21.0), "assumed: days before one leaves")
    surprise: float = number(2.0, "days", (0.5, 7.0), "assumed: half-life of surprise")
    threshold_mean: float = number(
        0.457,
        "1",
        (0.2, 0.5),
        "fitted in experiments/02_record; prior: judgement; Granovetter 1978 for the form",
    )
    threshold_sd: float = number(
        0.116,
        "1",
        (0.05, 0.22),
        "fitted in experiments/02_record; prior: judgement; Granovetter 1978 for the form",
    )
