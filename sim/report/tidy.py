"""One tidy table of many results: a row for each of them and each outcome measure."""

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from sim.core.outcomes import CLASSES, MEANINGS, interval
from sim.ensemble.frames import RUNS

Z = 1.959964  # of a 95 % interval
SHOWN = (
    "trough_day",
    "trough_share",
    "regroup_day",
    "end_towns",
    "dead_isis",
    "dead_rebels",
    "dead_civilians",
)
MOST_ROWS = 240  # printed; the file has all


def measures(runs, by):
    """Mean of every outcome measure with its error, for each group of runs.

    Parameters
    ----------
    runs : pandas.DataFrame
        As ``Ensemble.runs``, with a column to group by.
    by : str
        That column, such as ``point``.

    Returns
    -------
    pandas.DataFrame
        One row a group and measure: the group, ``measure``, ``unit``, ``mean``, ``error`` (standard error of
        the mean), ``low`` and ``high`` (95 % interval: Wilson's for shares), ``runs`` (in which it is
        defined).

    Examples
    --------
    >>> runs = pd.DataFrame({"job": [0, 0, 1, 1], "run": [0, 1, 0, 1], "trough_day": [3, 5, 4, 4]})
    >>> measures(runs, "job")[["job", "measure", "mean", "error"]].values.tolist()
    [[0, 'trough_day', 4.0, 1.0], [1, 'trough_day', 4.0, 0.0]]
    """
    shares = {
        f"share_{name}{held}": runs[f"outcome{held}"] == name
        for held in MEANINGS.values() if f"outcome{held}" in runs for name in CLASSES
    }  # fmt: skip
    numbers = [name for name in RUNS if name in runs and name not in ("run", by)]
    numbers = [name for name in numbers if pd.api.types.is_numeric_dtype(runs[name])]
    parts = [_share(name, true.groupby(runs[by])) for name, true in shares.items()]
    parts += [_mean(name, runs.groupby(by)[name]) for name in numbers]
    whole = pd.concat(parts)  # measure by measure; sorted by group they keep that order
    return whole.sort_index(kind="stable").reset_index()


def _share(name, groups):
    """Share of the runs of each group in one class."""
    share, count, runs = groups.mean(), groups.sum(), groups.size()
    low, high = interval(count.to_numpy(), runs.to_numpy())
    return _rows(name, "1", share, np.sqrt(share * (1 - share) / runs), low, high, runs)


def _mean(name, groups):
    """Mean of one column in each group, of the runs in which it is defined."""
    mean, error, runs = groups.mean(), groups.std() / np.sqrt(groups.count()), groups.count()
    return _rows(name, RUNS[name][0], mean, error, mean - Z * error, mean + Z * error, runs)


def _rows(measure, unit, mean, error, low, high, runs):
    columns = {"mean": mean, "error": error, "low": low, "high": high}
    frame = pd.DataFrame({key: np.asarray(value, float) for key, value in columns.items()}, index=mean.index)
    frame.insert(0, "measure", measure)
    frame.insert(1, "unit", unit)
    frame["runs"] = runs.to_numpy(np.int64)
    return frame


def show(tidy, settings, title, console=None):
    """Print the main measures of each job of a tidy table.

    Parameters
    ----------
    tidy : pandas.DataFrame
        As from `measures`, by ``job``.
    settings : dict of sequence of str
        By job: what it was asked for, such as ``["seed=1"]``; goes beside its first rows.
    title : str
        Above the table.
    console : rich.console.Console, optional
        Where to; the terminal if not given.
    """
    console = console or Console()
    rows = tidy[tidy["measure"].isin([*(f"share_{name}" for name in CLASSES), *SHOWN])]
    out = Table(title=title, title_justify="left")
    for name in ("job", "measure"):
        out.add_column(name, overflow="fold")
    for name in ("mean", "error", "95 % interval", "runs"):
        out.add_column(name, justify="right", no_wrap=True)
    for job, own in rows.head(MOST_ROWS).groupby("job", sort=False):
        words = iter([str(job), *settings[job]])
        for row in own.to_dict("records"):
            low, high = number(row["low"]), number(row["high"])
            span = f"{low} to {high}" if low and high else ""
            cells = (row["measure"], number(row["mean"]), number(row["error"]), span, str(row["runs"]))
            out.add_row(next(words, ""), *cells)
        out.add_section()
    console.print(out)
    if len(rows) > MOST_ROWS:
        console.print(f"... and {len(rows) - MOST_ROWS:,} more rows, in the file")


def number(value):
    """A number in three digits or more, as text; empty if there is none.

    Examples
    --------
    >>> number(0.12345), number(1234.5), number(float("nan"))
    ('0.123', '1,234', '')
    """
    if pd.isna(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def show_points(tidy, console=None):
    """Print how the shares of the classes and the main measures vary over the points of a design.

    Parameters
    ----------
    tidy : pandas.DataFrame
        As from `measures`, by ``point``.
    console : rich.console.Console, optional
        Where to; the terminal if not given.
    """
    console = console or Console()
    out = Table(title="What became of ISIS, over the points", title_justify="left")
    out.add_column("mean of a point", no_wrap=True)
    for name in ("all points", "lowest", "at point", "highest", "at point"):
        out.add_column(name, justify="right", no_wrap=True)
    for name in [f"share_{name}" for name in CLASSES] + list(SHOWN):
        rows = tidy[(tidy["measure"] == name) & tidy["mean"].notna()]
        if rows.empty:
            continue
        low, high = rows.loc[rows["mean"].idxmin()], rows.loc[rows["mean"].idxmax()]
        out.add_row(
            name, number(rows["mean"].mean()), number(low["mean"]), str(low["point"]), number(high["mean"]),
            str(high["point"]),
        )  # fmt: skip
    console.print(out)
