"""Designs: which points of parameter space are run, sampled by SALib and SciPy, never by hand.

Samples are drawn in the unit cube and stretched to the factors (`sim.ensemble.factors`), so that analyses
have the cube too (`Design.unit`).
"""

import hashlib
import itertools
import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim._util import validation
from sim._util.errors import shown
from sim._util.suggestions import did_you_mean
from sim._util.validation import is_whole
from sim.ensemble.factors import DAYS, SCENARIO, SEED, DesignError, column, factor_of, listed, ranges
from sim.params import Params, as_dict, declared, renamed, with_values
from sim.scenario import Scenario, ScenarioError, load_scenario

KINDS = ("grid", "latin_hypercube", "sobol", "morris", "list")
MOST_POINTS = 1_000_000
LEVELS = 4  # of a factor of morris, by default


@dataclass(frozen=True, eq=False)
class Design:
    """Points to run.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    factors : tuple of Factor
        One a dimension, in the order given.
    points : pandas.DataFrame
        One row a point (index ``point``, from 0), one column a factor.
    unit : numpy.ndarray or None, (points, factors)
        The same in the unit cube; None for grids and lists.
    request : dict
        What it was made from; ``make_design(**request)`` makes it again.

    Examples
    --------
    >>> make_design("grid", {"plans.pinning": [0, 0.3, 0.6]})
    Design('grid', 3 points over plans.pinning)
    """

    kind: str
    factors: tuple
    points: pd.DataFrame
    unit: np.ndarray | None = None
    request: dict = field(default_factory=dict)

    def __len__(self):
        """Number of points."""
        return len(self.points)

    def __repr__(self):
        """Kind and size in one line."""
        names = ", ".join(factor.name for factor in self.factors)
        return f"Design({self.kind!r}, {len(self):,} points over {names})"

    @property
    def problem(self):
        """The problem as SALib takes it, over the unit cube: its analyses take `unit` as their X.

        Examples
        --------
        >>> make_design("latin_hypercube", {"march.speed": None}, points=4).problem
        {'num_vars': 1, 'names': ['march.speed'], 'bounds': [[0.0, 1.0]]}
        """
        return _cube(self.factors)


def make_design(kind, over, points=None, *, seed=0, levels=LEVELS, second_order=False):
    """Make a design.

    Parameters
    ----------
    kind : {"grid", "latin_hypercube", "sobol", "morris", "list"}
        ``grid``: every combination. ``latin_hypercube``: a space-filling sample. ``sobol``: Saltelli's
        sample for Sobol' indices. ``morris``: trajectories for screening. ``list``: the lists of values
        side by side, first with first, second with second.
    over : dict, str, list of str or pandas.DataFrame
        ``{factor: range}``, as `sim.ensemble.factors` says; for ``list``, lists of one length, or a
        DataFrame with one row a point and one column a factor. A factor may be a pattern such as
        ``grievance.*``; ``"all"`` is every uncertain parameter within its bounds.
    points : int, optional
        ``latin_hypercube``: number of points. ``sobol``: size N of the base sample, a power of two; the
        design has N (d + 2) points over d factors, or N (2 d + 2) with ``second_order``. ``morris``: number
        of trajectories; the design has N (d + 1) points. ``grid``: values of each range, 2 (its ends) if
        not given. ``list``: not given.
    seed : int
        Seed of the sample, 0 or more; it has nothing to do with the random numbers of the runs.
    levels : int
        Morris only: levels of each factor, even.
    second_order : bool
        Sobol' only: also what second-order indices need.

    Returns
    -------
    Design

    Raises
    ------
    DesignError
        With a sentence for every problem.

    Examples
    --------
    >>> design = make_design("grid", {"sponsorship.gulf": [0, 0.5, 1], "scenario": ["january_2014", "truce"]})
    >>> len(design), values_of(design, 1)
    (6, ('truce', {'sponsorship.gulf': 0.0}))
    >>> len(make_design("sobol", {"march.speed": None, "grievance.rise": [0, 0.05]}, points=8))
    32
    >>> make_design("latin_hypercube", ["protest.*", "-protest.t*"], points=64)
    Design('latin_hypercube', 64 points over protest.deterrence, protest.days)
    """
    over = _columns(over) if isinstance(over, pd.DataFrame) and kind == "list" else over
    request = {"kind": kind, "over": over, "points": points, "seed": seed, "levels": levels}
    request["second_order"] = second_order
    factors, problems = factors_of(**request)
    if problems:
        raise DesignError(problems)
    unit = None
    if kind in ("grid", "list"):
        columns = _grid(factors, points) if kind == "grid" else _list(factors)
    else:
        unit = _sample(kind, factors, points, seed, levels, second_order)
        columns = {f.name: f.stretch(unit[:, k]) for k, f in enumerate(factors)}
    frame = pd.DataFrame(columns)
    frame.index = pd.RangeIndex(len(frame), name="point")
    request["over"] = ranges(over)[0]  # by name: what "all" stands for may change from version to version
    return Design(kind, tuple(factors), frame, unit, request)


def _columns(frame):
    """The columns of a DataFrame as lists, seeds and days as whole numbers where they are such."""
    twice = [str(name) for name in frame.columns[frame.columns.duplicated()]]
    if problems := [f"the DataFrame has two columns {name}" for name in twice]:
        raise DesignError(problems)
    if not len(frame):
        raise DesignError(["the DataFrame has no rows"])
    out = {str(name): column.tolist() for name, column in frame.items()}
    for name in {SEED, DAYS} & out.keys():
        out[name] = [int(value) if is_whole(value) else value for value in out[name]]
    return out


def factors_of(kind, over, points=None, seed=0, levels=LEVELS, second_order=False):
    """The factors of a design, and sentences about all that is wrong with it; as for `make_design`."""
    kind = kind if isinstance(kind, str) else shown(kind)
    problems = [*_wrong_kind(kind, points), *_wrong_numbers(kind, seed, levels, second_order)]
    if not isinstance(over, dict | str | list | tuple | None):
        if isinstance(over, pd.DataFrame):
            return [], [*problems, f"a DataFrame has the points of a list, and this is a {kind}"]
        return [], [*problems, f"design.over = {over!r}: expected factors and what they range over"]
    factors, (chosen, wrong) = [], ranges(over or {})
    problems += wrong
    for name, given in chosen.items():
        try:
            factors.append(listed(name, given) if kind == "list" else factor_of(name, given))
        except DesignError as error:
            problems += error.problems
    if not chosen and not wrong:
        problems.append("design.over is empty: expected at least one parameter, or scenario")
    return factors, problems


def wrong_count(name, value, most):
    """A sentence about a number of a design (`name`) that is no whole number from 1 to `most`."""
    if not _is_whole(value) or not 1 <= value <= most:
        yield f"design.{name}={value!r}: expected a whole number from 1 to {most:,}"


def _is_whole(value):
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _wrong_kind(kind, points):
    """Sentences about the kind and its number of points."""
    if kind not in KINDS:
        yield f"design.kind={kind} does not exist{did_you_mean(kind, KINDS)} (there are: {', '.join(KINDS)})"
        return
    if kind == "list":
        if points is not None:
            yield f"design.points={points}: a list has as many points as its lists are long; leave it out"
        return
    if points is None:
        if kind != "grid":
            yield f"design.points is missing: expected a whole number for kind={kind}"
    elif wrong := list(wrong_count("points", points, MOST_POINTS)):
        yield from wrong
    elif kind == "sobol" and points & (points - 1):
        near = 2 ** round(math.log2(points))
        yield f"design.points={points}: expected a power of two for kind=sobol, such as {near}"


def _wrong_numbers(kind, seed, levels, second_order):
    """Sentences about the other numbers: what they cannot be, and where they would do nothing."""
    if not _is_whole(seed) or not 0 <= seed < 2**63:
        yield f"design.seed={seed!r}: expected a whole number from 0 to 2**63 - 1"
    elif seed and kind in ("grid", "list"):
        yield f"design.seed={seed}: a {kind} draws nothing; the random numbers of the runs follow seed="
    if not _is_whole(levels) or levels < 2 or levels % 2:
        yield f"design.levels={levels!r}: expected an even number, 2 or more"
    elif levels != LEVELS and kind in KINDS and kind != "morris":
        yield f"design.levels={levels}: goes with kind=morris, and this is {kind}"
    if second_order and kind in KINDS and kind != "sobol":
        yield f"design.second_order=true: goes with kind=sobol, and this is {kind}"


def _grid(factors, points):
    """Every combination; the last factor changes fastest."""
    if points is not None and all(factor.values for factor in factors):
        raise DesignError([f"design.points={points}: a grid of lists has their values; leave it out"])
    ranges = [factor.levels(points or 2) for factor in factors]
    if math.prod(map(len, ranges)) > MOST_POINTS:
        raise DesignError([f"the grid has {math.prod(map(len, ranges)):,} points, above {MOST_POINTS:,}"])
    columns = list(zip(*itertools.product(*ranges), strict=True))
    return {f.name: column(c, f.name) for f, c in zip(factors, columns, strict=True)}


def _list(factors):
    """The lists side by side."""
    lengths = {len(factor.values) for factor in factors}
    if len(lengths) > 1:
        text = ", ".join(f"{factor.name} has {len(factor.values)}" for factor in factors)
        raise DesignError([f"design.over: the lists are not of one length ({text})"])
    return {factor.name: column(factor.values, factor.name) for factor in factors}


def _sample(kind, factors, points, seed, levels, second_order):
    """A sample of the unit cube: (points, factors). Samplers are slow to import, and --help needs none."""
    if kind == "latin_hypercube":
        from scipy.stats import qmc

        return qmc.LatinHypercube(d=len(factors), rng=seed).random(points)
    if kind == "sobol":
        from SALib.sample import sobol

        return sobol.sample(_cube(factors), points, calc_second_order=second_order, seed=seed)
    from SALib.sample import morris

    return morris.sample(_cube(factors), points, num_levels=levels, seed=seed)


def _cube(factors):
    names = [factor.name for factor in factors]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0] for _ in names]}


def values_of(design, point):
    """Scenario (None if it is no factor) and other factors of one point of a design, or of its points."""
    points = getattr(design, "points", design)
    row = {name: points[name].loc[point] for name in points.columns}
    row = {name: value.item() if isinstance(value, np.generic) else value for name, value in row.items()}
    whole = {name for name, p in declared().items() if p.kind == "integer"}
    row = {n: int(v) if n in whole and float(v).is_integer() else v for n, v in row.items()}
    return row.pop(SCENARIO, None), row


class Setting:
    """What the points of a design have in common; alone, the one point of an ensemble.

    ``params`` go on top of the scenario's own, or are a whole set; all runs set out from a stepped ``world``.
    ``overrides`` make the setting from the scenario (of a stepped world, all of them), ``by_name`` are those
    that the caller set, ``start`` says where a stepped world is: day, key and hash.
    """

    def __init__(self, scenario="january_2014", params=None, world=None):
        whole = isinstance(params, Params)
        if params is not None and not whole:
            params = validation.parameters("params", params)
        overrides = {} if whole else renamed(params or {})
        self.by_name = tuple(overrides)
        self.world, self.start, self._loaded = world, None, {}
        if world is not None:
            if not all(hasattr(world, needed) for needed in ("static", "state", "key", "scenario")):
                raise validation.invalid("start", world, "a stepped world, a RebelConflict", TypeError)
            scenario = world.scenario.seen_from(world.day)
            state = hashlib.sha256(world.state.tobytes() + world.static.tobytes())
            self.start = {"day": int(world.day), "key": int(world.key), "state": state.hexdigest()[:16]}
            overrides = as_dict(world.params) | overrides
        self.overrides = as_dict(params) if whole else overrides
        self.scenario = scenario if isinstance(scenario, Scenario) else self.load(scenario)
        self.params = self.at({})[1]

    def load(self, name):
        """A scenario by name, read once; None is the common one."""
        if name is None:
            return self.scenario
        if name not in self._loaded:
            self._loaded[name] = load_scenario(name)
        return self._loaded[name]

    def hashes(self, design):
        """Hashes of the scenarios that a design plays, by name; ``""`` for one that cannot be read."""
        found = {}
        for name in sorted(set(getattr(design, "points", design)[SCENARIO])):
            try:
                found[str(name)] = self.load(name).hash
            except ScenarioError:
                found[str(name)] = ""
        return found

    def at(self, values, scenario=None):
        """Scenario and parameters of one point; ValueError if there can be no such point."""
        scenario = self.load(scenario)
        return scenario, with_values(Params(), scenario.params | self.overrides | renamed(values))
