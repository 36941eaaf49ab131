"""Arguments of public functions: checked in one way, invalid ones named in one sentence.

The sentence names the argument, the value and what was expected; of an unknown name it tells the nearest.
"""

import math
import os
from numbers import Integral, Real

import numpy as np
import pandas as pd

from sim._util.errors import InfightingError
from sim._util.suggestions import suggest

HIGHEST_SEED = 2**64 - 1


def invalid(name, value, expected, kind=ValueError):
    """The error for an argument that is invalid; a TypeError where no value of that type could be had.

    >>> invalid("days", -3, "a whole number, 1 or more")
    ValueError('days = -3: expected a whole number, 1 or more')
    """
    shown = repr(value)
    if len(shown) > 60 or "\n" in shown:  # a table, say
        shown = f"<{type(value).__name__}>"
    return kind(f"{name} = {shown}: expected {expected}")


def is_whole(value):
    """Whether a number is whole: 3, and 3.0, as tables of numbers hold it; True is none.

    >>> is_whole(3), is_whole(3.0), is_whole(3.5), is_whole(True)
    (True, True, False, False)
    """
    if isinstance(value, float | np.floating):
        return math.isfinite(value) and value == int(value) and abs(value) <= 2**53  # larger ones have gaps
    return isinstance(value, Integral) and not isinstance(value, bool | np.bool_)


def whole(name, value, low=0, high=None):
    """A whole number of a range, or ValueError.

    >>> whole("runs", 10, low=1)
    10
    """
    if is_whole(value) and low <= value and (high is None or value <= high):
        return int(value)
    most = "2**64 - 1" if high == HIGHEST_SEED else high
    raise invalid(
        name, value, f"a whole number{f', {low} or more' if high is None else f' from {low} to {most}'}"
    )


def one_of(name, value, choices):
    """One of some words, or ValueError."""
    if isinstance(value, str) and value in choices:
        return value
    raise invalid(name, value, f"one of {', '.join(choices)}")


def positive(name, value):
    """A number above 0, or ValueError."""
    if isinstance(value, Real) and not isinstance(value, bool) and 0 < value < np.inf:
        return value
    raise invalid(name, value, "a number above 0")


def day(name, value, scenario):
    """Number of a day given as such, as a date or as its ISO text, or ValueError; the scenario counts."""
    if isinstance(value, Integral) and not isinstance(value, bool | np.bool_):
        return int(value)
    try:
        date = pd.Timestamp(value).date() if not isinstance(value, Real) else None
        return scenario.day(date)
    except (ValueError, TypeError):
        expected = "a day (0 is the evening before the first step) or a date such as '2014-01-31'"
        raise invalid(name, value, expected) from None


def path(name, value):
    """A path, or TypeError."""
    if isinstance(value, str | os.PathLike):
        return value
    raise invalid(name, value, "a path, such as 'results/name'", TypeError)


def parameters(name, value):
    """Parameters by dotted name as a dict, or TypeError; whether they exist is for `sim.params` to say."""
    numbered = isinstance(value, pd.Series) and isinstance(value.index, pd.RangeIndex)  # an empty one, say
    named = isinstance(value, dict | pd.Series) and not numbered
    if named and all(isinstance(key, str) for key, _ in value.items()):
        return dict(value)
    raise invalid(name, value, "a dict of dotted names and values, such as {'march.speed': 40}", TypeError)


def ensemble(name, value):
    """An ensemble, or TypeError."""
    if all(hasattr(value, needed) for needed in ("scenario", "detail", "days")):
        return value
    expectation = "an Ensemble, as sim.run_ensemble and sim.load_results give it"
    raise invalid(name, value, expectation, TypeError)


def table(name, value):
    """A DataFrame, or TypeError."""
    if isinstance(value, pd.DataFrame):
        return value
    raise invalid(name, value, "a DataFrame", TypeError)


class UnknownNameError(InfightingError, KeyError):
    """No town, faction, sponsor, province or column is called that; the message names the nearest."""

    def __init__(self, kind, name, known):
        self.kind, self.name, self.known = kind, name, tuple(known)
        self.nearest = suggest(name, self.known)
        shown = ", ".join(self.known[:8]) + (", ..." if len(self.known) > 8 else "")
        hint = f"did you mean {self.nearest!r}?" if self.nearest else f"there are: {shown}"
        super().__init__(f"no {kind} is called {name!r}; {hint}")


def row_of(kind, name, rows):
    """The row called ``name`` in ``rows`` (name to row); UnknownNameError names the nearest otherwise."""
    try:
        return rows[name]
    except (KeyError, TypeError):
        raise UnknownNameError(kind, name, rows) from None


def no_attribute(thing, name):
    """The AttributeError for an attribute that a thing does not have; it names the nearest."""
    public = [known for known in dir(thing) if not known.startswith("_")]
    return AttributeError(str(UnknownNameError(f"attribute of {type(thing).__name__}", name, public)))


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


def share(what, value):
    """A number between 0 and 1, or ValueError."""
    if not _is_number(value) or not 0.0 <= value <= 1.0:
        raise ValueError(f"{what} is a share between 0 and 1, not {value!r}")
    return float(value)


def amount(what, value):
    """A finite number that is not negative, or ValueError."""
    if not _is_number(value) or value < 0.0:
        raise ValueError(f"{what} is a number, zero or more, not {value!r}")
    return float(value)


def number(what, value):
    """A finite number, or ValueError."""
    if not _is_number(value):
        raise ValueError(f"{what} is a number, not {value!r}")
    return float(value)


def count(what, value):
    """A whole number of men or the like, not negative, or ValueError; 200.0 is whole."""
    if not _is_number(value) or value < 0 or value != int(value):
        raise ValueError(f"{what} is a whole number, zero or more, not {value!r}")
    return int(value)


def yes_or_no(what, value):
    """True or False (1 or 0), as 1 or 0, or ValueError."""
    if value not in (True, False):
        raise ValueError(f"{what} is True or False, not {value!r}")
    return int(value)
