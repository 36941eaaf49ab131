"""Parameters of sim/core/processes/manpower.py: who joins, leaves and changes sides."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


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
    desertion: float = number(
        0.0024,
        "1/day",
        (0.0002, 0.003),
        "fitted in experiments/02_record; prior: literature/mechanisms 11",
    )
    loss_drives: float = number(20.0, "1", (0.0, 60.0), "assumed")
    unpaid_drives: float = number(1.5, "1", (0.0, 3.0), "assumed")
    cohesion_holds: float = number(
        2.11,
        "1",
        (0.0, 5.0),
        "fitted in experiments/02_record; prior: assumed",
    )
    cornered: float = number(0.3, "1", (0.1, 0.6), "assumed: odds below which a unit may change sides")
    defection: float = number(
        0.0104,
        "1/day",
        (0.0, 0.1),
        "fitted in experiments/02_record; prior: assumed",
    )
    ideology_scale: float = number(0.3, "1", (0.1, 0.6), "judgement: scale of ideological likeness")
    max_ideological_distance: float = number(
        0.521,
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
