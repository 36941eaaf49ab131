"""A summary of many settings: a row for each point of a design, or for each other group of runs."""

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console

from sim._util.tables import Cell, cell, number, table
from sim.analysis.measures import measures
from sim.core.outcomes import CLASSES

SHARES = {"broken": ("broken", "share"), "back": ("back|broken", "share")}
SHARES |= {f"share_{name}": (name, "share") for name in CLASSES}
COURSE = {
    "trough_day": ("trough day", ""),
    "trough_share": ("trough %", "share"),
    "regroup_day": ("back day", ""),
    "end_people_share": ("end people %", "share"),
    "dead": ("dead", ""),
    "end_towns": ("end towns", ""),
    "dead_isis": ("dead focal", ""),
    "dead_rebels": ("dead rebels", ""),
    "dead_civilians": ("dead civil.", ""),
}
LAYOUT = {"box": box.SIMPLE_HEAD, "pad_edge": False, "padding": (0, 1, 0, 0)}  # a row in 80 letters
PARTS = ("mean", "error", "low", "high")  # standard error and 95 % interval of each mean
MOST_ROWS = 40  # printed one by one; of more points the range is printed


def summary(results, by="point"):
    """Means of the main measures of each group of runs, with standard errors and 95 % intervals.

    One row a group, the index: the factors of its point, ``runs``, then of each measure its mean (called like
    the measure), ``_error`` (standard error), ``_low`` and ``_high``; `sim.analysis.measures` has all.

    >>> runs = pd.DataFrame({"point": [0, 0, 1, 1], "run": [0, 1, 0, 1], "trough_day": [3, 5, 4, 4]})
    >>> summary(runs)[["runs", "trough_day", "trough_day_error"]].values.tolist()
    [[2.0, 4.0, 1.0], [2.0, 4.0, 0.0]]
    """
    runs, factors = getattr(results, "runs", results), getattr(results, "points", None)
    runs = runs if by in runs else runs.assign(**{by: 0})
    parts = [runs.groupby(by).size().rename("runs")]
    if factors is not None and by == "point":
        parts.insert(0, factors.loc[parts[0].index])
    long = measures(runs, by).set_index(by)
    for name in (*SHARES, *COURSE):
        found = long[long["measure"] == name]
        if len(found):
            names = [name, *(f"{name}_{part}" for part in PARTS[1:])]
            parts.append(found[list(PARTS)].set_axis(names, axis=1))
    return pd.concat(parts, axis=1)


def show_summary(frame, title="What became of the focal faction", console=None):
    """Print a summary: each group, or the range over the groups where they are many."""
    console = console or Console()
    if len(frame) > MOST_ROWS:
        console.print(_range(frame, title).terminal())
        return
    console.print(
        _means(frame, SHARES, f"{title}: share of runs in % ± standard error", True).terminal(**LAYOUT)
    )
    course = "How it went: means (trough %: of the people held at the start)"
    console.print(_means(frame, COURSE, course, False).terminal(wrap=True, **LAYOUT))


def _means(frame, about, title, errors):
    """Mean of some measures, a row a group; with its standard error if asked."""
    measured = [name for name in about if name in frame]
    factors = list(frame.columns[: frame.columns.get_loc("runs")]) if errors else []  # named once
    last = [str(name).rpartition(".")[2] for name in factors]
    short = last if len(set(last)) == len(last) else factors
    rows = []
    for group, row in zip(frame.index, frame.to_dict("records"), strict=True):
        means = [
            _mean(row[name], row[f"{name}_error"] if errors else np.nan, about[name][1]) for name in measured
        ]
        rows.append([group, *(row[name] for name in factors), *means])
    head = (str(frame.index.name), *map(str, short), *(about[name][0] for name in measured))
    return table(head, rows, title=title)


def _mean(mean, error, unit):
    """A mean and its standard error as one cell; shares in per cent, whose sign is in the head."""
    scale, digits = (100, 0) if unit == "share" else (1, None)
    error = number(scale * error, "", digits)
    return Cell(number(scale * mean, "", digits) + (f" \u00b1 {error}" if error else ""), float(mean))


def _range(frame, title):
    """Lowest and highest mean of each measure and where they are, a row a measure."""
    rows = []
    for name, (words, unit) in (SHARES | COURSE).items():
        means = frame[name].dropna() if name in frame else ()
        if len(means):
            low, high = means.idxmin(), means.idxmax()
            rows.append(
                (words, cell(means.mean(), unit), cell(means[low], unit), low, cell(means[high], unit), high)
            )
    at = f"at {frame.index.name}"
    head = ("mean", f"all {len(frame):,}", "lowest", at, "highest", f"{at} ")
    return table(head, rows, title=f"{title}: from the lowest to the highest mean")
