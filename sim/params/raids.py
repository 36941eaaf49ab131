"""Parameters of sim/core/processes/raids.py: small clashes along the roads between towns of enemies."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Raids(Bounded):
    """Small clashes along the roads between towns of enemies."""

    on: bool = switch("raids")
    rate: float = number(
        0.541,
        "1/day",
        (0.0, 1.0),
        "fitted in experiments/02_record; prior: "
        "assumed; UCDP: 6 engagements a day in February 2014, on some 20 such roads",
    )
    scale: float = number(
        51.3,
        "km",
        (20.0, 80.0),
        "fitted in experiments/02_record; prior: judgement on Boulding 1962, as march.distance",
    )
    share: float = number(
        0.459,
        "1",
        (0.05, 0.5),
        "fitted in experiments/02_record; prior: assumed: part of the smaller force that takes part",
    )
    most: float = number(
        30.6,
        "men",
        (20.0, 150.0),
        "fitted in experiments/02_record; prior: assumed: largest party",
    )
    lethality: float = number(
        0.0314,
        "1",
        (0.01, 0.15),
        "fitted in experiments/02_record; prior: "
        "assumed; UCDP: some 6 dead an engagement in February and March 2014",
    )
