"""Which runs form pairs (common random numbers), and why some results cannot be paired at all."""

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pandas as pd

from sim._util import validation
from sim._util.errors import InfightingError
from sim.core.kernel import source_hash
from sim.ensemble import load_results


class CompareError(InfightingError):
    """Results that cannot be paired; one sentence for each reason."""


def opened(results):
    """Ensembles from ensembles or folders by name: the scenario's, or the folder's where two have one."""
    ensembles = [
        load_results(each) if isinstance(each, (str, Path)) else validation.ensemble("results", each)
        for each in results
    ]
    names = [ensemble.scenario.name for ensemble in ensembles]
    if len(set(names)) < len(names):
        folders = [Path(each).name if isinstance(each, (str, Path)) else None for each in results]
        names = [f"{name} ({k})" for k, name in enumerate(names, 1)]
        if all(folders) and len(set(folders)) == len(folders):
            names = folders
    return dict(zip(names, ensembles, strict=True))


def refuse(named):
    """Raise CompareError with every reason why results cannot be paired with the first of them."""
    if len(named) < 2:
        raise CompareError("a comparison needs two results or more")
    (base, first), *others = named.items()
    reasons = [reason for name, other in others for reason in _reasons(base, first, name, other)]
    if reasons:
        raise CompareError("\n".join(reasons))


def _reasons(base, first, name, other):
    """Sentences about what two results do not share and pairs must."""
    cannot = f"{name} cannot be paired with {base}"
    for what, read in MUST_AGREE.items():
        one, two = read(first), read(other)
        if one != two:
            shown = f": {two} against {one}" if isinstance(one, (int, str)) else ""
            yield f"{cannot}: they differ in {what}{shown}"
    if (first.points is None) != (other.points is None):
        yield f"{cannot}: one is a design with points, the other a single world"
    elif first.points is not None and not same_points(first.points, other.points):
        yield f"{cannot}: their points are not the same draws of parameters"
    elif len(common(first, other)) < 2:
        yield f"{cannot}: they have fewer than two runs in common"


def same_points(one, two):
    """True if two designs drew the same values, points of which only one has runs left aside."""
    both = one.index.intersection(two.index)
    return set(one.columns) == set(two.columns) and one.loc[both].equals(two.loc[both, one.columns])


def _rules(ensemble):
    """Hash of the rules that made the numbers; those in memory were made by the rules of this program."""
    return (getattr(ensemble.tables, "manifest", None) or {}).get("code", source_hash())


MUST_AGREE = {  # what the runs of a pair share: why, and how it is read
    "their seed, so that they have no common random numbers": lambda e: int(e.seed),
    "their number of days": lambda e: int(e.days),
    "their first day": lambda e: str(e.scenario.date(1)),
    "the world the runs set out from": lambda e: e.start and (e.start["day"], e.start["key"]),
    "how parameters were drawn": lambda e: getattr(e, "draw", "defaults"),
    "the posterior they were drawn from (hash)": lambda e: (getattr(e, "posterior", None) or "none")[:12],
    "their towns": lambda e: tuple(e.scenario.town_ids),
    "their factions": lambda e: tuple(e.scenario.faction_ids),
    "the thresholds of the outcome classes": lambda e: astuple(e.params.outcomes),
    "the rules that made them (hash)": _rules,
}


def keys(ensemble):
    """What names a run: its number, and in a design its point as well."""
    return ["run"] if ensemble.points is None else ["point", "run"]


def common(*ensembles):
    """Names of the runs that all have, in order."""
    index = [pd.MultiIndex.from_frame(e.runs[keys(e)]) for e in ensembles]
    shared = index[0]
    for other in index[1:]:
        shared = shared[shared.isin(other)]
    return shared.sort_values()


def rows(frame, by, shared):
    """Rows of a table of runs for the shared runs only, in their order."""
    return frame.set_index(by).loc[shared if len(by) > 1 else shared.get_level_values(0)].reset_index()


def by_day(ensemble, shared, column):
    """A measure of the focal faction as (runs, days + 1), in the order of the shared runs."""
    by = keys(ensemble)
    frame = ensemble.focal[[*by, "day", column]]
    table = frame.pivot(index=by, columns="day", values=column)
    return table.loc[shared if len(by) > 1 else shared.get_level_values(0)].to_numpy(float)


def by_point(values, shared):
    """Means of each point of a design: runs of one draw of parameters are no independent draws."""
    if shared.nlevels == 1:
        return values
    point = shared.get_level_values(0).to_numpy()
    order = np.unique(point)
    return np.array([values[point == one].mean(axis=0) for one in order])
