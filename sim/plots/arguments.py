"""The arguments of figures: checked by name before anything is drawn, and described once for all figures."""

import inspect
import re

import numpy as np

from sim._util import validation
from sim._util.validation import row_of

SHARED = {  # what figures have in common: (type, meaning); where there is more to say a docstring says it
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
RETURNS = "Returns\n-------\nmatplotlib.axes.Axes\n    The Axes drawn on.\n\n"


def describe(function):
    """A figure's docstring with the arguments that it shares with others, and its Axes, written out."""
    text, shared = inspect.cleandoc(function.__doc__), ""
    named = {name for line in re.findall(r"^(\w+(?:, \w+)*) :", text, re.M) for name in line.split(", ")}
    for name, parameter in inspect.signature(function).parameters.items():
        if name in SHARED and name not in named:
            (kind, meaning), default = SHARED[name], parameter.default
            shown = f'"{default}"' if isinstance(default, str) else default
            kind = kind.format(shown) if default is not None else f"{kind.rpartition(', ')[0]}, optional"
            shared += f"{name} : {kind}\n    {meaning}\n"
    before, *after = re.split(r"\n\n(?=(?:Returns|Raises|Examples)\n-)", text, maxsplit=1)
    if not after:  # of a picture that is no public figure
        return text
    after = after[0]
    return f"{before}\n{shared}\n{'' if after.startswith('Returns') else RETURNS}{after}"


def check(function, args, kwargs):
    """Raise ValueError or TypeError for the first argument of a figure that is invalid."""
    signature = inspect.signature(function)
    try:
        passed = signature.bind(*args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"{error}: expected {function.__name__}{signature}") from None
    for name, value in passed.items():
        look = CHECKS.get(f"{function.__name__}.{name}", CHECKS.get(name))
        is_needed = signature.parameters[name].default is inspect.Parameter.empty
        if look and (value is not None or is_needed):
            look(name, value)
    _check_names(passed)


def _has(test, expected, kind=TypeError):
    """The check of an argument that must pass a test."""

    def look(name, value):
        if not test(value):
            raise validation.invalid(name, value, expected, kind)

    return look


def _is_list(value):
    return isinstance(value, tuple | list)


def _check_count(name, value):
    validation.whole(name, value, 1)


def _check_span(name, value):
    """First and last day."""
    if not _is_list(value) or len(value) != 2:
        raise validation.invalid(name, value, "a pair, first and last day")
    for day in value:
        validation.whole(name, day)


def _check_names(passed):
    """Factions and provinces that do not exist."""
    first = next((passed[name] for name in ("ensemble", "one", "other") if name in passed), None)
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


TROUGH = "trough, end (shares of the start) and the last day of the record"
CHECKS = {  # argument, or figure and argument: what looks at it
    **dict.fromkeys(("ensemble", "one", "other"), validation.ensemble),
    **dict.fromkeys(("frame", "events", "happenings", "record"), validation.table),
    **dict.fromkeys(("days", "step", "per_second", "most", "columns"), _check_count),
    **dict.fromkeys(("width", "dpi"), validation.positive),
    **dict.fromkeys(("infighting_network.days", "infighting_compared.days"), _check_span),
    **dict.fromkeys(
        ("chance_map.record", "chance_maps.record"),
        _has(lambda value: np.ndim(value) == 2, "an array of towns by days"),
    ),
    "trough_recovery.record": _has(_is_list, TROUGH),
    "phase_diagram.record": _has(_is_list, "two values, one for each axis"),
    "ax": _has(lambda value: hasattr(value, "tick_params"), "Axes of matplotlib"),
    "comparison": _has(
        lambda value: hasattr(value, "named") and hasattr(value, "table"),
        "a Comparison, as sim.compare gives it",
    ),
    "dates": _has(
        lambda value: not isinstance(value, str) and np.iterable(value) and len(value),
        "one day or date, or more, in a list",
        ValueError,
    ),
}
