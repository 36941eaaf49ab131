"""The table in the terminal: what became of it, how sure the number is, and what history did."""

import math

import numpy as np
from rich.console import Console
from rich.table import Table

from sim.core.outcomes import CLASSES, interval
from sim.record import record_classes

DEAD = {"ISIS dead": "dead_isis", "rebels dead": "dead_rebels", "civilians dead": "dead_civilians"}
CAPTION = "A historical what-if, not a forecast: it says what these rules do, not what will happen."


def show(ensemble, console=None):
    """Print the summary of an ensemble.

    Parameters
    ----------
    ensemble : Ensemble
        As from `sim.run_ensemble` or `sim.load_results`.
    console : rich.console.Console, optional
        Where to; the terminal if not given.
    """
    console = console or Console()
    runs = len(ensemble.runs)
    console.print(outcome_table(ensemble))
    console.print(measure_table(ensemble))
    scenario = ensemble.scenario
    drawn = "; parameters and garrisons drawn from the posterior" if ensemble.draw == "posterior" else ""
    console.print(
        f"{scenario.name} (hash {scenario.hash}), {runs:,} runs of {ensemble.days} days "
        f"to {scenario.date(ensemble.days):%-d %B %Y}, seed {ensemble.seed}{drawn}.",
        highlight=False,
    )
    console.print(CAPTION, style="italic", highlight=False)


def outcome_table(ensemble):
    """Share of runs in each class under the three meanings of held, and the record's own class.

    Parameters
    ----------
    ensemble : Ensemble
        At least one run.

    Returns
    -------
    rich.table.Table
        One row a class.
    """
    recorded, last = record_classes(ensemble.scenario, ensemble.params, ensemble.days)
    out = Table(title="What became of ISIS: share of runs", title_justify="left", caption_justify="left")
    out.caption = _about_record(ensemble, last)
    out.add_column("outcome", no_wrap=True)
    for column in ("held", "95 % interval", "held alone", "present"):
        out.add_column(column, justify="right", no_wrap=True)
    for name in CLASSES:
        out.add_row(name, *_shares(ensemble.runs, name))
    if last is not None:
        out.add_section()
        out.add_row("the record", recorded["holder"], "", recorded["sole"], recorded["any"])
    return out


def _shares(runs, name):
    """Share by holder with its interval and error; shares under the other meanings."""
    n = len(runs)
    count = int((runs["outcome"] == name).sum())
    low, high = interval(count, n)
    share = count / n
    yield f"{share:.1%} ± {math.sqrt(share * (1 - share) / n):.1%}"
    yield f"{low:.1%} to {high:.1%}"
    for column in ("outcome_sole", "outcome_any"):
        yield f"{(runs[column] == name).mean():.1%}"


def _about_record(ensemble, last):
    text = (
        "held: ISIS is the holder, ± Monte Carlo error, with Wilson's interval; held alone and present: the "
        "same classes by sole and by any presence."
    )
    if last is None:
        return f"{text} The scenario has no record to be held against."
    if last == ensemble.days:
        return f"{text} The record is judged over the same {last} days."
    end = ensemble.scenario.date(last)
    return f"{text} The record covers {last} days, to {end:%-d %B %Y}, and is judged at that end."


def measure_table(ensemble):
    """Trough, regrouping and deaths: medians with the range of the runs.

    Parameters
    ----------
    ensemble : Ensemble
        At least one run.

    Returns
    -------
    rich.table.Table
        One row a measure.
    """
    runs = ensemble.runs
    out = Table(title="How it went", title_justify="left")
    out.add_column("measure")
    out.add_column("median", justify="right")
    out.add_column("range", justify="right")
    out.add_column("of")
    half, most = "half of the runs", "90 % of the runs"
    out.add_row("day of the trough", *spread(runs["trough_day"], 25, 75, "{:.0f}"), half)
    out.add_row("people held then", *spread(runs["trough_share"], 25, 75, "{:.0%}"), f"the start's; {half}")
    back = runs["regroup_day"].dropna()
    cells = spread(back, 25, 75, "{:.0f}") if len(back) else ("", "")
    never = runs["regroup_day"].isna().mean()
    out.add_row("day of regrouping", *cells, f"half of those that do; {never:.0%} never")
    for label, column in DEAD.items():
        out.add_row(label, *spread(runs[column], 5, 95, "{:,.0f}"), most)
    return out


def spread(values, low, high, form):
    """Median and range between two percentiles, as text.

    Parameters
    ----------
    values : array_like
        One value a run.
    low, high : float
        Percentiles.
    form : str
        How a value is written, such as ``"{:.0f}"``.

    Returns
    -------
    tuple of str
        Median; range.

    Examples
    --------
    >>> spread([1, 2, 3, 4, 5], 25, 75, "{:.0f}")
    ('3', '2 to 4')
    """
    low, middle, high = np.percentile(np.asarray(values, float), [low, 50, high])
    return form.format(middle), f"{form.format(low)} to {form.format(high)}"
