"""Forecasts: worlds that agree with the record to a day of issue, played on; written before they are scored.

A forecast knows the record to its day of issue and nothing after. Its file says what it was made from, and
its hash is of everything in it, so that who scores it later can see that it is what was issued.
"""

import datetime
import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from sim._util import validation
from sim._util.errors import InfightingError
from sim._util.files import write_text
from sim._util.progress import bar_over
from sim.analysis.filtering import WEEK, Edit, Look, Worlds, set_map
from sim.core.measures import NONE, SOLE
from sim.ensemble.design import Setting
from sim.ensemble.plan import Plan
from sim.record import read_record, record_of, town_scores
from sim.record.observe import MEANINGS, observed_of_output
from sim.record.read import Record
from sim.scenario import Scenario, load_scenario
from sim.scenario.build import Rows, graph, road_distances

TOWNS, DEAD, ABOUT = "towns.csv", "dead.csv", "forecast.json"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class ForecastError(InfightingError):
    """A forecast that cannot be made, read or scored."""


@dataclass(frozen=True)
class Forecast:
    """What may come after a day of issue.

    Attributes
    ----------
    scenario : Scenario
        Whose towns and days these are.
    issue : int
        Day of issue: the last day of the record that it knows.
    chances : pandas.DataFrame
        One row for each town and day after the day of issue: ``day``, ``date``, ``town``, and the share of
        worlds in which the focal faction holds it uncontested (``controller``), is there ``sole``, or is
        there at all (``any``).
    dead : pandas.DataFrame
        Dead since the day of issue, by week and side: ``day``, ``date``, ``side``, quantiles ``q05`` to
        ``q95``.
    looks : pandas.DataFrame
        What the filter did at each look at the record: see `sim.analysis.filtering.Look`.
    edits : pandas.DataFrame
        ``town``, ``role`` of the focal faction by the record, ``worlds`` in which it had to be set.
    about : dict
        Worlds, seed, draws, the record's files, the program and its rules.
    """

    scenario: Scenario = field(repr=False)
    issue: int
    chances: pd.DataFrame = field(repr=False)
    dead: pd.DataFrame = field(repr=False)
    looks: pd.DataFrame = field(repr=False)
    edits: pd.DataFrame = field(repr=False)
    about: dict = field(repr=False)

    @property
    def days(self):
        """Last day."""
        return int(self.chances["day"].max())

    @property
    def sha256(self):
        """Hash of everything in it."""
        return _hash(_texts(self))

    def save(self, folder):
        """Write it to a folder that holds nothing yet; returns the folder.

        Raises
        ------
        ForecastError
            The folder holds something.
        """
        folder = refuse(folder)
        folder.mkdir(parents=True, exist_ok=True)
        texts = _texts(self)
        for name, text in texts.items():
            write_text(folder / name, text)
        write_text(folder / "SHA256", _hash(texts) + "\n")
        return folder

    def score(self, record):
        """Score it against a record, by horizon, beside baselines that know the day of issue.

        Parameters
        ----------
        record : path or Record
            That reaches beyond the day of issue.

        Returns
        -------
        pandas.DataFrame
            As `sim.record.town_scores.table` has it.

        Raises
        ------
        ForecastError
            The record ends before the forecast begins.
        """
        record = record if isinstance(record, Record) else read_record(record, self.scenario)
        if record.observed.days <= self.issue:
            end = self.scenario.date(record.observed.days)
            raise ForecastError(
                f"{record.folder} ends on {end}: nothing is there to score after the day of issue"
            )
        km = road_distances(graph(self.scenario), Rows(self.scenario))
        shape = (self.days + 1, len(self.scenario.town_ids))
        chances = {}
        for meaning in MEANINGS:
            chances[meaning] = np.zeros(shape)
            chances[meaning][self.issue + 1 :] = self.chances[meaning].to_numpy().reshape(-1, shape[1])
        return town_scores.table(chances, record, km, issue=self.issue)


def forecast(
    scenario="january_2014",
    *,
    issue,
    until=None,
    record=None,
    worlds=400,
    seed=1,
    params=None,
    draw="posterior",
    threads=None,
    progress=True,
):
    """Forecast the map after a day from the record to that day.

    Worlds are played to the day of issue, weighed by the record's map week by week and drawn anew, set to
    what it knows on the last day, and played on.

    Parameters
    ----------
    scenario : str, path or Scenario
        Which war.
    issue : int, date or ISO text
        Day of issue.
    until : int, date or ISO text, optional
        Last day; the scenario's by default.
    record : path or Record, optional
        What is known; the scenario's own by default. Nothing after the day of issue is read from it.
    worlds : int, default 400
        How many.
    seed : int, default 1
        Of all random numbers.
    params : dict, optional
        ``{dotted name: value}``, not drawn.
    draw : {"posterior", "defaults"}
        Where parameters and first garrisons come from.
    threads, progress : optional
        As for `sim.run_ensemble`.

    Returns
    -------
    Forecast

    Raises
    ------
    ForecastError
        A day that the record or the scenario does not reach, or no record.

    Examples
    --------
    >>> import sim
    >>> found = sim.forecast(issue="2014-01-10", until="2014-01-20", worlds=8, progress=False)
    >>> len(found.chances), found.issue, found.days
    (600, 8, 18)
    """
    setting = Setting(scenario, params)
    try:
        validation.whole("worlds", worlds, 1)
        plan = Plan(setting, runs_per_point=worlds, seed=seed, draw=draw, threads=threads)
    except ValueError as error:
        raise ForecastError(str(error)) from None
    known = _record(setting.scenario, record)
    first, last = _days(setting.scenario, issue, until, known)
    with bar_over(last * worlds, progress, unit="day") as bar:
        together = Worlds(plan, bar)
        looks = [_look(together, known, day) for day in [*range(WEEK, first, WEEK), first] if day > 0]
        edits = set_map(together, _presence(together), known.observed.presence[0, first], known.low[first])
        output = together.play(last - first, "full")
    seen = observed_of_output(output, setting.scenario, together.static)
    return Forecast(
        scenario=setting.scenario,
        issue=first,
        chances=_chances(seen, setting.scenario, first),
        dead=_dead(seen, setting.scenario, first),
        looks=pd.DataFrame(looks, columns=Look._fields),
        edits=_edits(edits, setting.scenario),
        about=_about(plan, known, first, last),
    )


def forecast_from_eve(observed, scenario, about):
    """A forecast from the evening before the first day: of runs that know no record.

    Parameters
    ----------
    observed : Observed
        The runs, as `sim.record.observe.observed_of` sees them.
    scenario : Scenario
        Whose towns and days these are.
    about : dict
        What the runs were made from; ``scenario`` with its name, and whatever else is to be under the hash.

    Returns
    -------
    Forecast

    Examples
    --------
    >>> import sim
    >>> from sim.record.observe import observed_of
    >>> runs = sim.run_ensemble(runs=4, days=15, detail="full", progress=False)
    >>> found = forecast_from_eve(observed_of(runs), runs.scenario, {"scenario": {"name": "january_2014"}})
    >>> found.issue, found.days, found.about["worlds"]
    (0, 15, 4)
    """
    return Forecast(
        scenario=scenario,
        issue=0,
        chances=_chances(observed, scenario, 0),
        dead=_dead(observed, scenario, 0),
        looks=pd.DataFrame(columns=Look._fields),
        edits=pd.DataFrame(columns=Edit._fields),
        about=about
        | {
            "issue": str(scenario.date(0)),
            "until": str(scenario.date(observed.days)),
            "worlds": len(observed.held),
            "record": {},
        },
    )


def refuse(folder):
    """The folder as a path; ForecastError if it holds anything."""
    folder = Path(validation.path("folder", folder))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ForecastError(f"{folder} is there already: a forecast is never written over")
    return folder


def read_forecast(folder, scenario=None):
    """A forecast from its folder, as it was issued.

    Parameters
    ----------
    folder : path
        Written by `Forecast.save`.
    scenario : Scenario, optional
        Whose towns; by default the one that its file names.

    Returns
    -------
    Forecast

    Raises
    ------
    ForecastError
        No forecast, or one that was changed since.
    """
    folder = Path(validation.path("folder", folder))
    try:
        texts = {name: (folder / name).read_text(encoding="utf-8") for name in (TOWNS, DEAD, ABOUT)}
        told = (folder / "SHA256").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ForecastError(f"{folder} holds no forecast: {error.filename}: {error.strerror}") from None
    if _hash(texts) != told:
        raise ForecastError(
            f"{folder} was changed since it was issued: its hash is not that of {folder / 'SHA256'}"
        )
    about = json.loads(texts[ABOUT])
    scenario = scenario or load_scenario(about["scenario"]["name"])
    return Forecast(
        scenario=scenario,
        issue=scenario.day(datetime.date.fromisoformat(about["issue"])),
        chances=pd.read_csv(io.StringIO(texts[TOWNS])),
        dead=pd.read_csv(io.StringIO(texts[DEAD])),
        looks=pd.DataFrame(about["looks"], columns=Look._fields),
        edits=pd.DataFrame(about["edits"], columns=Edit._fields),
        about=about,
    )


def _record(scenario, record):
    """The record that a forecast knows a part of."""
    found = record_of(scenario) if record is None else record
    found = found if isinstance(found, Record | None) else read_record(found, scenario)
    if found is None:
        raise ForecastError(f"scenario {scenario.name} has no record: name one (record=)")
    return found


def _days(scenario, issue, until, record):
    """Day of issue and last day, or ForecastError."""
    try:
        first = validation.day("issue", issue, scenario)
        last = scenario.days if until is None else validation.day("until", until, scenario)
    except ValueError as error:
        raise ForecastError(str(error)) from None
    if not 0 <= first <= record.observed.days:
        end = record.observed.days
        expected = f"a day from 0 to {end} ({scenario.date(0)} to {scenario.date(end)}), the record's last"
        raise validation.invalid("issue", issue, expected, ForecastError)
    if last <= first:
        raise validation.invalid("until", until, f"a day after {scenario.date(first)}", ForecastError)
    return first, last


def _look(worlds, record, day):
    """Play to a day, and look at the record of it."""
    output = worlds.play(day - worlds.day)
    return worlds.look(output.presence[:, -1], record.observed.presence[0, day], record.low[day])


def _presence(worlds):
    """Role of the focal faction in every town of every world this evening."""
    return worlds.play(0).presence[:, -1]


def _dates(scenario, days):
    return [str(scenario.date(int(day))) for day in days]


def _chances(seen, scenario, first):
    """Chances by town and day after the day of issue."""
    days, towns = seen.held.shape[1] - 1, scenario.town_ids
    day = np.repeat(np.arange(first + 1, first + days + 1), len(towns))
    frame = pd.DataFrame({"day": day, "date": _dates(scenario, day), "town": np.tile(towns, days)})
    for meaning in MEANINGS:
        frame[meaning] = seen.holds(meaning)[:, 1:].mean(axis=0).ravel()
    return frame


def _dead(seen, scenario, first):
    """Dead since the day of issue, by week and side: quantiles over the worlds."""
    since = seen.dead - seen.dead[:, :1]
    weeks = [*range(WEEK, since.shape[1] - 1, WEEK), since.shape[1] - 1]
    rows = []
    for week in weeks:
        for k, side in enumerate(("rebels", "focal", "civilians", "all")):
            values = np.quantile(since[:, week, k], QUANTILES, method="inverted_cdf")
            rows.append((first + week, side, *values))
    names = [f"q{round(100 * q):02d}" for q in QUANTILES]
    frame = pd.DataFrame(rows, columns=["day", "side", *names])
    frame.insert(1, "date", _dates(scenario, frame["day"]))
    return frame


def _edits(edits, scenario):
    words = {SOLE: "sole", NONE: "none"}
    rows = [(scenario.town_ids[town], words[role], worlds) for town, role, worlds in edits]
    return pd.DataFrame(rows, columns=Edit._fields)


def _about(plan, record, first, last):
    """What a forecast was made from."""
    scenario, made = plan.setting.scenario, plan.manifest()
    names = (
        "program",
        "version",
        "git",
        "packages",
        "scenario",
        "params",
        "seed",
        "draw",
        "set_by_name",
        "code",
    )
    return {name: made[name] for name in names} | {
        "issue": str(scenario.date(first)),
        "until": str(scenario.date(last)),
        "worlds": plan.runs,
        "record": record.files,
    }


def _texts(forecast):
    """The files of a forecast."""
    about = forecast.about | {
        "looks": [list(row) for row in forecast.looks.itertuples(index=False)],
        "edits": [list(row) for row in forecast.edits.itertuples(index=False)],
    }
    return {
        TOWNS: forecast.chances.to_csv(index=False, lineterminator="\n"),
        DEAD: forecast.dead.to_csv(index=False, lineterminator="\n"),
        ABOUT: json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False) + "\n",
    }


def _hash(texts):
    """SHA-256 of some files together."""
    return hashlib.sha256("".join(f"{name}\n{texts[name]}" for name in sorted(texts)).encode()).hexdigest()
