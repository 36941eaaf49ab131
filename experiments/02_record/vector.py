"""What a world tells, as the one record would have told it: a vector of named statistics.

All targets; who held each town, stretch by stretch; engagements and the dead week by week and by province, as
UCDP counts them. Counts pass through a model of their observation: a part is reported, which nobody knows and
every world draws anew, and weeks are told more or less fully by chance, so that a count is negative binomial.
"""

import itertools

import numpy as np
from worlds import DAYS

from sim.record.observe import counted, with_total
from sim.record.programmes import WAR
from sim.record.targets import value_of

STRETCHES = (0, 7, 14, 29, 59, 88)  # days between which the map is told: the share of them a town was held
NEVER = DAYS + 15.0  # a day that never comes
WEEKS = range(4, 88, 7)  # first days of UCDP's weeks; that of 30 December is half before the war
MONTHS = {"January": (4, 32), "later": (32, 88)}  # of engagements by province


def reported(observed, observation, province, rng):
    """What is counted of what happened: part of it, and of the days of a week more or less together.

    Parameters
    ----------
    observed : sim.record.observe.Observed
        Everything that happened.
    observation : dict
        ``dead`` and ``events``: lowest and highest part that is reported; ``dead_size`` and ``events_size``:
        size of the negative binomial, whose variance is mean + mean**2 / size.
    province : ndarray (towns,)
        Row of the province of each town.
    rng : numpy.random.Generator
        Of the reporting.

    Returns
    -------
    Observed
        With fewer dead and engagements; the map as it was.
    """
    runs, days = observed.held.shape[:2]
    week = np.arange(days) // 7

    def told(size, *more):
        """How fully each week is told: mean 1."""
        return rng.gamma(size, 1.0 / size, (runs, week[-1] + 1, *more))[:, week]

    part = rng.uniform(*observation["dead"], (runs, 1, 1))
    daily = np.diff(observed.dead[..., :3], axis=1, prepend=0.0)
    dead = np.cumsum(rng.poisson(daily * part * told(observation["dead_size"], 3)), axis=1).astype(float)
    daily = np.diff(observed.executed, axis=1, prepend=0.0).astype(np.int64)
    executed = np.minimum(np.cumsum(rng.binomial(daily, part), axis=1), dead[..., :2])
    daily = np.diff(observed.bombings, axis=1, prepend=0.0)
    bombings = np.cumsum(rng.poisson(daily * told(observation["dead_size"])), axis=1).astype(float)
    chance = rng.uniform(*observation["events"], (runs, 1)) * told(observation["events_size"])
    fights = observed.fights
    kept = rng.random(len(fights.run)) < chance[fights.run, fights.day]
    fights = type(fights)(*(column[kept] for column in fights))
    return observed._replace(
        dead=with_total(*np.moveaxis(dead, -1, 0)),
        executed=executed,
        bombings=bombings,
        events=counted(fights, (runs, days, observed.events.shape[2]), province),
        fights=fights,
    )


def of_map(observed, record, town_ids):
    """Share of each stretch for which each town was held, half where ISIS only was there too."""
    known = record.observed.seen[0]
    both = (observed.held[:, : DAYS + 1] + observed.holds("any")[:, : DAYS + 1].astype(float)) / 2
    found = {}
    for first, last in itertools.pairwise(STRETCHES):
        days = slice(first + 1, last + 1)
        weight = known[days].astype(float)
        share = (both[:, days] * weight).sum(axis=1) / np.maximum(weight.sum(axis=0), 1.0)
        for k in np.flatnonzero(weight.sum(axis=0)):
            found[f"{town_ids[k]} to day {last}"] = share[:, k]
    return found


def of_worlds(observed, theatre):
    """Statistics of some worlds: ``{name: (runs,)}``."""
    found = {
        t["id"]: value_of(t, observed, theatre.names, theatre.scenario.day) for t in theatre.record.targets
    }
    found |= of_map(observed, theatre.record, theatre.scenario.town_ids)
    fallen = np.diff(observed.dead[..., 0] + observed.dead[..., 1], axis=1, prepend=0.0)
    for first in WEEKS:
        days = slice(first, first + 7)
        found[f"engagements, week of day {first}"] = observed.events[:, days].sum(axis=(1, 2))
        found[f"dead, week of day {first}"] = fallen[:, days].sum(axis=1)
    for month, (first, last) in MONTHS.items():
        for k, name in enumerate(theatre.scenario.provinces):
            found[f"engagements, {name}, {month}"] = observed.events[:, first:last, k].sum(axis=1)
    return {name: np.where(np.isposinf(values), NEVER, values) for name, values in found.items()}


def of_record(record, town_ids, provinces):
    """The same statistics of the record: ``{name: value}``."""
    found = {t["id"]: t["value"] for t in record.targets}
    found |= {name: values[0] for name, values in of_map(record.observed, record, town_ids).items()}
    weeks = record.weeks[record.weeks["dyad"] == WAR]
    for first in WEEKS:
        week = weeks[weeks["day"] == first]
        found[f"engagements, week of day {first}"] = float(week["events"].sum())
        found[f"dead, week of day {first}"] = float(week["focal"].sum() + week["rebels"].sum())
    for month, (first, last) in MONTHS.items():
        part = weeks[weeks["day"].between(first, last - 1)]
        for name in provinces:
            found[f"engagements, {name}, {month}"] = float(part.loc[part["province"] == name, "events"].sum())
    return found | {"marches": 0.0}
