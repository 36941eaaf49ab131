"""A summary of many settings: a row for each point of a design, or for each other group of runs."""

import re

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console

from sim._util.tables import Cell, cell, number, table
from sim.analysis.measures import measures
from sim.core.outcomes import CLASSES

HEADLINE = {
    "broken": ("broken %", "share"),
    "back": ("then\nback %", "share"),
    "end_people_share": ("end\npeople %", "share"),
    "end_towns": ("end\ntowns", ""),
}
SHARES = {f"share_{name}": (name, "share") for name in CLASSES}
COURSE = {
    "trough_day": ("trough\nday", ""),
    "trough_share": ("trough\n%", "share"),
    "regroup_day": ("back\nday", ""),
    "dead": ("dead", ""),
    "dead_isis": ("dead\nfocal", ""),
    "dead_rebels": ("dead\nrebels", ""),
    "dead_civilians": ("dead\ncivilians", ""),
}
FACTORS_WIDE = 29  # letters that factors may take of a line of 80, beside the headline measures
LAYOUT = {
    "box": box.SIMPLE_HEAD,
    "pad_edge": False,
    "padding": (0, 1, 0, 0),
}  # a row in 80 letters, heads broken by hand
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
    for name in (*HEADLINE, *SHARES, *COURSE):
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
    factors, left_out = _factors(frame)
    console.print(_means(frame, HEADLINE, f"{title}: mean ± standard error", factors).terminal(**LAYOUT))
    if left_out:
        console.print(f"Not shown for want of room: {', '.join(left_out)}.", highlight=False)
    console.print(_means(frame, SHARES, "Share of runs in each class, in %").terminal(**LAYOUT))
    course = "How it went: means (trough %: of the people held at the start)"
    console.print(_means(frame, COURSE, course).terminal(**LAYOUT))


def _factors(frame):
    """Factors that find room beside the headline measures, by the words in their head, and the others."""
    names = list(map(str, frame.columns[: frame.columns.get_loc("runs")]))
    last = [name.rpartition(".")[2] for name in names]
    heads = last if len(set(last)) == len(last) else names
    shown, room = {}, FACTORS_WIDE
    for name, head in zip(names, heads, strict=True):
        words = re.split(r"[._]", head)
        room -= 2 + max(map(len, [*words, *(cell(value).text for value in frame[name])]))
        if room >= 0:
            shown[name] = "\n".join(words)
    return shown, [name for name in names if name not in shown]


def _means(frame, about, title, factors=None):
    """Mean of some measures, a row a group; with its factors, and its standard errors, if they are given."""
    measured, factors = [name for name in about if name in frame], factors or {}
    rows = []
    for group, row in zip(frame.index, frame.to_dict("records"), strict=True):
        means = [
            _mean(row[name], row[f"{name}_error"] if factors else np.nan, about[name][1]) for name in measured
        ]
        rows.append([group, *(row[name] for name in factors), *means])
    head = (str(frame.index.name), *factors.values(), *(about[name][0] for name in measured))
    return table(head, rows, title=title)


def _mean(mean, error, unit):
    """A mean and its standard error as one cell; shares in per cent, whose sign is in the head."""
    scale, digits = (100, 0) if unit == "share" else (1, None)
    error = number(scale * error, "", digits)
    return Cell(number(scale * mean, "", digits) + (f" \u00b1 {error}" if error else ""), float(mean))


def _range(frame, title):
    """Lowest and highest mean of each measure and where they are, a row a measure."""
    rows = []
    for name, (words, unit) in (HEADLINE | SHARES | COURSE).items():
        means = frame[name].dropna() if name in frame else ()
        if len(means):
            low, high = means.idxmin(), means.idxmax()
            rows.append(
                (
                    words.replace("\n", " "),
                    cell(means.mean(), unit),
                    cell(means[low], unit),
                    low,
                    cell(means[high], unit),
                    high,
                )
            )
    at = f"at {frame.index.name}"
    head = ("mean", f"all {len(frame):,}", "lowest", at, "highest", f"{at} ")
    return table(head, rows, title=f"{title}: from the lowest to the highest mean")
