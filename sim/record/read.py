"""The files a record consists of, read and checked at the door."""

import csv
import datetime
import difflib
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim._util import validation
from sim.core.measures import NONE, SHARED, SOLE
from sim.record.observe import UNKNOWN, Sight

ROLES = {"sole": SOLE, "shared": SHARED, "none": NONE, "unknown": UNKNOWN, "": UNKNOWN}
CONFIDENCES = ("high", "medium", "low")
# days around a date within which the change may have happened
PRECISE = {"day": 0, "week": 3, "window": 7, "month": 15}
LONGEST = 3650  # days that runs can have, and so a record
WAR = "isis_vs_rebels"  # the dyad of ucdp_weekly.csv that is scored
SPELLINGS = {"Al-Hasakeh": "Hasakah", "Ar-Raqqa": "Raqqa", "Deir-ez-Zor": "Deir ez-Zor", "Idleb": "Idlib",
             "Lattakia": "Latakia"}  # fmt: skip
# a scenario's own copy of control.csv has these names for the same columns
SAME = {"town": "town_id", "from": "date_from", "to": "date_to", "holder": "controller",
        "focal_role": "isis_role"}  # fmt: skip
NEEDED = {
    "control.csv": ("town_id", "date_from", "date_to", "controller", "isis_role", "confidence",
                    "date_precision"),
    "targets.csv": ("id", "measure", "side", "towns", "held", "from", "to", "statistic", "value", "lo",
                    "hi"),
    "fatalities_sohr.csv": ("as_of", "total", "rebels", "isis", "civilians"),
    "ucdp_weekly.csv": ("week_starting", "dyad", "province", "events"),
}  # fmt: skip


class RecordError(ValueError):
    """A record that cannot be scored against: which file, row, column and value, and what was expected."""


@dataclass(frozen=True)
class Record:
    """What history left of a stretch of the war.

    Attributes
    ----------
    folder : Path
        Where it was read.
    sight : Sight
        In the form runs are seen in: one run, from day 0 to the record's last day.
    low : ndarray of bool, (D + 1, T)
        Town-days that rest on a report of low confidence.
    unsure : ndarray of bool, (D + 1, T)
        Town-days so near a change not dated to the day (``date_precision``: 3 days for ``week``, 7 for
        ``window``, 15 for ``month``) that either side of it may be true; left out when observing.
    targets : list of dict
        Rows of targets.csv; dates are days, values numbers.
    files : dict of str
        SHA-256 of each file read.
    notes : list of str
        What a reader should know.
    """

    folder: Path
    sight: Sight
    low: np.ndarray
    unsure: np.ndarray
    targets: list
    files: dict
    notes: list = field(default_factory=list)


def read_record(folder, scenario):
    """Read a folder with control.csv and targets.csv, and ucdp_weekly.csv and fatalities_sohr.csv if there.

    Parameters
    ----------
    folder : path
        The record.
    scenario : Scenario
        Names towns, provinces and the first day. Where the record says nothing of day 0, it is asked.

    Returns
    -------
    Record
        Whatever dates it covers.

    Raises
    ------
    RecordError
        In one sentence, for the first thing that is wrong.
    """
    folder = Path(validation.path("folder", folder))
    if not folder.is_dir():
        raise RecordError(f"{folder}: there is no such folder; expected one with control.csv and targets.csv")
    files, notes = {}, []
    spells = [spell(row, scenario) for row in rows(folder / "control.csv", files)]
    targets = [target(row, scenario) for row in rows(folder / "targets.csv", files)]
    check_once(targets)
    tolls = [toll(row, scenario) for row in rows(folder / "fatalities_sohr.csv", files, optional=True)]
    weeks = [week(row, scenario) for row in rows(folder / "ucdp_weekly.csv", files, optional=True)]
    last = max([s["to"] for s in spells] + [t["day"] for t in tolls])
    if last < 1:
        raise RecordError(
            f"{folder / 'control.csv'}: it ends before {scenario.date(1)}, the first day played"
        )
    shape = (last + 1, len(scenario.town_ids))
    grids = control_grids(spells, shape, scenario, folder / "control.csv")
    eve(grids, scenario, notes)
    other = sorted({s["controller"] for s in spells} - known_words(scenario))
    if other:
        notes.append(f"controllers not known here, and so not {scenario.focal}: {', '.join(other)}")
    provinces = len(scenario.provinces)
    sight = Sight(
        held=grids["held"][None],
        presence=grids["presence"][None],
        seen=grids["seen"][None],
        dead=dead_of(tolls, last)[None],
        executed=np.full((1, last + 1, 2), np.nan),
        bombings=np.full((1, last + 1), np.nan),
        events=events_of(weeks, last, provinces)[None],
        fights=None,
    )
    return Record(folder, sight, grids["low"], grids["unsure"], targets, files, notes)


class Row(dict):
    """One row of a file, which knows where it stands."""

    def __init__(self, values, file, line):
        super().__init__(values)
        self.file, self.line = file, line

    def wrong(self, column, expected):
        """Make an error about one cell."""
        return RecordError(f"{self.file}, line {self.line}, {column}: {self[column]!r}; expected {expected}")

    def day(self, column, scenario):
        """Day of a date."""
        try:
            day = scenario.day(datetime.date.fromisoformat(self[column].strip()))
        except ValueError:
            raise self.wrong(column, "a date such as 2014-01-31") from None
        if day > LONGEST:
            raise self.wrong(column, f"a date not after {scenario.date(LONGEST)}, the last day of any run")
        return day

    def number(self, column, blank=None, low=None):
        """Read a number; ``blank`` for an empty cell, where that may be."""
        text = self[column].strip()
        if not text and blank is not None:
            return blank
        try:
            value = float(text)
        except ValueError:
            raise self.wrong(column, "a number") from None
        if not np.isfinite(value) or (low is not None and value < low):
            raise self.wrong(column, "a number" if low is None else f"a number, {low} or more")
        return value

    def contains(self, column, choices):
        """One of some words."""
        text = self[column].strip()
        if text not in choices:
            raise self.wrong(column, f"one of {', '.join(c for c in choices if c)}")
        return text


def rows(file, files, optional=False):
    """Rows of a CSV file with the columns it needs; none where it may lack and does."""
    if not file.exists():
        if optional:
            return []
        raise RecordError(f"{file} is missing: a record is a folder with control.csv and targets.csv")
    try:
        content = file.read_bytes()
        lines = content.decode("utf-8-sig").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"{file} cannot be read as UTF-8 text: {error}") from error
    files[file.name] = hashlib.sha256(content).hexdigest()
    reader = csv.DictReader(lines)
    names = [SAME.get(name, name) if file.name == "control.csv" else name for name in reader.fieldnames or []]
    lacking = [column for column in NEEDED[file.name] if column not in names]
    if lacking:
        raise RecordError(
            f"{file}: there is no column {lacking[0]}; expected {', '.join(NEEDED[file.name])} "
            f"(it has {', '.join(names) or 'no header'})"
        )
    reader.fieldnames = names
    found = []
    for values in reader:
        if None in values or None in values.values():
            raise RecordError(
                f"{file}, line {reader.line_num}: expected {len(names)} cells, as in the header"
            )
        found.append(Row(values, file, reader.line_num))
    if not found and not optional:
        raise RecordError(f"{file} has no rows; expected at least one")
    return found


def nearest(word, words):
    """Hint at the word that was probably meant."""
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    return f"; did you mean {close[0]}?" if close else ""


def spell(row, scenario):
    """One row of control.csv: who was where, from one day to another."""
    town = row["town_id"].strip()
    if town not in scenario.town_ids:
        raise row.wrong("town_id", f"a town of {scenario.name}{nearest(town, scenario.town_ids)}")
    first, last = row.day("date_from", scenario), row.day("date_to", scenario)
    if last < first:
        raise row.wrong("date_to", f"a date on or after date_from, {row['date_from']}")
    controller = row["controller"].strip()
    if not controller:
        raise row.wrong("controller", "who held the town, as isis, contested or rebels_mixed")
    return {
        "row": row, "town": scenario.town_ids.index(town), "from": first, "to": last,
        "controller": controller, "role": ROLES[row.contains("isis_role", ROLES)],
        "low": row.contains("confidence", CONFIDENCES) == "low",
        "margin": PRECISE[row.contains("date_precision", PRECISE)],
    }  # fmt: skip


def target(row, scenario):
    """One row of targets.csv."""
    out = {name: row[name].strip() for name in ("id", "measure", "side", "held", "statistic")}
    out |= {"towns": [t.strip() for t in row["towns"].split(";") if t.strip()], "unit": row.get("unit", "")}
    out |= {"from": row.day("from", scenario) if row["from"].strip() else None, "to": row.day("to", scenario)}
    out |= {name: row.number(name) for name in ("value", "lo", "hi")}
    if not out["id"]:
        raise row.wrong("id", "a name of the target")
    if out["lo"] > out["hi"]:
        raise row.wrong("lo", f"a number not above hi, {row['hi']}")
    if out["from"] is not None and out["from"] > out["to"]:
        raise row.wrong("from", f"a date not after to, {row['to']}")
    return out | {"row": row}


def check_once(targets):
    """Refuse two targets of one id."""
    seen = set()
    for t in targets:
        if t["id"] in seen:
            raise t["row"].wrong("id", "another id: this one is taken by a row above")
        seen.add(t["id"])


def toll(row, scenario):
    """One row of fatalities_sohr.csv: the dead so far."""
    sides = [row.number(name, blank=np.nan, low=0) for name in ("rebels", "isis", "civilians")]
    return {"day": row.day("as_of", scenario), "dead": [*sides, row.number("total", np.nan, low=0)]}


def week(row, scenario):
    """One row of ucdp_weekly.csv; province None where it is not on the map."""
    name = SPELLINGS.get(row["province"].strip(), row["province"].strip())
    rows_of = {p: k for k, p in enumerate(scenario.provinces)}
    return {"day": row.day("week_starting", scenario), "dyad": row["dyad"].strip(),
            "province": rows_of.get(name), "events": row.number("events", low=0)}  # fmt: skip


def control_grids(spells, shape, scenario, file):
    """Control by day and town; refuses two rows about one town and day."""
    grids = {name: np.zeros(shape, bool) for name in ("held", "seen", "low", "unsure")}
    grids["presence"] = np.full(shape, UNKNOWN, np.int8)
    for s in sorted(spells, key=lambda s: (s["town"], s["from"])):
        if s["to"] < 0:
            continue
        part = (slice(max(s["from"], 0), s["to"] + 1), s["town"])
        if grids["seen"][part].any():
            raise s["row"].wrong("date_from", "a day after the end of the row before on this town")
        grids["seen"][part] = True
        grids["held"][part] = s["controller"] == scenario.focal
        grids["presence"][part] = s["role"]
        grids["low"][part] = s["low"]
    for s in spells:  # a change is dated by the row that begins with it
        if s["margin"] and s["from"] > 1:
            near = slice(max(s["from"] - s["margin"], 0), s["from"] + s["margin"])
            grids["unsure"][near, s["town"]] = True
    if not grids["seen"].any():
        raise RecordError(f"{file}: no row covers a day from {scenario.date(0)} on")
    return grids


def eve(grids, scenario, notes):
    """Where the record does not reach back to day 0, it is as the scenario states it."""
    towns = {town: k for k, town in enumerate(scenario.town_ids)}
    asked = 0
    for place in scenario.control.itertuples(index=False):
        k = towns[place.town]
        if not grids["seen"][0, k] and grids["seen"][:, k].any():
            grids["held"][0, k] = place.holder == scenario.focal
            grids["presence"][0, k] = ROLES[place.focal_role]
            asked += 1
    if asked:
        notes.append(
            f"the record does not reach back to {scenario.date(0)} in {asked} towns: "
            "there the scenario's own statement of that evening stands for it"
        )


def known_words(scenario):
    """Words for who controls a town that this scenario knows."""
    return {*scenario.faction_ids, *scenario.groups["group"], "contested", "rebels_mixed", "mixed", "regime",
            "none", "nobody"}  # fmt: skip


def dead_of(tolls, last):
    """The dead so far, (D + 1, 4), on the days for which there is a count; none on day 0."""
    dead = np.full((last + 1, 4), np.nan)
    dead[0] = 0.0
    for t in tolls:
        if 0 < t["day"] <= last:
            dead[t["day"]] = t["dead"]
    return dead


def events_of(weeks, last, provinces):
    """Engagements by day and province: those of a week spread over its days from day 1 on.

    A week without a row within the weeks recorded had none; nothing is known of days outside them.
    """
    events = np.full((last + 1, provinces), np.nan)
    if weeks:
        first, end = min(w["day"] for w in weeks), max(w["day"] for w in weeks) + 6
        events[max(first, 1) : end + 1] = 0.0
    for w in weeks:
        days = [d for d in range(w["day"], w["day"] + 7) if d >= 1]
        if w["dyad"] == WAR and w["province"] is not None:
            for d in days:
                if d <= last:
                    events[d, w["province"]] += w["events"] / len(days)
    return events
