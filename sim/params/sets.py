"""Whole sets of parameters: listed, checked, changed, and packed for the kernels."""

from dataclasses import fields

import numpy as np

from sim._util.errors import shown
from sim.params.groups import Params
from sim.params.names import DECLARED, ParameterError, declared, expand, renamed, unknown


def table(params=None):
    """Every parameter with its value, unit, bounds, kind, meaning and source.

    Parameters
    ----------
    params : Params, optional
        Whose values; those shipped by default.

    Returns
    -------
    pandas.DataFrame
        One row a parameter; the index ``name`` is its dotted name, such as ``grievance.half_life``.

    Examples
    --------
    >>> table().loc["march.speed", ["value", "unit", "source"]].tolist()
    [42.0, 'km/day', 'fitted in experiments/02_record; prior: assumed']
    """
    import pandas as pd  # here: the command line reads parameters, and its --help should not wait for pandas

    frame = pd.DataFrame(list(declared(params).values())).set_index("name")
    return frame.astype({"value": object, "low": float, "high": float})


def check(params):
    """Raise ParameterError with a sentence for every value out of bounds."""
    problems = [p for g in fields(params) for p in getattr(params, g.name).problems(f"params.{g.name}")]
    if problems:
        raise ParameterError(problems)
    return params


def as_dict(params):
    """Parameters as ``{dotted name: value}``."""
    groups = ((g.name, getattr(params, g.name)) for g in fields(params))
    return {f"{name}.{f.name}": getattr(group, f.name) for name, group in groups for f in fields(group)}


def convert(name, value, kind):
    """A value in the type its parameter has; ParameterError if it is not a number of that kind."""
    expected = {"real": "a number", "integer": "a whole number", "switch": "true or false"}[kind]
    number_like = isinstance(value, (bool, int, float, np.integer, np.floating, np.bool_))
    plain = float(value) if isinstance(value, np.floating) else value  # of 16 bits it would not compare
    finite = number_like and abs(plain) < 1e300  # no NaN, and no whole number too long for a float
    if kind == "switch" and finite and value in (0, 1):
        return bool(value)
    if kind == "integer" and finite and not isinstance(value, bool) and value == int(value):
        return int(value)
    if kind == "real" and finite and not isinstance(value, bool):
        return float(value)
    raise ParameterError([f"params.{name} = {shown(value)} is not {expected}"])


def with_values(params, values):
    """Parameters with some of them changed.

    Parameters
    ----------
    params : Params
        Where to start; it is left alone.
    values : dict or pandas.Series
        ``{dotted name: value}``.

    Returns
    -------
    Params

    Raises
    ------
    ParameterError
        For an unknown name (the nearest is named), a wrong type or a value out of bounds; all together.

    Examples
    --------
    >>> with_values(Params(), {"grievance.rise": 0.03}).grievance.rise
    0.03
    """
    changed = {g.name: dict(vars(getattr(params, g.name))) for g in fields(params)}
    problems = []
    for name, value in renamed(values).items():
        if name not in DECLARED:
            problems.append(unknown(name))
            continue
        group, field_name = name.split(".")
        try:
            changed[group][field_name] = convert(name, value, DECLARED[name].kind)
        except ParameterError as error:
            problems += error.problems
    result = Params(**{g.name: type(getattr(params, g.name))(**changed[g.name]) for g in fields(params)})
    try:
        check(result)
    except ParameterError as error:
        problems += error.problems
    if problems:
        raise ParameterError(problems)
    return result


DTYPE = np.dtype(
    [(g.name, [(f.name, "f8") for f in fields(getattr(Params(), g.name))]) for g in fields(Params())]
)


def rows(design):
    """Pack parameter sets into the table the kernels read: one row, one run.

    Parameters
    ----------
    design : list of Params

    Returns
    -------
    numpy.recarray
        Shape (len(design),), one nested record per group.
    """
    out = np.recarray(len(design), DTYPE)
    for row, params in zip(out, design, strict=True):
        for g in fields(params):
            group = getattr(params, g.name)
            row[g.name] = tuple(float(getattr(group, f.name)) for f in fields(group))
    return out


def problem(names=None):
    """Bounds as SALib takes them.

    Parameters
    ----------
    names : str or iterable of str, optional
        Names and patterns, as for `expand`; their order is kept. By default the real numbers of ``all``:
        SALib would sample whole numbers and switches between their values, so these must be named.

    Returns
    -------
    dict
        ``num_vars``, ``names`` and ``bounds``.

    Raises
    ------
    ParameterError
        For a name that does not exist (the nearest is named), or that comes twice.

    Examples
    --------
    >>> problem(["march.speed", "plans.pursuit"])
    {'num_vars': 2, 'names': ['march.speed', 'plans.pursuit'], 'bounds': [[25.0, 90.0], [0.0, 1.0]]}
    """
    chosen = [DECLARED[name] for name in expand("all" if names is None else names)]
    chosen = [p for p in chosen if names is not None or p.kind == "real"]
    bounds = [[p.low, p.high] for p in chosen]
    return {"num_vars": len(chosen), "names": [p.name for p in chosen], "bounds": bounds}
