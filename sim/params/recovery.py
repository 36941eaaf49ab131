"""Parameters of sim/core/processes/recovery.py: cohesion and command with rest."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Recovery(Bounded):
    """Cohesion and command with rest."""

    on: bool = switch("recovery")
    wear: float = number(
        0.63,
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
