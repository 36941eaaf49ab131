"""Parameters of sim/core/processes/events.py: dated events and the older causes."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class Events(Bounded):
    """Dated events and the older causes."""

    on: bool = switch("dated events")
    prior_hostility: float = number(
        0.225,
        "1",
        (0.0, 2.0),
        "fitted in experiments/02_record; prior: "
        "assumed: scale of the hostility left by causes before 3 January",
    )
    last_day: int = number(271, "day", (0, 271), "none: events dated later are switched off", "integer")
