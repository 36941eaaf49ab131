"""The table in the terminal: what became of it, how sure the number is, and what history did."""

import math

import numpy as np
from rich.console import Console

from sim._util.tables import Cell, cell, percent, table
from sim.core.outcomes import CLASSES, interval
from sim.record import record_classes

DEAD = {"ISIS dead": "dead_isis", "rebels dead": "dead_rebels", "civilians dead": "dead_civilians"}
CAPTION = "A historical what-if, not a forecast: it says what these rules do, not what will happen."


def show(ensemble, console=None):
    """Print the summary of an ensemble to a console, by default the terminal."""
    console = console or Console()
    runs = len(ensemble.runs)
    console.print(outcome_table(ensemble).terminal())
    console.print(measure_table(ensemble).terminal())
    scenario = ensemble.scenario
    drawn = "; parameters and garrisons drawn from the posterior" if ensemble.draw == "posterior" else ""
    console.print(
        f"{scenario.name} (hash {scenario.hash}), {runs:,} runs of {ensemble.days} days "
        f"to {scenario.date(ensemble.days):%-d %B %Y}, seed {ensemble.seed}{drawn}.",
        highlight=False,
    )
    console.print(CAPTION, style="italic", highlight=False)


def outcome_table(ensemble):
    """Share of runs in each class under the three meanings of held, and the record's own class."""
    recorded, last = record_classes(ensemble.scenario, ensemble.params, ensemble.days)
    rows = [(name, *_shares(ensemble.runs, name)) for name in CLASSES]
    if last is not None:
        rows.append(("the record", recorded["holder"], "", recorded["sole"], recorded["any"]))
    head = ("outcome", "held", "95 % interval", "held alone", "present")
    about = {"title": "What became of ISIS: share of runs", "note": _about_record(ensemble, last)}
    return table(head, rows, dict.fromkeys(head, ("share", 1)), **about, sections={len(CLASSES) - 1})


def _shares(runs, name):
    """Share by holder with its error, its interval, and the shares under the other meanings."""
    n, count = len(runs), int((runs["outcome"] == name).sum())
    share = count / n
    error = percent(math.sqrt(share * (1 - share) / n))
    held = Cell(f"{percent(share)} ± {error}", share)
    low, high = interval(count, n)
    return held, (low, high), *((runs[f"outcome_{held}"] == name).mean() for held in ("sole", "any"))


def _about_record(ensemble, last):
    text = (
        "held: ISIS is the holder, ± Monte Carlo error, with Wilson's interval; held alone and present: the "
        "same classes by sole and by any presence."
    )
    if last is None:
        return f"{text} The scenario has no record to be scored against."
    if last == ensemble.days:
        return f"{text} The record is judged over the same {last} days."
    end = ensemble.scenario.date(last)
    return f"{text} The record covers {last} days, to {end:%-d %B %Y}, and is judged at that end."


def measure_table(ensemble):
    """Trough, regrouping and deaths: medians with the range of the runs."""
    runs, half = ensemble.runs, "half of the runs"
    never = percent(runs["regroup_day"].isna().mean(), 0)
    rows = [
        ("day of the trough", *spread(runs["trough_day"], 25, 75), half),
        ("people held then", *spread(runs["trough_share"], 25, 75, "share"), f"the start's; {half}"),
        ("day of regrouping", *spread(runs["regroup_day"], 25, 75), f"half of those that do; {never} never"),
        *((label, *spread(runs[column], 5, 95), "90 % of the runs") for label, column in DEAD.items()),
    ]
    return table(("measure", "median", "range", "of"), rows, title="How it went")


def spread(values, low, high, unit=""):
    """Median and range between two percentiles, as cells; empty where there are no values.

    Parameters
    ----------
    values : array_like
        One value a run; NaN is left out.
    low, high : float
        Percentiles.
    unit : str
        Of the values, as for `sim._util.tables.number`.

    Returns
    -------
    tuple of Cell
        Median; range.

    Examples
    --------
    >>> [each.text for each in spread([1, 2, 3, 4, 5], 25, 75)]
    ['3', '2 to 4']
    """
    values = np.asarray(values, float)
    values = values[~np.isnan(values)]
    if not len(values):
        return Cell(""), Cell("")
    low, middle, high = np.percentile(values, [low, 50, high])
    return cell(middle, unit, 0), cell((low, high), unit, 0)
