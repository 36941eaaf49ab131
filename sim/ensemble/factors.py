"""Factors: what one dimension of a design ranges over.

A factor is a parameter (by its dotted name), ``scenario``, ``seed`` or ``days``; ``all`` and patterns such as
``grievance.*`` stand for several parameters, and ``-name`` takes some of them away (`sim.params.expand`). It
ranges over

- nothing (None): from its lowest to its highest declared value; a switch is on or off;
- ``[low, high]``, two numbers: everything between them, whole numbers only if the parameter takes only such;
- a list of anything else, or ``{"values": [...]}``: these values and no others.

Whatever is wrong for all points is an error here; a single value out of bounds is not: its point fails by
itself when it is run.
"""

import math
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
import pandas as pd

from sim._util.errors import InfightingError
from sim.params import canonical, declared, resolve
from sim.scenario import ScenarioError, scenario_names
from sim.scenario.folder import find

SCENARIO, SEED, DAYS = "scenario", "seed", "days"
# factors that are no parameters: what their values are, and in words
OWN = {SCENARIO: (str, "a name"), SEED: (Integral, "a whole number"), DAYS: (Integral, "a whole number")}


class DesignError(InfightingError):
    """A design that makes no sense; one sentence for each problem."""


@dataclass(frozen=True)
class Factor:
    """One dimension of a design."""

    name: str  # dotted name of a parameter, or one of OWN
    kind: str  # continuous, integer or categorical
    low: float = math.nan  # both ends are included
    high: float = math.nan
    values: tuple = ()  # if categorical
    unit: str = ""

    def stretch(self, u):
        """Values of this factor from numbers between 0 and 1.

        >>> Factor("march.speed", "continuous", 20, 60).stretch([0, 0.5, 1]).tolist()
        [20.0, 40.0, 60.0]
        >>> Factor("plans.days", "integer", 1, 4).stretch([0, 0.3, 1]).tolist()
        [1, 2, 4]
        """
        u = np.asarray(u, float)
        if self.kind == "continuous":
            return np.clip(self.low + u * (self.high - self.low), self.low, self.high)
        count = len(self.values) if self.values else int(self.high - self.low) + 1
        step = np.minimum((u * count).astype(np.int64), count - 1)
        return column(self.values)[step] if self.values else step + int(self.low)

    def levels(self, count):
        """So many values, evenly spread over the range; all if categorical; of whole numbers none twice."""
        if self.values:
            return list(self.values)
        if self.low == self.high or count == 1:
            spread = np.array([self.low])
        else:
            spread = np.linspace(self.low, self.high, count)
        whole = np.unique(np.rint(spread).astype(np.int64))
        return whole.tolist() if self.kind == "integer" else spread.tolist()


def flat(over):
    """Factors by dotted name, however they were nested; the command line nests, and goes before the file.

    >>> flat({"march.speed": [30, 60], "scenario": ["truce"], "params": {"plans": {"pursuit": None}}})
    {'march.speed': [30, 60], 'scenario': ['truce'], 'plans.pursuit': None}
    >>> flat("all")
    {'all': None}
    """
    return dict(_leaves(over))


def _leaves(over, parents=()):
    """Name and range of every factor; a name, or a list of names, has no ranges."""
    if not isinstance(over, dict):
        over = dict.fromkeys([over] if isinstance(over, str) else over)
    for name, values in over.items():
        path = (*parents, *str(name).split("."))
        if isinstance(values, dict) and set(values) != {"values"}:
            yield from _leaves(values, path)
        else:
            yield canonical(".".join(path)), values


def named_twice(over):
    """Sentences about factors that stand twice in one file, nested and dotted or by an old name.

    >>> list(named_twice({"march.speed": None, "march": {"speed": [30, 60]}}))
    ['design.over names march.speed twice']
    """
    names = [name for name, _ in _leaves(over)]
    return (f"design.over names {name} twice" for name in dict.fromkeys(names) if names.count(name) > 1)


def ranges(over):
    """What each factor ranges over, by the name of its parameter, and sentences about names that are none.

    >>> ranges({"scenario": None, "protest.d*": None, "plans.alarm": [0, 1]})[0]
    {'scenario': None, 'protest.deterrence': None, 'protest.days': None, 'plans.threat_weight': [0, 1]}
    """
    requests = [over] if isinstance(over, str) else [str(name) for name in over]
    values = {str(name): given for name, given in over.items()} if isinstance(over, dict) else {}
    chosen, problems = resolve([name for name in requests if name not in OWN], other=tuple(OWN))
    out = {}
    for request in requests:
        found = [request] if request in OWN else [n for n, by in chosen.items() if by == request]
        out |= dict.fromkeys(found, values.get(request))
    return out, [f"design.over: {problem}" for problem in problems]


def factor_of(name, given):
    """A factor from its name and what it ranges over."""
    if name in OWN:
        return _categorical(name, scenario_names() if name == SCENARIO and given is None else given, "")
    parameter = declared()[name]
    if given is None:
        given = [False, True] if parameter.kind == "switch" else [parameter.low, parameter.high]
    is_range = isinstance(given, (list, tuple)) and len(given) == 2 and all(_is_number(v) for v in given)
    if is_range and parameter.kind != "switch":
        return _ranged(parameter, given)
    return _categorical(name, given, parameter.unit)


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool)


def _ranged(parameter, given):
    """A continuous or integer factor; DesignError outside the declared bounds."""
    low, high = (float(value) for value in given)
    text = f"design.over.{parameter.name} = [{low:g}, {high:g}]"
    if not low <= high:
        raise DesignError([f"{text}: the first is above the second"])
    if wrong := parameter.outside(low, high):
        raise DesignError([f"design.over.{parameter.name}{wrong}"])
    if parameter.kind == "integer" and not (low.is_integer() and high.is_integer()):
        raise DesignError([f"{text}: expected whole numbers"])
    kind = "integer" if parameter.kind == "integer" else "continuous"
    return Factor(parameter.name, kind, low, high, unit=parameter.unit)


def _categorical(name, given, unit):
    """A factor of named values."""
    if isinstance(given, dict) and set(given) == {"values"}:
        given = given["values"]
    if isinstance(given, (str, bytes)) or not isinstance(given, (list, tuple, np.ndarray)):
        raise DesignError(
            [f"design.over.{name} = {given!r}: expected [low, high], a list of values or nothing"]
        )
    values = tuple(given)
    if not values:
        raise DesignError([f"design.over.{name} is empty: expected at least one value"])
    kind, expected = OWN.get(name, ((Real, np.bool_), "a number"))
    wrong = [v for v in values if not isinstance(v, kind) or (name in OWN and isinstance(v, bool))]
    if wrong:
        raise DesignError([f"design.over.{name} = {list(values)}: {wrong[0]!r} is not {expected}"])
    if name == SCENARIO and (problems := [line for each in values for line in _not_found(each)]):
        raise DesignError(problems)
    if len(set(values)) < len(values):
        raise DesignError([f"design.over.{name} = {list(values)}: a value stands there twice"])
    return Factor(name, "categorical", values=values, unit=unit)


def _not_found(scenario):
    """Sentences about a scenario that is not found."""
    try:
        find(scenario)
        return []
    except ScenarioError as error:
        return [f"design.over.{SCENARIO}: {line}" for line in str(error).splitlines()]


def listed(name, given):
    """A factor of kind list: one value a point, which may come again."""
    if not isinstance(given, (list, tuple, np.ndarray, pd.Series)):
        raise DesignError([f"design.over.{name} = {given!r}: expected a list with one value a point"])
    values = tuple(given)
    unit = "" if name in OWN else declared()[name].unit
    _categorical(name, list(dict.fromkeys(values)), unit)  # for its checks
    return Factor(name, "categorical", values=values, unit=unit)


def column(values, name=""):
    """An array that keeps numbers numbers, and booleans booleans; seeds and days to the last digit."""
    kinds = {type(v) for v in values}
    if name in (SEED, DAYS):
        return np.array(values, np.uint64 if min(values) >= 0 else np.int64)
    if kinds <= {bool, np.bool_}:
        return np.array(values, bool)
    return np.array(values, float if all(_is_number(v) for v in values) else object)
