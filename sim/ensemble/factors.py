"""Factors: what one dimension of a design ranges over.

A factor is a parameter (by its dotted name), ``scenario``, ``seed`` or ``days``. It ranges over

- nothing (None): from its lowest to its highest declared value; a switch is on or off;
- ``[low, high]``, two numbers: everything between them, whole numbers only if the parameter takes only such;
- a list of anything else, or ``{"values": [...]}``: these values and no others.

Whatever can be wrong for all points is refused here; a single value out of bounds is not: its point fails by
itself when it is played.
"""

import math
from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Integral, Real

import numpy as np
import pandas as pd

from sim.params import table
from sim.scenario import ScenarioError, scenario_names
from sim.scenario.folder import find

SCENARIO, SEED, DAYS = "scenario", "seed", "days"
# factors that are no parameters: what their values are, and in words
OWN = {SCENARIO: (str, "a name"), SEED: (Integral, "a whole number"), DAYS: (Integral, "a whole number")}


class DesignError(ValueError):
    """A design that makes no sense; one sentence for each problem.

    Attributes
    ----------
    problems : list of str
        The sentences.
    """

    def __init__(self, problems):
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Factor:
    """One dimension of a design.

    Attributes
    ----------
    name : str
        Dotted name of a parameter, or ``scenario``.
    kind : {"continuous", "integer", "categorical"}
        What values it takes.
    low, high : float
        Ends of its range, both included; NaN if categorical.
    values : tuple
        Its values if categorical, else empty.
    unit : str
        Unit of its values.
    """

    name: str
    kind: str
    low: float = math.nan
    high: float = math.nan
    values: tuple = ()
    unit: str = "1"

    def stretch(self, u):
        """Values of this factor from numbers between 0 and 1.

        Parameters
        ----------
        u : array_like
            In [0, 1].

        Returns
        -------
        numpy.ndarray
            Of float, int or (categorical) whatever the values are.

        Examples
        --------
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


def flat(over, parents=()):
    """Factors by dotted name, however they were nested; the command line nests, and goes before the file.

    Examples
    --------
    >>> flat({"march.speed": [30, 60], "scenario": ["truce"], "params": {"plans": {"pursuit": None}}})
    {'march.speed': [30, 60], 'scenario': ['truce'], 'plans.pursuit': None}
    """
    out = {}
    for name, given in over.items():
        path = (*parents, *str(name).split("."))
        if isinstance(given, dict) and set(given) != {"values"}:
            out |= flat(given, path)
        else:
            out[".".join(path).removeprefix("params.")] = given
    return out


def _declared(name):
    """Canonical name of a factor, and its declaration; the nearest is named if there is none."""
    if name in OWN:
        return name, None
    plain = str(name).removeprefix("params.")
    known = {row[0]: row for row in table()}
    if plain in known:
        return plain, known[plain]
    near = get_close_matches(plain, [*known, *OWN], n=1, cutoff=0.0)[0]
    raise DesignError([f"design.over: there is no parameter {plain}; the nearest is {near}"])


def factor_of(name, given):
    """A factor from its name and what it ranges over."""
    name, row = _declared(name)
    if row is None:
        return _categorical(name, scenario_names() if name == SCENARIO and given is None else given, "")
    _, _, unit, low, high, _, kind = row
    if given is None:
        given = [False, True] if kind == "switch" else [low, high]
    if _is_range(given) and kind != "switch":
        return _ranged(name, given, row)
    return _categorical(name, given, unit)


def _is_range(given):
    """Two numbers: everything between them."""
    return isinstance(given, (list, tuple)) and len(given) == 2 and all(_is_number(v) for v in given)


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool)


def _ranged(name, given, row):
    """A continuous or integer factor, refused outside the declared bounds."""
    _, _, unit, lowest, highest, source, kind = row
    low, high = (float(value) for value in given)
    told = f"design.over.{name} = [{low:g}, {high:g}]"
    if not low <= high:
        raise DesignError([f"{told}: the first is above the second"])
    if not lowest <= low <= high <= highest:
        raise DesignError([f"{told} {unit} is outside [{lowest:g}, {highest:g}] ({source})"])
    if kind == "integer" and not (low.is_integer() and high.is_integer()):
        raise DesignError([f"{told}: expected whole numbers"])
    return Factor(name, "integer" if kind == "integer" else "continuous", low, high, unit=unit)


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
    kind, wanted = OWN.get(name, ((Real, np.bool_), "a number"))
    wrong = [v for v in values if not isinstance(v, kind) or (name in OWN and isinstance(v, bool))]
    if wrong:
        raise DesignError([f"design.over.{name} = {list(values)}: {wrong[0]!r} is not {wanted}"])
    if name == SCENARIO:
        _find_all(values)
    if len(set(values)) < len(values):
        raise DesignError([f"design.over.{name} = {list(values)}: a value stands there twice"])
    return Factor(name, "categorical", values=values, unit=unit)


def _find_all(names):
    """DesignError with a sentence for every scenario that is not found."""
    problems = []
    for name in names:
        try:
            find(name)
        except ScenarioError as error:
            problems += [f"design.over.{SCENARIO}: {line}" for line in str(error).splitlines()]
    if problems:
        raise DesignError(problems)


def listed(name, given):
    """A factor of kind list: one value a point, which may come again."""
    if isinstance(given, (list, tuple, np.ndarray, pd.Series)):
        values = list(given)
        name, row = _declared(name)
        factor = _categorical(name, list(dict.fromkeys(values)), row[2] if row else "")
        return Factor(name, "categorical", values=tuple(values), unit=factor.unit)
    raise DesignError([f"design.over.{name} = {given!r}: expected a list with one value a point"])


def column(values, name=""):
    """An array that keeps numbers numbers, and booleans booleans; seeds and days to the last digit."""
    kinds = {type(v) for v in values}
    if name in (SEED, DAYS):
        return np.array(values, np.uint64 if min(values) >= 0 else np.int64)
    if kinds <= {bool, np.bool_}:
        return np.array(values, bool)
    return np.array(values, float if all(_is_number(v) for v in values) else object)
