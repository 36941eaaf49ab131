"""From the frames of an ensemble to the arrays that figures draw."""

import numpy as np
import pandas as pd

from sim._util import validation
from sim._util.tables import say_date
from sim.ensemble.posterior import DRAWN_FROM

HELD = {"holder": "towns", "sole": "sole", "any": "any"}  # meaning of held: column of the daily frame
FOCAL_HELD = {"holder": "towns", "sole": "towns_sole", "any": "towns_any"}  # the same in the focal frame
ONE_COURSE = "One possible course among many: not a forecast."
FULL_BANDS = 20  # runs from which bands are drawn instead of single runs


def pivot(rows, column):
    """A column of a table with run and day as an array of runs by days, NaN where a run is short."""
    runs, at = np.unique(np.asarray(rows["run"]), return_inverse=True)
    days = np.asarray(rows["day"])
    values = np.full((len(runs), int(days.max()) + 1 if len(days) else 1), np.nan)
    values[at, days] = np.asarray(rows[column], float)
    return values


def matrix(ensemble, column, faction):
    """Values of a daily column for one faction: runs by days."""
    daily = daily_of(ensemble, column)
    mine = (daily["faction"] == faction).to_numpy()
    return pivot({name: daily[name].to_numpy()[mine] for name in ("run", "day", column)}, column)


def daily_of(ensemble, *columns):
    """Run, day, faction and some columns of the daily frame; from a folder only these are read."""
    wanted = ["run", "day", "faction", *columns]
    some = getattr(getattr(ensemble, "tables", None), "some", None)
    return some("daily", wanted) if some and ensemble.detail != "summary" else ensemble.daily[wanted]


def towns_held(ensemble, faction, held="holder"):
    """Number of towns a faction holds: runs by days."""
    check_held(held)
    if faction == ensemble.scenario.focal:
        return pivot(ensemble.focal, FOCAL_HELD[held])
    return matrix(ensemble, HELD[held], faction)


def bands(values, low=0.05, inner=0.25):
    """Median, inner and outer band over the rows of an array: (5, days), from lowest to highest."""
    return np.nanquantile(values, [low, inner, 0.5, 1 - inner, 1 - low], axis=0)


def as_day(scenario, when):
    """Day number of a day, a date or its ISO text."""
    return validation.day("when", when, scenario)


def day_in(ensemble, when=None):
    """Day number of a day or date that results cover, by default their last; others are refused."""
    day = ensemble.days if when is None else as_day(ensemble.scenario, when)
    if not 0 <= day <= ensemble.days:
        request = say_date(ensemble.scenario.date(day))
        last = say_date(ensemble.scenario.date(ensemble.days))
        words = f"days 0 to {ensemble.days}, the last of them {last}"
        raise ValueError(f"{request} (day {day}) is not in the results, which cover {words}")
    return day


def month_ends(scenario, days):
    """Last days of the months within the horizon; the last day of a horizon shorter than a month."""
    last = scenario.date(days)
    ends = pd.date_range(scenario.date(0), last, freq="ME")
    return [stamp.date() for stamp in ends] or [last]


def codes(column, names):
    """Row numbers of values among names."""
    factor = pd.Categorical(column)
    rows = pd.Index(list(names)).get_indexer(factor.categories)[factor.codes]
    if len(rows) and rows.min() < 0:
        strange = sorted(set(np.asarray(factor.astype(str))[rows < 0]))[:3]
        raise ValueError(f"{', '.join(strange)} not among the names of the scenario")
    return rows


def control_at(ensemble, days, column="holder"):
    """The control frame on given days: codes (days, runs, towns), -1 where unknown, and what they mean."""
    control = ensemble.control
    order = np.argsort(control["day"].to_numpy(), kind="stable")
    day = control["day"].to_numpy()[order]
    runs = np.sort(ensemble.runs["run"].to_numpy())
    run = np.searchsorted(runs, control["run"].to_numpy()[order])
    town = codes(control["town"], ensemble.scenario.town_ids)[order]
    factor = pd.Categorical(control[column])
    value = np.asarray(factor.codes, np.int16)[order]
    now = np.full((len(runs), len(ensemble.scenario.town_ids)), -1, np.int16)
    states = np.empty((len(days), *now.shape), np.int16)
    done = 0
    for k in np.argsort(days, kind="stable"):
        until = np.searchsorted(day, days[k], side="right")
        now[run[done:until], town[done:until]] = value[done:until]
        states[k] = now
        done = until
    return states, [str(name) for name in factor.categories]


def held_at(ensemble, days, faction=None, held="holder"):
    """Whether a faction holds each town: booleans of shape (days, runs, towns).

    ``sole`` and ``any`` are known of the focal faction only.
    """
    faction = faction or ensemble.scenario.focal
    check_held(held)
    if held == "holder":
        states, names = control_at(ensemble, days)
        return states == (names.index(faction) if faction in names else -2)
    if faction != ensemble.scenario.focal:
        raise ValueError(f'held="{held}" is recorded for {ensemble.scenario.focal} only; use held="holder"')
    states, names = control_at(ensemble, days, "isis")
    wanted = [names.index(name) for name in ("sole", "shared")[: 1 if held == "sole" else 2] if name in names]
    return np.isin(states, wanted)


def check_held(held):
    """Refuse an unknown meaning of held."""
    if held not in HELD:
        raise ValueError(f'held="{held}" is none of {", ".join(HELD)}')


def by_day(ensemble, frame, last=None):
    """A record from day 0 to the last one, in order, with a day column, made from its dates if need be."""
    frame = pd.DataFrame(frame).copy()
    if "day" not in frame:
        frame["day"] = [as_day(ensemble.scenario, date) for date in frame["date"]]
    frame = frame.sort_values("day", kind="stable")
    return frame[frame["day"].between(0, ensemble.days if last is None else last)]


def dates(ensemble, days):
    """Day numbers as datetime64 dates."""
    start = np.datetime64(ensemble.scenario.date(0), "D")
    return start + np.asarray(days, "timedelta64[D]")


def run_of(ensemble, run):
    """What a caption calls one run."""
    return f"Run {run} of {ensemble.scenario.name} (seed {ensemble.seed})"


def span(numbers):
    """Lowest and highest of some whole numbers in words; one number where they are one."""
    low, high = int(min(numbers)), int(max(numbers))
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def provenance(ensemble):
    """What a caption says about where the numbers come from."""
    n = len(ensemble.runs)
    drawn = ", parameters drawn" if getattr(ensemble, "draw", "defaults") == "posterior" else ""
    seeds = f"seed {ensemble.seed}{drawn}"
    first = ensemble.scenario.date(1)
    last = ensemble.scenario.date(ensemble.days)
    span = f"{first.day} {first:%b %Y} to {last.day} {last:%b %Y}"
    where = f" with {ensemble.selection}" if getattr(ensemble, "selection", "") else ""
    return f"{n:,} run{'s' if n != 1 else ''} of {ensemble.scenario.name}{where} ({seeds}), {span}."


def provenance_of(ensembles):
    """What a caption says about where the numbers of several ensembles come from."""
    if len(ensembles) == 1:
        return provenance(ensembles[0])
    runs = span([len(ensemble.runs) for ensemble in ensembles])
    seeds = ", ".join(str(seed) for seed in sorted({ensemble.seed for ensemble in ensembles}))
    chosen = {getattr(ensemble, "selection", "") for ensemble in ensembles} - {""}
    where = f" with {' or '.join(sorted(chosen))}" if chosen else ""
    return f"{runs} runs of each scenario{where} (seed {seeds}), {ensembles[0].days} days."


def chance_note(*ensembles):
    """What the spread over runs means and what it leaves out."""
    if all(len(ensemble.runs) == 1 for ensemble in ensembles):
        return ONE_COURSE
    if any(getattr(ensemble, "draw", "defaults") == "posterior" for ensemble in ensembles):
        return (
            f"Spread over runs is chance, and parameters and initial garrisons drawn from {DRAWN_FROM}; "
            "doubt about the rules comes on top."
        )
    return (
        "Spread over runs is chance within one set of rules and parameters; doubt about these comes on top."
    )
