"""Rival explanations of regrouping, each as a switch: what "off" means.

On is a scenario as it is. Off is a set of parameter values that removes the mechanism as far as the rules
allow; where a declared bound stops short of zero, off is that bound. No two mechanisms share a parameter, so
that every subset can be run.
"""

from dataclasses import dataclass

from sim._util.suggestions import did_you_mean
from sim.analysis.attribution import subsets
from sim.ensemble.design import Setting, make_design
from sim.params import as_dict


@dataclass(frozen=True)
class Mechanism:
    """One explanation of regrouping: what it would do for ISIS, and the parameters that take it away."""

    claim: str
    off: dict  # ``{dotted name: value}``


MECHANISMS = {
    "breathing space": Mechanism(
        "days of rest mend cohesion and command, of all sides",
        {"recovery.half_life": 30.0, "recovery.command_half_life": 30.0, "recovery.quiet": 0.0005},
    ),
    "outside reinforcement": Mechanism(
        "men come from Iraq and abroad",
        {"manpower.iraq": 0.0, "manpower.foreigners": 5.0, "manpower.smuggled": 0.0},
    ),
    "ordered withdrawal": Mechanism("hopeless towns are left in columns", {"plans.withdrawal": False}),
    "rebel disunity": Mechanism(
        "rebels join late and alone, count little on each other and stay at home",
        {
            "alignment.threshold_mean": 0.2,
            "alignment.threshold_sd": 0.05,
            "alignment.oversized_coalition": 0.0,
            "plans.ideological_cost": 0.0,
            "plans.pursuit": 1.0,
        },
    ),
    "regime front": Mechanism(
        "the government's front binds rebels and takes their towns",
        {"plans.pinning": 0.0, "plans.advance": 0.0},
    ),
    "popular support": Mechanism(
        "towns grow angry, lean and protest; off, opinion stays as it was on the eve",
        {"grievance.on": False, "support.on": False, "protest.on": False},
    ),
    "retaliation": Mechanism("bombs, threats and executions", {"retaliation.on": False}),
    "sponsors": Mechanism("sponsors pay", {"sponsorship.on": False}),
}


def without(*names):
    """Parameters that switch some of ``MECHANISMS`` off, as `sim.run_ensemble` takes them.

    >>> without("retaliation", "sponsors")
    {'retaliation.on': False, 'sponsorship.on': False}
    """
    for name in names:
        if name not in MECHANISMS:
            raise ValueError(f"there is no mechanism {name!r}{did_you_mean(name, MECHANISMS)}")
    return {key: value for name in names for key, value in MECHANISMS[name].off.items()}


def all_subsets(names=tuple(MECHANISMS), scenario="january_2014"):
    """A design with a point for every subset of mechanisms that are on, in the order of `subsets`.

    The others stay on; on is what they are in the scenario.

    >>> design = all_subsets(["retaliation", "sponsors"])
    >>> design.points["retaliation.on"].tolist()
    [False, True, False, True]
    """
    base, every = as_dict(Setting(scenario).params), without(*names)
    parts = [without(*(name for name in names if name not in on)) for on in subsets(list(names))]
    return make_design("list", {name: [off.get(name, base[name]) for off in parts] for name in every})
