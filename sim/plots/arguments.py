"""The arguments of figures: checked by name before anything is drawn, and described once for all figures."""

import inspect
import re

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

SHARED = {  # what figures have in common: (type, meaning)
    "ax": ("matplotlib.axes.Axes, optional", "Where to draw; by default a new figure."),
    "run": ("int, default {}", "Number of the run."),
    "when": ("int, datetime.date or str, optional", "Day or date; by default the last day."),
    "dates": (
        "sequence of int, datetime.date or str, optional",
        "Days or dates; by default the ends of the months within the horizon.",
    ),
    "faction": ("str, optional", "Whose towns; by default the focal faction's."),
    "held": ('{{"holder", "sole", "any"}}, default {}', "In control, in control alone, or present at all."),
    "events": ("pandas.DataFrame, optional", "Dated events to mark: ``day`` (or ``date``) and ``label``."),
    "days": ("int, optional", "Last day drawn; by default the horizon."),
    "columns": ("int, optional", "Maps side by side; by default as many as stay readable."),
    "labels": ("int, optional", "At most so many towns are named; by default as the width allows."),
    "title": ("str, default {}", "A title."),
    "note": ("str, default {}", "What the caption says first, such as scenario, runs and seed."),
    "width": ("float, default {}", "Width of a new figure in inches."),
    "caption": ("bool or str, default {}", "False for no caption, a string for another one."),
}
LISTED = re.compile(r"^    ([a-z, ]+)\n        As in every figure\.\n", re.MULTILINE)
RETURNS = "    Returns\n    -------\n    matplotlib.axes.Axes\n        The Axes drawn on.\n\n"


def describe(function):
    """A figure's docstring with the shared arguments and the Axes it returns written out."""
    defaults = {name: each.default for name, each in inspect.signature(function).parameters.items()}

    def entry(name):
        (kind, meaning), default = SHARED[name], defaults[name]
        shown = f'"{default}"' if isinstance(default, str) else default
        kind = kind.format(shown) if default is not None else f"{kind.rpartition(', ')[0]}, optional"
        return f"    {name} : {kind}\n        {meaning}\n"

    text = LISTED.sub(lambda found: "".join(map(entry, found[1].split(", "))), function.__doc__ or "")
    if "    Returns\n" in text:
        return text
    return re.sub(r"^    (Raises|Examples)\n", lambda found: RETURNS + found[0], text, count=1, flags=re.M)


def check(function, args, kwargs):
    """Raise ValueError or TypeError for the first argument of a figure that is invalid."""
    signature = inspect.signature(function)
    try:
        passed = signature.bind(*args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"{error}: expected {function.__name__}{signature}") from None
    for name, value in passed.items():
        if name in SINGLE:
            validation.ensemble(name, value)
        elif name == "comparison" and not all(hasattr(value, part) for part in ("named", "table")):
            raise validation.invalid(name, value, "a Comparison, as sim.compare gives it", TypeError)
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
    _look_at_names(passed)


def _look_at_record(figure, value):
    if figure.startswith("chance_map"):
        if np.ndim(value) != 2:
            raise validation.invalid("record", value, "an array of towns by days", TypeError)
    elif figure in RECORDS:
        if not isinstance(value, tuple | list):
            raise validation.invalid("record", value, RECORDS[figure], TypeError)
    else:
        validation.table("record", value)


def _look_at_size(name, value):
    if name == "ax":
        if not hasattr(value, "tick_params"):
            raise validation.invalid(name, value, "Axes of matplotlib", TypeError)
    else:
        validation.positive(name, value)


def _look_at_dates(value):
    if isinstance(value, str) or not np.iterable(value) or not len(value):
        raise validation.invalid("dates", value, "one day or date, or more, in a list")


def _look_at_span(value):
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise validation.invalid("days", value, "a pair, first and last day")
    for day in value:
        validation.whole("days", day)


def _look_at_names(passed):
    """Factions and provinces that do not exist."""
    first = next((passed[name] for name in SINGLE if name in passed), None)
    scenario = getattr(first, "scenario", None)
    if scenario is None:
        return
    factions, wanted = dict.fromkeys(scenario.faction_ids), passed.get("factions")
    if isinstance(wanted, str):
        raise validation.invalid("factions", wanted, "a list of ids")
    for name in [passed.get("faction"), *(wanted or ())]:
        if name is not None:
            row_of("faction", name, factions)
    check_province(passed.get("province"), scenario)


def check_province(name, scenario):
    """Raise UnknownNameError for a province that a scenario does not have; None is all of them."""
    if name is not None:
        row_of("province", name, dict.fromkeys(scenario.provinces))
