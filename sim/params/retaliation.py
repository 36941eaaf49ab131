"""Parameters of sim/core/processes/retaliation.py: bombs, threats, executions."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Retaliation(Bounded):
    """Bombs, threats, executions."""

    on: bool = switch("retaliation")
    baseline_rate: float = number(
        0.577,
        "1/day",
        (0.0, 0.6),
        "fitted in experiments/02_record; prior: "
        "literature/mechanisms 8 has 0.1; set by hand on January 2014",
    )
    per_ground: float = number(
        3.22,
        "1/day",
        (0.0, 12.0),
        "fitted in experiments/02_record; prior: "
        "set by hand on January 2014; 1.8 a day on 3 to 11 January (SOHR)",
    )
    per_death: float = number(
        19.5,
        "1/day",
        (0.0, 200.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    dead: float = number(
        2.99,
        "deaths",
        (2.0, 8.0),
        "fitted in experiments/02_record; prior: literature/mechanisms 8: 1 to 15, mean 4",
    )
    civilians: float = number(
        0.167,
        "deaths",
        (0.0, 4.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    scale: float = number(50.0, "km", (20.0, 150.0), "assumed: how far attackers go")
    fear: float = number(0.05, "1", (0.0, 0.3), "assumed: fear left by one act")
    anger: float = number(0.03, "1", (0.0, 0.2), "assumed: hostility left by one act")
    threats: float = number(0.1, "1/day", (0.0, 0.4), "assumed")
    executions: float = number(
        0.0219,
        "1/day",
        (0.0, 0.05),
        "fitted in experiments/02_record; prior: assumed: usual chance that a prisoner is killed",
    )
    falling: float = number(
        0.0142,
        "1/day",
        (0.0, 0.6),
        "fitted in experiments/02_record; prior: assumed: extra chance when a prison is about to fall",
    )
    townspeople: float = number(
        0.2, "deaths/day", (0.0, 1.0), "assumed: townspeople killed where a prison is falling"
    )
