"""Event files of UCDP (GED) and ACLED, in their own column names, counted by week as a record keeps them.

An event counts if the focal faction is one of its sides, the other is known, and its week and province are;
all others are counted by why they do not. Names go through ``aliases.csv`` as those of any record.
"""

import csv
import datetime
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from sim._util import spreadsheet, validation
from sim.record.files import LEFT_OUT, LONGEST, Reader, RecordError

LARGEST = 4_000_000_000  # bytes: all that ACLED has of the world is a third of it
WEEKLY = "ucdp_weekly.csv"
WAR = "focal_vs_rebels"  # the dyad that is scored; in files the focal faction goes by its id
DYADS = {
    WAR: "rebels",
    "focal_vs_ypg": "kurdish",
    "regime_vs_focal": "government",
}  # who fights the focal one
DYAD_WITH = dict(zip(("rebel", "kurdish", "regime"), DYADS, strict=True))
COUNTS = ("deaths", "focal_deaths", "opponent_deaths", "civilian_deaths", "unknown_deaths")


@dataclass(frozen=True)
class Programme:
    """How a programme's file is read: its columns for what a record needs, and what counts."""

    title: str
    date: str
    precision: str
    vague: tuple  # values of the column precision whose events cannot be put into a week
    sides: tuple
    province: str
    kind: str
    engagements: tuple  # values of the column kind in which two armed sides fight
    dead: dict = field(default_factory=dict)  # column of the counts, or "a" and "b" for a side: its column

    @property
    def columns(self):
        """All columns that are needed."""
        other = (self.date, self.precision, *self.sides, self.province, self.kind)
        return (*other, *self.dead.values())


PROGRAMMES = {
    "ucdp": Programme(  # codebook of UCDP GED: date_prec 4 and 5 are a month and a year
        "UCDP GED",
        "date_start",
        "date_prec",
        ("4", "5"),
        ("side_a", "side_b"),
        "adm_1",
        "type_of_violence",
        ("1", "2"),  # state-based and non-state; 3 is against civilians alone
        {
            "deaths": "best",
            "a": "deaths_a",
            "b": "deaths_b",
            "civilian_deaths": "deaths_civilians",
            "unknown_deaths": "deaths_unknown",
        },
    ),
    "acled": Programme(  # codebook of ACLED: time_precision 3 is a month; its dead are of all sides together
        "ACLED",
        "event_date",
        "time_precision",
        ("3",),
        ("actor1", "actor2"),
        "admin1",
        "event_type",
        ("Battles", "Explosions/Remote violence"),
        {"deaths": "fatalities"},
    ),
}


def kinds_of(reader, side):
    """What a side's actors are: ``focal``, ``rebel``, ``regime``, ``kurdish``; None if one is unknown."""
    scenario, kinds = reader.scenario, set()
    sides = dict(zip(scenario.faction_ids, scenario.factions["side"], strict=True)) | {"rebels": "rebel"}
    whole = reader.meaning(WEEKLY, side, sides)
    for actor in [side] if whole is not None else side.split(", "):
        meant = reader.meaning(WEEKLY, actor, sides)
        if meant is None:
            return None
        kinds |= {sides[meant]} if meant != LEFT_OUT else set()
    return kinds


def dyad_of(reader, one, other):
    """The dyad of two sides; LEFT_OUT if it is none with the focal faction, None if an actor is unknown."""
    kinds = [kinds_of(reader, side) for side in (one, other)]
    if None in kinds:
        return None
    against = [b for a, b in (kinds, kinds[::-1]) if "focal" in a and "focal" not in b]
    return DYAD_WITH[next(iter(against[0]))] if len(against) == 1 == len(against[0]) else LEFT_OUT


def dyad_in(word, focal):
    """A dyad of a file as it is known here: its focal faction without its name.

    >>> dyad_in("isis_vs_rebels", "isis")
    'focal_vs_rebels'
    """
    return re.sub(rf"(?i)(^|_){focal}(?=_|\s*$)", r"\1focal", word)


def import_events(file, programme, scenario, aliases=(), leave_out=False):
    """Weekly counts of an event file, as rows of ``ucdp_weekly.csv``, and notes on what was used.

    Parameters
    ----------
    file : path
        As downloaded: CSV with the programme's own columns, in any order, with any others.
    programme : {"ucdp", "acled"}
        Whose file it is.
    scenario : Scenario
        Names actors, provinces and the first day.
    aliases : sequence of Path
        Tables of other names, the nearest first.
    leave_out : bool
        Leave events with unknown actors or provinces out, and count them, instead of refusing the file.

    Returns
    -------
    tuple of (str, list of str)
        The content of the file, and notes.

    Raises
    ------
    RecordError
        With one sentence for each thing that is wrong; all unknown names of a kind are one.
    """
    how, file = PROGRAMMES[programme], Path(validation.path("file", file))
    reader = Reader(lambda name: None, list(aliases), scenario)
    reader.refuse()
    rows, out, weeks = _rows(file, how), Counter(), {}
    day_first = spreadsheet.day_first(rows[how.date])
    for number, row in enumerate(rows.to_dict("records"), 2):
        if row[how.kind] not in how.engagements:
            out[f"{how.kind} {row[how.kind]!r}, in which no two armed sides fight"] += 1
            continue
        sides = [row[name] for name in how.sides]
        kinds = [kinds_of(reader, side) for side in sides]
        if not any(known and "focal" in known for known in kinds):
            out[f"without {scenario.focal}"] += 1
            continue
        week = _week(row, number, how, reader, file, day_first)
        if week is None or row[how.precision] in how.vague:
            out["dated to a month or worse"] += week is not None
            continue
        if not -5 <= scenario.day(week) <= LONGEST:
            out[f"outside the days from {scenario.date(1)} on"] += 1
            continue
        dyad, unknown = dyad_of(reader, *sides), False
        province = reader.meaning(WEEKLY, row[how.province], scenario.provinces)
        for column, word, found, what in (
            (how.sides[kinds[0] is not None], sides[kinds[0] is not None], dyad, "actor"),
            (how.province, row[how.province] or "(empty)", province, "province"),
        ):
            if found is None and not (what == "province" and dyad == LEFT_OUT):
                reader.unknown.setdefault((file, column, what, ()), {}).setdefault(word, number)
                unknown = True
        if unknown or dyad == LEFT_OUT:
            out["of unknown actors or provinces" if unknown else "of another war, or of several sides"] += 1
            continue
        counts = _counts(row, number, how, "focal" in kinds[0], reader, file)
        key = (week, dyad, province if province != LEFT_OUT else row[how.province])
        weeks[key] = [a + b for a, b in zip(weeks.get(key, [0] * 6), [1, *counts], strict=True)]
    if leave_out:
        reader.unknown = {}
    reader.refuse()
    if not weeks:
        why = "; ".join(f"{count:,} {what}" for what, count in out.most_common(5))
        raise RecordError(
            f"{file}: no event of {len(rows):,} counts ({why or 'the file has no rows'}); expected some of "
            f"{scenario.focal!r}: say in aliases.csv what it is called there"
        )
    used = int(sum(counts[0] for counts in weeks.values()))
    notes = [f"{file.name}: {used:,} of {len(rows):,} rows used"]
    return _content(weeks, scenario.focal), notes + [
        f"{count:,} are {what}" for what, count in out.most_common()
    ]


def _rows(file, how):
    """The needed columns of a file as text, or RecordError."""
    if not file.is_file() or file.stat().st_size > LARGEST:
        why = f"has more than {LARGEST:,} bytes" if file.is_file() else "is no file"
        raise RecordError(f"{file} {why}; expected a CSV file of {how.title}")
    try:
        with file.open("rb") as stream:
            first = stream.readline(100_000).decode("utf-8-sig", "replace")
        rows = pd.read_csv(
            file,
            sep=spreadsheet.delimiter_of(first, how.columns),
            usecols=lambda name: spreadsheet.clean(name) in how.columns,
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",
        )
    except OSError as error:
        raise RecordError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:  # also of another coding, or without rows
        raise RecordError(f"{file} is no CSV file of {how.title}: {' '.join(str(error).split())}") from None
    rows.columns = [spreadsheet.clean(name) for name in rows.columns]
    if lacking := [name for name in how.columns if list(rows.columns).count(name) != 1]:
        raise RecordError(
            f"{file}: there is no column {', '.join(lacking)}; expected those of {how.title}: "
            f"{', '.join(how.columns)}"
        )
    return rows.map(spreadsheet.clean)


def _week(row, number, how, reader, file, day_first):
    """The Monday of an event's week; None, and a problem, if its date cannot be read."""
    try:
        date = spreadsheet.date(row[how.date], day_first)
    except ValueError as error:
        why = f" ({error})" if " may be " in str(error) else ""
        reader.problems.append(
            f"{file}, row {number}, {how.date}: {row[how.date]!r}; expected a date such as 2014-01-31{why}"
        )
        return None
    return date - datetime.timedelta(days=date.weekday())


def _counts(row, number, how, focal_is_first, reader, file):
    """The dead of an event in the order of COUNTS; NaN where the programme does not say."""
    columns = dict(how.dead)
    for column, side in zip(COUNTS[1:3], "ab" if focal_is_first else "ba", strict=True):
        columns[column] = how.dead.get(side)
    counts = []
    for column in (columns.get(name) for name in COUNTS):
        value = pd.to_numeric(row[column], errors="coerce") if column else float("nan")
        if column and not 0 <= value < 1e7:
            reader.problems.append(
                f"{file}, row {number}, {column}: {row[column]!r}; expected a number, 0 or more"
            )
        counts.append(value)
    return counts


def _content(weeks, focal):
    """The weekly counts as a CSV file."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    counted = (count.replace("focal", focal) for count in COUNTS)
    table.writerow(("week_starting", "dyad", "province", "events", *counted))
    for (week, dyad, province), counts in sorted(weeks.items()):
        table.writerow(
            (
                week,
                dyad.replace("focal", focal),
                province,
                *("" if count != count else f"{count:.0f}" for count in counts),
            )
        )
    return text.getvalue()
