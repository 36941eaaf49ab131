"""The arguments of figures: checked by the name of the argument, before anything is drawn."""

import inspect

import numpy as np

from sim._util import validation
from sim._util.validation import row_of

SINGLE = ("ensemble", "one", "other")  # arguments that are one ensemble
TABLES = ("frame", "events", "happenings")  # arguments that are a DataFrame
COUNTS = ("days", "step", "per_second", "most", "columns")  # arguments that are whole numbers from 1 on
NEEDED = (
    ("discovery_boxes", "frame"),
    ("infighting_compared", "record"),
    ("phase_diagram", "frame"),
    ("sensitivity", "frame"),
    ("shapley", "frame"),
)
RECORDS = {  # what a record is: of most figures a table
    "trough_recovery": "trough, end (shares of the start) and the last day of the record",
    "phase_diagram": "two values, one for each axis",
}


def check(function, args, kwargs):
    """Raise ValueError or TypeError for the first argument of a figure that cannot be had.

    Parameters
    ----------
    function : callable
        The figure.
    args, kwargs
        What it is called with.
    """
    signature = inspect.signature(function)
    try:
        given = signature.bind(*args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"{error}: expected {function.__name__}{signature}") from None
    for name, value in given.items():
        if name in SINGLE:
            validation.ensemble(name, value)
        elif name == "comparison" and not all(hasattr(value, part) for part in ("named", "table")):
            raise validation.refused(name, value, "a Comparison, as sim.compare gives it", TypeError)
        elif value is None and (function.__name__, name) not in NEEDED:
            continue
        elif name in TABLES:
            validation.table(name, value)
        elif name == "record":
            _look_at_record(function.__name__, value)
        elif name in ("ax", "width", "dpi"):
            _look_at_size(name, value)
        elif name == "dates":
            _look_at_dates(value)
        elif name == "days" and function.__name__.startswith("infighting"):
            _look_at_span(value)
        elif name in COUNTS:
            validation.whole(name, value, 1)
    _look_at_names(given)


def _look_at_record(figure, value):
    if figure.startswith("chance_map"):
        if np.ndim(value) != 2:
            raise validation.refused("record", value, "an array of towns by days", TypeError)
    elif figure in RECORDS:
        if not isinstance(value, tuple | list):
            raise validation.refused("record", value, RECORDS[figure], TypeError)
    else:
        validation.table("record", value)


def _look_at_size(name, value):
    if name == "ax":
        if not hasattr(value, "tick_params"):
            raise validation.refused(name, value, "Axes of matplotlib", TypeError)
    else:
        validation.positive(name, value)


def _look_at_dates(value):
    if isinstance(value, str) or not np.iterable(value) or not len(value):
        raise validation.refused("dates", value, "one day or date, or more, in a list")


def _look_at_span(value):
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise validation.refused("days", value, "a pair, first and last day")
    for day in value:
        validation.whole("days", day)


def _look_at_names(given):
    """Factions and provinces that do not exist."""
    first = next((given[name] for name in SINGLE if name in given), None)
    scenario = getattr(first, "scenario", None)
    if scenario is None:
        return
    factions, wanted = dict.fromkeys(scenario.faction_ids), given.get("factions")
    if isinstance(wanted, str):
        raise validation.refused("factions", wanted, "a list of ids")
    for name in [given.get("faction"), *(wanted or ())]:
        if name is not None:
            row_of("faction", name, factions)
    check_province(given.get("province"), scenario)


def check_province(name, scenario):
    """Raise UnknownNameError for a province that a scenario does not have; None is all of them."""
    if name is not None:
        row_of("province", name, dict.fromkeys(scenario.provinces))
