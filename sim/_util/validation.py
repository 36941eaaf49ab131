"""Arguments of public functions: looked at in one way, refused in one sentence.

The sentence names the argument, the value and what was expected. Names of towns, factions and the like are
looked up by `sim.model.views`, which tells the nearest.
"""

import os
from numbers import Integral, Real

import numpy as np
import pandas as pd

HIGHEST_SEED = 2**64 - 1


def refused(name, value, expected, kind=ValueError):
    """The error for an argument that cannot be had.

    Parameters
    ----------
    name : str
        Of the argument.
    value : object
        What was given.
    expected : str
        What could have been, in words.
    kind : type
        TypeError where no value of that type could be had.

    Returns
    -------
    Exception

    Examples
    --------
    >>> refused("days", -3, "a whole number, 1 or more")
    ValueError('days = -3: expected a whole number, 1 or more')
    """
    said = repr(value)
    if len(said) > 60 or "\n" in said:  # a table, say
        said = f"<{type(value).__name__}>"
    return kind(f"{name} = {said}: expected {expected}")


def whole(name, value, low=0, high=None):
    """A whole number of a range, or ValueError; True is none.

    Examples
    --------
    >>> whole("runs", 10, low=1)
    10
    """
    is_whole = isinstance(value, Integral) and not isinstance(value, bool | np.bool_)
    if is_whole and low <= value and (high is None or value <= high):
        return int(value)
    most = "2**64 - 1" if high == HIGHEST_SEED else high
    raise refused(
        name, value, f"a whole number{f', {low} or more' if high is None else f' from {low} to {most}'}"
    )


def positive(name, value):
    """A number above 0, or ValueError."""
    if isinstance(value, Real) and not isinstance(value, bool) and 0 < value < np.inf:
        return value
    raise refused(name, value, "a number above 0")


def day(name, value, scenario):
    """Number of a day given as such, as a date or as its ISO text, or ValueError.

    Examples
    --------
    >>> from sim.scenario import load_scenario
    >>> day("when", "2014-01-31", load_scenario())
    29
    """
    if isinstance(value, Integral) and not isinstance(value, bool | np.bool_):
        return int(value)
    try:
        date = pd.Timestamp(value).date() if not isinstance(value, Real) else None
        return scenario.day(date)
    except (ValueError, TypeError):
        told = "a day (0 is the evening before the first step) or a date such as '2014-01-31'"
        raise refused(name, value, told) from None


def path(name, value):
    """A path, or TypeError."""
    if isinstance(value, str | os.PathLike):
        return value
    raise refused(name, value, "a path, such as 'results/name'", TypeError)


def parameters(name, value):
    """Parameters by dotted name, or TypeError; whether they exist is for `sim.params` to say."""
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return value
    raise refused(name, value, "a dict of dotted names and values, such as {'march.speed': 40}", TypeError)


def ensemble(name, value):
    """An ensemble, or TypeError."""
    if all(hasattr(value, needed) for needed in ("scenario", "detail", "days")):
        return value
    told = "an Ensemble, as sim.run_ensemble and sim.load_results give it"
    raise refused(name, value, told, TypeError)


def table(name, value):
    """A DataFrame, or TypeError."""
    if isinstance(value, pd.DataFrame):
        return value
    raise refused(name, value, "a DataFrame", TypeError)
