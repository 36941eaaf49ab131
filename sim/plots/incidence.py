"""Coming back in time: the share of broken runs that are back, or beaten, by each day."""

import numpy as np
import pandas as pd

from sim.analysis import survival
from sim.plots import frames, outcomes, series, style
from sim.plots.palette import LINES


def incidence_table(results):
    """Share of broken runs that are back and beaten by each day, each competing with the other.

    Parameters
    ----------
    results : Ensemble, sequence of Ensemble or dict of str to Ensemble
        What to count.

    Returns
    -------
    pandas.DataFrame
        As `sim.analysis.survival.incidence_of`: cumulative incidence (Aalen and Johansen) and pointwise 95 %
        intervals. Empty where no run is broken.

    Examples
    --------
    >>> from sim import run_ensemble
    >>> incidence_table(run_ensemble(runs=4, days=60, progress=False)).columns.tolist()
    ['name', 'event', 'day', 'share', 'low', 'high']
    """
    named = outcomes.named(results)
    return survival.incidence_of(named, min(ensemble.days for ensemble in named.values()))


@style.styled
def regrouping(results, ax=None, *, start=None, width=style.PAGE, caption=True):
    """Share of broken runs that are back by each day, with being beaten competing.

    Parameters
    ----------
    results : Ensemble, sequence of Ensemble, dict of str to Ensemble, or pandas.DataFrame
        What to compare. Of one result the share that is beaten is drawn as well. A table has the columns
        ``event`` (back, beaten), ``day``, ``share``, and if known ``low``, ``high``, as from
        `sim.analysis.survival.cumulative_incidence`; if there are several results, ``name``.
    start : datetime.date or str, optional
        Date of day 0 of a table; without it the axis counts days.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=8, days=60, progress=False)
    >>> plots.regrouping(ensemble).get_ylabel()
    'share of broken runs'
    """
    plain = isinstance(results, pd.DataFrame)
    table = _incidence_of(results) if plain else incidence_table(results)
    ax, new, high = series.axes_over_time(ax, width)
    first = None if plain else next(iter(outcomes.named(results).values()))
    start = start if plain else first.scenario.date(0)
    names, ends = list(dict.fromkeys(table["name"])), []
    for k, name in enumerate(names):
        for event in ("back", "beaten")[: 2 if len(names) == 1 else 1]:
            part = table[(table["name"] == name) & (table["event"] == event)]
            if len(part):
                look = LINES[k % len(LINES)] if event == "back" else ("#8a8a8a", (0, (1, 1)))
                ends.append(_curve(ax, part, start, event if len(names) == 1 else name, *look))
    ax.set_ylim(0, 1)
    style.percent_axis(ax.yaxis)
    last = table["day"].max() if len(table) else 1 if plain else first.days  # no run may be broken
    _days_axis(ax, int(last), start)
    blind = 0 if plain else int(first.params.outcomes.kept)
    if blind:
        shaded = frames.dates(first, [max(first.days - blind, 0), first.days])
        ax.axvspan(*shaded, color="#f1f1f1", lw=0, zorder=0)
    style.label_ends(ax, ends, high)
    ax.set_ylabel("share of broken runs")
    ax.set_title("Back by that day, of the broken")
    who = "From a table." if plain else frames.provenance_of(list(outcomes.named(results).values()))
    style.put_caption(ax, f"{who} {_incidence_words(table, blind)}", new, caption)
    return ax


def _incidence_of(table):
    """A table of shares by event and day, checked."""
    missing = {"event", "day", "share"} - set(table)
    if missing:
        raise ValueError(f"the frame has no column {', '.join(sorted(missing))}; it needs event, day, share")
    return table if "name" in table else table.assign(name="")


def _curve(ax, part, start, label, colour, dash):
    """A stepped curve with its pointwise interval where it is known; returns what to write at its end."""
    part = part.sort_values("day", kind="stable")
    when = part["day"].to_numpy()
    when = when if start is None else np.datetime64(str(start), "D") + when.astype("timedelta64[D]")
    if {"low", "high"} <= set(part):
        ax.fill_between(when, part["low"], part["high"], step="post", color=colour, alpha=0.18, lw=0)
    ax.plot(when, part["share"], color=colour, ls=dash, drawstyle="steps-post", lw=1.4)
    last = part["share"].iloc[-1]
    return last, f"{label} {100 * last:.0f} %", colour


def _days_axis(ax, last, start):
    """A time axis in dates, or in days where no date is known."""
    if start is None:
        ax.set(xlim=(0, max(last, 1)), xlabel="day")
        return
    first = np.datetime64(str(start), "D")
    series.date_axis(ax, first, first + np.timedelta64(last, "D"))


def _incidence_words(table, blind):
    """The caption of regrouping."""
    band = "; band: pointwise 95 % interval" if {"low", "high"} <= set(table) else ""
    words = f"Cumulative incidence over broken runs (Aalen and Johansen; being beaten competes){band}."
    if not blind:
        return words
    return (
        f"{words} It counts from its first day if kept for {blind} days: none can begin in the shaded end. "
        "Thresholds: declared, not found."
    )
