"""Futures of one history: forked on one evening, run on with the same random numbers, and paired.

What if the truce had come on day 12? Run one to the evening of day 11, let the events of the scenario
`truce` begin on day 12 in one fork and not in the other, and run both on with the same seeds.
"""

import dataclasses

import numpy as np
import pandas as pd

from sim._util import validation
from sim.analysis.comparison import compare
from sim.analysis.pairing import CompareError
from sim.core.measures import SERIES
from sim.core.outcomes import MEANINGS, classify, regrouping, shares
from sim.ensemble import Ensemble, run_ensemble
from sim.ensemble.frames import breathing_days
from sim.model import RebelConflict
from sim.model.history import measure_focal
from sim.scenario import Scenario, load_scenario
from sim.scenario.build import build

AS_IT_WENT = "as it went"
COUNTS = {  # columns of runs that are the last value of a count that grows from the first evening on
    "dead_isis": "dead_focal",
    "executed_isis": "executed_focal",
    **{name: name for name in ("dead_rebels", "dead_civilians", "executed_rebels", "bombings")},
}
SET_OUT = ("towns", "roads", "factions", "control", "garrisons", "sponsors", "patronage", "relations")


def compare_futures(world, changes, *, runs=200, seed=1, days=None, control="holm", progress=True):
    """Compare futures of one evening with what happens if nothing is changed.

    Parameters
    ----------
    world : RebelConflict
        A stepped world at the evening of the fork; it is left alone.
    changes : dict
        ``{name: change}``. A change is a dict with any of ``scenario`` (what this scenario dates and the
        parameters it sets come to pass from the fork on), ``on`` (day of its first event; the day after
        the fork by default), ``params`` (``{dotted name: value}``), or a function that takes a fork and
        changes it by hand.
    runs, seed : int
        Futures of each, and their seed; run k of each has the same random numbers.
    days : int, optional
        Days after the fork; to the horizon of the world by default.
    control : {"holm", "benjamini-hochberg", "none"}
        See `sim.compare`.
    progress : bool
        Show progress bars.

    Returns
    -------
    Comparison
        Days, classes and shares count from the first evening of the history, as in any other result: the
        past of the fork is part of every run.

    Raises
    ------
    CompareError
        A change that makes no sense: a scenario that sets out from elsewhere, or a day that is past.

    Examples
    --------
    >>> import sim
    >>> world = sim.RebelConflict(seed=1, days=40).run(5)
    >>> found = sim.compare_futures(
    ...     world, {"truce on day 12": {"scenario": "truce", "on": 12}}, runs=4, progress=False
    ... )
    >>> found.base, found.named["truce on day 12"].days
    ('as it went', 40)
    """
    if not isinstance(world, RebelConflict):
        raise validation.invalid("world", world, "a stepped world, a RebelConflict", TypeError)
    if not isinstance(changes, dict):
        raise validation.invalid("changes", changes, "a dict of names and changes", TypeError)
    days = world.days - world.day if days is None else days
    request = {"runs": runs, "seed": seed, "days": days, "detail": "daily", "progress": progress}
    forks = {AS_IT_WENT: world.fork()} | {
        name: changed(world, name, change) for name, change in changes.items()
    }
    named = {name: with_past(world, run_ensemble(start=fork, **request)) for name, fork in forks.items()}
    return compare(named, control=control)


def changed(world, name, change):
    """A fork with one change made."""
    if callable(change):
        fork = world.fork()
        change(fork)
        return fork
    if not isinstance(change, dict):
        expected = "a dict with scenario, on and params, or a function"
        raise validation.invalid(f"changes[{name!r}]", change, expected, TypeError)
    overrides = validation.parameters(f"changes[{name!r}]['params']", change.get("params", {}))
    on = validation.whole(f"changes[{name!r}]['on']", change.get("on", world.day + 1))
    unknown = set(change) - {"scenario", "on", "params"}
    if unknown:
        raise CompareError(f"{name}: a change has scenario, on and params, not {', '.join(sorted(unknown))}")
    if "scenario" not in change:
        if "on" in change:
            raise CompareError(
                f"{name}: on= is the day of a scenario's first event, and there is no scenario"
            )
        return world.fork(**overrides)
    other = change["scenario"]
    other = other if isinstance(other, Scenario) else load_scenario(other)
    scenario = from_day(world, name, other, on)
    fork = world.fork(**(other.params | overrides))
    fork._scenario, fork.static = scenario, build(scenario)[0]
    return fork


def from_day(world, name, other, day):
    """The world's scenario with what another one dates, moved so that its first event is on that day."""
    scenario = world.scenario
    moved = [table for table in SET_OUT if not getattr(scenario, table).equals(getattr(other, table))]
    if moved:
        start = f"scenario {other.name} sets out from elsewhere ({', '.join(moved)})"
        raise CompareError(f"{name}: {start}, and cannot come later")
    if day <= world.day:
        raise CompareError(f"{name}: day {day} is past: the history stands at the evening of day {world.day}")
    mine = set(map(tuple, scenario.events.astype(str).to_numpy()))
    new = [tuple(row) not in mine for row in other.events.astype(str).to_numpy()]
    added = other.events[new].copy()
    if added.empty and not other.params:
        raise CompareError(f"{name}: scenario {other.name} dates nothing that {scenario.name} does not")
    if len(added):
        added["day"] += day - added["day"].min()
    events = pd.concat([scenario.events, added], ignore_index=True)
    return dataclasses.replace(scenario, events=events.sort_values("day", kind="stable", ignore_index=True))


def with_past(world, future):
    """Runs that go on from a fork, with the days before it: one history from its first evening.

    Parameters
    ----------
    world : RebelConflict
        At the evening of the fork.
    future : Ensemble
        Run on from there, with daily detail.

    Returns
    -------
    Ensemble
        Tables ``focal`` and ``runs``: classes, trough, regrouping, shares, rest and the dead are those of the
        whole history, the other counts those after the fork.
    """
    past = _past(world)
    runs, days = len(future.runs), world.day + future.days
    series = {}
    for name in SERIES:
        after = future.focal[name].to_numpy(float).reshape(runs, -1)
        if name in COUNTS.values():
            after += past[name][-1]
        series[name] = np.concatenate([np.tile(past[name][:-1], (runs, 1)), after], axis=1)
    focal = {
        "run": np.repeat(np.arange(runs, dtype=np.int32), days + 1),
        "day": np.tile(np.arange(days + 1, dtype=np.int16), runs),
    } | {name: values.ravel().astype(np.int32) for name, values in series.items()}
    tables = {"runs": _again(future.runs, series, future.params.outcomes), "focal": pd.DataFrame(focal)}
    about = {"params": future.params, "seed": future.seed, "start": future.start, "days": days}
    return Ensemble(scenario=future.scenario.seen_from(-world.day), detail="daily", tables=tables, **about)


def _past(world):
    """Measures of the focal faction from day 0 to the fork."""
    eve = RebelConflict(world.scenario, seed=world.seed, run=world.run_number, params=world.params)
    first, later = measure_focal(eve), world.datacollector.model_vars
    return {name: np.array([first[name], *later[name]], float) for name in SERIES}


def _again(runs, series, thresholds):
    """The table of runs, with what depends on the whole history worked out again."""
    runs = runs.copy()
    for suffix in MEANINGS.values():
        people, towns = series["people" + suffix], series["towns" + suffix]
        runs["outcome" + suffix] = classify(people, series["men"], towns, thresholds)
    people = shares(series["people"])
    day, runs["trough_share"], back = regrouping(people, thresholds)
    runs["trough_day"], runs["regroup_day"] = day, back
    runs["breathing_days"] = breathing_days(series["quiet"], day, back)
    runs["end_people_share"], runs["end_men_share"] = people[:, -1], shares(series["men"])[:, -1]
    for column, name in COUNTS.items():
        runs[column] = series[name][:, -1].astype(int)
    return runs
