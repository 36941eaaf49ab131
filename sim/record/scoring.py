"""Runs and record through the same code: one score."""

from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim._util import validation
from sim.record import town_scores
from sim.record.files import RecordError
from sim.record.observe import Observation, observed_of
from sim.record.read import MISSING, Record, read_record
from sim.record.targets import Names, UnscoredError, value_of
from sim.scenario.build import Rows, graph, road_distances

BANDS = {"low_90": 0.05, "low_50": 0.25, "median": 0.5, "high_50": 0.75, "high_90": 0.95}


@dataclass(frozen=True)
class Score:
    """How runs stand against a record.

    Attributes
    ----------
    targets : pandas.DataFrame
        One row a target: ``id``, ``measure``, ``side``, ``statistic``, ``from``, ``to``, ``value``, ``lo``,
        ``hi``, ``unit``; ``median``, ``low_50``, ``high_50``, ``low_90``, ``high_90`` over the runs (inf: a
        day that never comes); ``told``, share of runs that give a value; ``inside`` (the median is in the
        tolerance), ``covered_50`` and ``covered_90`` (the value is in the band); ``record``, what the record
        itself gives by the same code (NaN where it cannot); ``unscored``, why there is no score, else empty.
    towns : pandas.DataFrame
        See `sim.record.town_scores.table`.
    record : Record
        What they are scored against.
    runs, days : int
        How many, how long.
    issue : int
        Day of issue: town-days after it are scored, and baselines know the record to it. 0 is the eve.
    observation : Observation or None
        What was lost in reporting, if anything.
    notes : list of str
        What a reader should know.
    """

    targets: pd.DataFrame
    towns: pd.DataFrame
    record: Record
    runs: int
    days: int
    issue: int
    observation: Observation | None
    observed: object = field(repr=False)
    notes: list = field(default_factory=list)

    @property
    def scored(self):
        """Targets that could be scored."""
        return self.targets[self.targets["unscored"] == ""]


def score(ensemble, folder, observation=None, issue=0):
    """Score an ensemble against a record.

    Parameters
    ----------
    ensemble : Ensemble
        At ``detail="full"``; with ``"daily"`` targets on engagements are left unscored.
    folder : path or Record
        A folder with ``control.csv``, ``targets.csv`` and, if there, ``ucdp_weekly.csv`` and
        ``fatalities_sohr.csv``; or what `read_record` made of it.
    observation : Observation, optional
        Turn what happened in the runs into what would have been reported.
    issue : int, date or ISO text, default 0
        Score the map after this day only, also against the record's map of that day (persistence). Targets
        are not concerned. What the runs know is not changed by it.

    Returns
    -------
    Score
        Targets, town-days and baselines.

    Raises
    ------
    RecordError
        A bad file, named with row, column and value; or nothing is there to score after the day of issue.
    ValueError
        The ensemble has no daily control.

    Examples
    --------
    >>> import sim
    >>> from sim.record.scoring import score
    >>> ensemble = sim.run_ensemble(runs=4, days=15, detail="daily", progress=False)
    >>> held = score(ensemble, "scenarios/january_2014/record")
    >>> held.targets.loc[held.targets["id"] == "C7c", ["value", "record"]].to_numpy().tolist()
    [[1069.0, 1069.0]]
    """
    scenario = validation.ensemble("ensemble", ensemble).scenario
    record = folder if isinstance(folder, Record) else read_record(folder, scenario)
    if not record.targets:
        raise RecordError(f"{record.folder / 'targets.csv'} is missing or has no rows: {MISSING}")
    observed = observed_of(ensemble, observation)
    first = day_of_issue(issue, scenario, min(record.observed.days, observed.days))
    names = Names.of(scenario)
    rows = [target_row(target, observed, record, names, scenario) for target in record.targets]
    km = road_distances(graph(scenario), Rows(scenario))
    return Score(
        targets=pd.DataFrame(rows),
        towns=town_scores.table(
            town_scores.forecasts(observed), record, km, careful=observation is not None, issue=first
        ),
        record=record,
        runs=len(observed.held),
        days=observed.days,
        issue=first,
        observation=observation,
        observed=observed,
        notes=notes_on(record, scenario, observed, first),
    )


def day_of_issue(issue, scenario, last):
    """The day of issue as a number; RecordError where nothing is there to score after it."""
    try:
        day = validation.day("issue", issue, scenario)
    except ValueError as error:
        raise RecordError(str(error)) from None
    if not 0 <= day < last:
        expected = f"a day from 0 to {last - 1} ({scenario.date(0)} to {scenario.date(last - 1)})"
        raise validation.invalid("issue", issue, expected, RecordError)
    return day


def notes_on(record, scenario, observed, issue):
    """What a reader should know about what was and was not scored."""
    notes = list(record.notes)
    known = record.observed.seen[0].any(axis=0)
    if not known.all():
        names = [town for town, seen in zip(scenario.town_ids, known, strict=True) if not seen]
        notes.append(f"not scored, since the record has no row for them: {', '.join(names)}")
    last = min(record.observed.days, observed.days)
    notes.append(
        f"town-days from {scenario.date(issue + 1)} to {scenario.date(last)} "
        f"(runs end on {scenario.date(observed.days)}, the record on {scenario.date(record.observed.days)})"
    )
    return notes


def target_row(target, observed, record, names, scenario):
    """One target: its band over the runs, and what the record gives."""
    row = {name: target[name] for name in ("id", "measure", "side", "held", "statistic")}
    row |= {name: None if target[name] is None else scenario.date(target[name]) for name in ("from", "to")}
    row |= {name: target[name] for name in ("value", "lo", "hi", "unit")}
    row |= dict.fromkeys(BANDS, np.nan) | {"told": 0.0}
    row |= dict.fromkeys(("inside", "covered_50", "covered_90"), False) | {"record": np.nan, "unscored": ""}
    with suppress(UnscoredError):  # the record may lack a count that runs have
        row["record"] = float(value_of(target, record.observed, names, scenario.day)[0])
    try:
        values = value_of(target, observed, names, scenario.day)
    except UnscoredError as error:
        return row | {"unscored": str(error)}
    told = values[~np.isnan(values)]
    row["told"] = len(told) / len(values)
    if not len(told):
        return row | {"unscored": "no run gives a value"}
    # inverted_cdf: a value of some run, so that days that never come need no arithmetic
    row |= {name: float(np.quantile(told, q, method="inverted_cdf")) for name, q in BANDS.items()}
    row["inside"] = bool(target["lo"] <= row["median"] <= target["hi"])
    for band in ("50", "90"):
        row[f"covered_{band}"] = bool(row[f"low_{band}"] <= target["value"] <= row[f"high_{band}"])
    return row
