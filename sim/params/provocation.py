"""Parameters of sim/core/processes/provocation.py: clashes between armed men who share a town."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Provocation(Bounded):
    """Clashes between armed men who share a town."""

    on: bool = switch("provocation")
    rate: float = number(
        0.02, "1/day", (0.0, 0.1), "assumed; some ten events in the last quarter of 2013 (UCDP)"
    )
    hurt: float = number(0.15, "1", (0.0, 0.4), "assumed")
    half_life: float = number(
        68.1,
        "days",
        (20.0, 180.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    spread: float = number(
        0.01, "1/day", (0.0, 0.05),
        "assumed; Nusra fought ISIS in Raqqa from 6 January, in Aleppo only from February (UCDP)",
    )  # fmt: skip
