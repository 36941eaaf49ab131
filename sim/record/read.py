"""The one reader of a record: control, casualties, weekly events, clashes, wars and targets.

Everything is checked at the door. No run reads it (ODD 4, observation).
"""

import functools
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from sim._util import validation
from sim.core.measures import MOST_PEOPLE, NONE, SHARED, SOLE
from sim.core.outcomes import MEANINGS, classify, passages, shares
from sim.record.files import ALIASES, LEFT_OUT, Reader, RecordError
from sim.record.observe import UNKNOWN, Observed
from sim.record.programmes import DYADS, WAR, dyad_in, dyad_of
from sim.scenario import Scenario, scenarios_folder

ROLES = {"sole": SOLE, "shared": SHARED, "none": NONE, "unknown": UNKNOWN, "": UNKNOWN}
CONFIDENCES = ("high", "medium", "low")
# days around a date within which the change may have happened
PRECISE = {"day": 0, "week": 3, "window": 7, "month": 15}
NOT_A_FACTION = ("contested", "rebels_mixed", "mixed", "regime", "none", "nobody")  # holders, beside factions
FAMILY = {  # words of clashes.csv: family of factions, or nothing where the source names none
    "islamic_front": "islamic_front",
    "fsa": "brigade",
    "srf": "brigade",
    "army_of_mujahideen": "brigade",
    "jabhat_al_nusra": "jihadist",
    "rebels_mixed": None,
}
MEMBERS = {  # words of clashes.csv: factions meant; the Islamic Front stands for its large northern members
    "islamic_front": ("ahrar_al_sham", "liwa_al_tawhid", "suqour_al_sham"),
    "fsa": ("fsa_smc_north",),
    "srf": ("syrian_revolutionaries_front",),
    "army_of_mujahideen": ("army_of_mujahideen",),
    "jabhat_al_nusra": ("jabhat_al_nusra",),
}
NAMED = ("islamic_front", "brigade", "jihadist")  # what the "rebels" of UCDP are divided among
DEATHS = {"focal_deaths": "focal", "opponent_deaths": "rebels", "civilian_deaths": "civilians"}  # of UCDP
SIDES = ("rebels", "focal", "civilians", "total")  # columns of fatalities_sohr.csv
MISSING = "a record is a folder with control.csv and targets.csv"


@dataclass(frozen=True, eq=False)
class Record:
    """What history left of a stretch of the war.

    Attributes
    ----------
    scenario : Scenario
        Whose towns, factions and days the record is read in.
    folder : Path
        Where its control was read.
    observed : Observed
        In the form runs are seen in: one run, from day 0 to the record's last day.
    low : ndarray of bool, (D + 1, T)
        Town-days that rest on a report of low confidence.
    unsure : ndarray of bool, (D + 1, T)
        Town-days so near a change not dated to the day (``date_precision``: 3 days for ``week``, 7 for
        ``window``, 15 for ``month``) that either side of it may be true; left out when observing.
    spells : pandas.DataFrame
        Control: ``town``, ``from``, ``to`` (days), ``holder``, ``focal_role``, ``confidence``,
        ``date_precision``.
    weeks : pandas.DataFrame or None
        UCDP's weekly counts: ``day``, ``dyad``, ``province`` (empty if off the map), ``events``, and dead of
        ``focal``, ``rebels`` and ``civilians``.
    tolls : pandas.DataFrame or None
        The dead so far as reported: ``day``, ``rebels``, ``focal``, ``civilians``, ``total``.
    clashes : pandas.DataFrame or None
        Dated hostile events: ``day``, ``words`` (who took part on either side).
    wars : pandas.DataFrame or None
        Pairs that are known to have fought: ``faction_a``, ``faction_b``.
    targets : list of dict
        Rows of targets.csv; dates are days, values numbers.
    files : dict of str
        SHA-256 of each file read.
    notes : list of str
        How many rows of each file are used and why others are not, and what else a reader should know.
    """

    scenario: Scenario = field(repr=False)
    folder: Path
    observed: Observed = field(repr=False)
    low: np.ndarray = field(repr=False)
    unsure: np.ndarray = field(repr=False)
    spells: pd.DataFrame = field(repr=False)
    weeks: pd.DataFrame | None = field(repr=False)
    tolls: pd.DataFrame | None = field(repr=False)
    clashes: pd.DataFrame | None = field(repr=False)
    wars: pd.DataFrame | None = field(repr=False)
    targets: list = field(repr=False)
    files: dict = field(repr=False)
    notes: list

    def held_by(self, meaning="holder"):
        """Whether the focal faction held each town on each day.

        Parameters
        ----------
        meaning : {"holder", "sole", "any"}
            What "held" means.

        Returns
        -------
        numpy.ndarray of bool, (towns, days + 1)
            From day 0 to the last day recorded. A town without a row keeps its last known state.
        """
        spells = self.spells.sort_values("from", kind="stable")
        held = {
            "holder": spells["holder"] == self.scenario.focal,
            "sole": spells["focal_role"] == "sole",
            "any": spells["focal_role"].isin(["sole", "shared"]),
        }[meaning]
        row = {town: k for k, town in enumerate(self.scenario.town_ids)}
        out = np.zeros((len(row), int(spells["to"].max()) + 1), bool)
        for town, first, value in zip(spells["town"], spells["from"], held, strict=True):
            out[row[town], max(0, first) :] = value
        return out

    def series(self, meaning="holder"):
        """People and towns the focal faction held, day by day.

        Parameters
        ----------
        meaning : {"holder", "sole", "any"}
            What "held" means.

        Returns
        -------
        dict of numpy.ndarray
            ``people``, ``towns`` and ``men``, each (1, days + 1); men are NaN: nobody counted them.
        """
        held = self.held_by(meaning)
        people = self.scenario.towns["people"].clip(upper=MOST_PEOPLE).to_numpy(float)
        towns = held.sum(0, keepdims=True).astype(float)
        return {"people": people[None] @ held, "towns": towns, "men": np.full(towns.shape, np.nan)}

    def towns(self):
        """Number of towns the focal faction held, for a figure: columns ``day`` and ``towns``."""
        towns = self.series()["towns"][0]
        return pd.DataFrame({"day": np.arange(len(towns)), "towns": towns})

    def classes(self, params, days):
        """The record's own class under each meaning of held, and the last day it was judged on.

        Parameters
        ----------
        params : Params
            Declares the thresholds of the classes.
        days : int
            Length of the runs it is to stand beside; the record is cut there if it goes further.

        Returns
        -------
        tuple of (dict of str, int)
            Class by meaning of held; last day.
        """
        classes = {}
        for meaning in MEANINGS:
            cut = {name: values[:, : days + 1] for name, values in self.series(meaning).items()}
            classes[meaning] = str(classify(**cut, thresholds=params.outcomes)[0])
        return classes, cut["towns"].shape[1] - 1

    def passages(self, params, days):
        """The record's own way through the states of a run, and people held, as runs are judged.

        Nobody counted its men, so the condition on them is left out, as in the column ``state_by_ground``
        of runs.

        Parameters
        ----------
        params, days
            As for `classes`.

        Returns
        -------
        tuple of (sim.core.outcomes.Passages, numpy.ndarray)
            Of one run; people held as a share of the first day, (1, days + 1).
        """
        cut = {name: values[:, : days + 1] for name, values in self.series().items()}
        return passages(**cut, thresholds=params.outcomes), shares(cut["people"])

    def shares_of_clashes(self):
        """Which families each dated clash with the focal faction names.

        Returns
        -------
        pandas.DataFrame or None
            Columns ``day`` and one for each of `NAMED`: the part of the event that goes to it, evenly over
            the families that are named; all zero where the source says only "rebels".
        """
        if self.clashes is None:
            return None
        rows = []
        for words in self.clashes["words"]:
            families = {_family(word) for word in words} & set(NAMED)
            rows.append([1 / len(families) if name in families else 0.0 for name in NAMED])
        parts = pd.DataFrame(rows, columns=list(NAMED))
        return parts.assign(day=self.clashes["day"])[["day", *NAMED]]

    def pairs(self):
        """Who fought whom, family by family.

        UCDP counts engagements of the focal faction with rebels as one; their part is divided here as the
        dated clashes that name a family. Of other wars the record says that they were, not how often they
        were fought.

        Returns
        -------
        pandas.DataFrame or None
            Columns ``faction_a`` and ``faction_b`` (families), ``engagements`` (NaN where nobody counted),
            and attributes ``events`` and ``clashes``: how many are counted and how many name a family.
        """
        clashes, focal = self.shares_of_clashes(), self.scenario.focal
        if self.weeks is None or clashes is None or self.wars is None:
            return None
        parts = clashes[list(NAMED)].sum()
        with_whom = self.weeks.groupby(self.weeks["dyad"].map(DYADS))["events"].sum()
        whole = parts.sum() or np.nan  # no clash may name a family
        rows = [(focal, name, with_whom.get("rebels", 0.0) * parts[name] / whole) for name in NAMED]
        rows += [(focal, name, with_whom[name]) for name in with_whom.index if name != "rebels"]
        rows += [(a, b, np.nan) for a, b in zip(self.wars["faction_a"], self.wars["faction_b"], strict=True)]
        table = pd.DataFrame(rows, columns=["faction_a", "faction_b", "engagements"])
        table.attrs.update(
            events=int(self.weeks["events"].sum()),
            clashes=int((clashes[list(NAMED)].sum(axis=1) > 0).sum()),
            last=int(self.weeks["day"].max()) + 6,
        )
        return table

    def joined(self):
        """When each faction first fought the focal one: the first dated clash that names it.

        Returns
        -------
        pandas.DataFrame or None
            Columns ``faction`` and ``day``; factions that no dated clash names are left out.
        """
        if self.clashes is None:
            return None
        first = {}
        for day, words in zip(self.clashes["day"], self.clashes["words"], strict=True):
            for name in (name for word in words for name in MEMBERS.get(word, (word,))):
                if name in self.scenario.faction_ids and name != self.scenario.focal:
                    first[name] = min(first.get(name, day), day)
        return pd.DataFrame(sorted(first.items()), columns=["faction", "day"])

    def deaths(self):
        """Dead of the war between rebels and the focal faction so far, as two sources counted them.

        Returns
        -------
        pandas.DataFrame or None
            Columns ``day``, ``source`` (SOHR: as reported at the time; UCDP: from its events, by week), the
            focal faction's id, ``rebels`` and ``civilians``; NaN where a report does not divide its total.
            Both are least numbers; dead whom nobody could place are in no column.
        """
        if self.tolls is None or self.weeks is None:
            return None
        weeks = self.weeks[self.weeks["dyad"] == WAR].groupby("day")[list(DEATHS.values())].sum()
        weeks = weeks.cumsum().reset_index().assign(source="UCDP")
        weeks["day"] += 6  # a week's dead are counted on its last day
        columns = ["day", "source", *DEATHS.values()]
        table = pd.concat([self.tolls.assign(source="SOHR")[columns], weeks[columns]], ignore_index=True)
        return table.rename(columns={"focal": self.scenario.focal})


def _family(word):
    """Family that a word of a clash names, if any; a member stands for the family of its bloc."""
    if word in FAMILY:
        return FAMILY[word]
    return next((FAMILY[bloc] for bloc, members in MEMBERS.items() if word in members), None)


def read_record(folder, scenario):
    """Read a folder with control.csv and, if there, targets, casualties, weekly events, clashes and wars.

    Parameters
    ----------
    folder : path
        The record.
    scenario : Scenario
        Names towns, factions, provinces and the first day. Where the record says nothing of day 0, it is
        asked. Other names are taken from ``aliases.csv`` beside the record or in the scenario's folder.

    Returns
    -------
    Record
        Whatever dates it covers.

    Raises
    ------
    RecordError
        With one sentence for each thing that is wrong.

    Examples
    --------
    >>> from sim.scenario import load_scenario
    >>> scenario = load_scenario()
    >>> read_record(scenario.folder / "record", scenario).notes[0]
    'control.csv: 111 of 111 rows used'
    """
    folder = Path(validation.path("folder", folder))
    if not folder.is_dir():
        raise RecordError(f"{folder}: there is no such folder; expected one with control.csv and targets.csv")
    if not (folder / "control.csv").is_file():
        raise RecordError(f"{folder / 'control.csv'} is missing: {MISSING}")
    return _read(scenario, [folder])


def record_of(scenario):
    """The record in a scenario's own folder, file by file, or in the nearest parent that has the file.

    Parameters
    ----------
    scenario : Scenario
        A scenario; a variant is compared with the record of its parent. Files that stand as they stood are
        read once.

    Returns
    -------
    Record or None
        None where there is no ``record/control.csv``.

    Raises
    ------
    RecordError
        With one sentence for each thing that is wrong.

    Examples
    --------
    >>> from sim.scenario import load_scenario
    >>> record_of(load_scenario("truce")).folder.parent.name
    'january_2014'
    """
    folders = [folder / "record" for folder in _line(scenario)]
    if not any((folder / "control.csv").is_file() for folder in folders):
        return None
    files = [file for folder in folders for file in sorted(folder.glob("*.csv"))]
    files += aliases_of(scenario)
    return _as_it_stands(scenario, tuple((f, f.stat().st_mtime_ns, f.stat().st_size) for f in files))


@functools.lru_cache(maxsize=4)  # a report asks for it a dozen times
def _as_it_stands(scenario, _files):
    folders = [folder / "record" for folder in _line(scenario)]
    return _read(scenario, folders)


def record_classes(scenario, params, days):
    """The class of a scenario's own record under each meaning of held; see `Record.classes`.

    Parameters
    ----------
    scenario : Scenario
        The scenario to be compared.
    params : Params
        Declares the thresholds of the classes.
    days : int
        Length of the runs it is to stand beside.

    Returns
    -------
    tuple of (dict of str, int) or (dict, None)
        Class by meaning of held; last day. Empty and None where there is no record.
    """
    record = record_of(scenario)
    return ({}, None) if record is None else record.classes(params, days)


def aliases_of(scenario, *folders):
    """Tables of other names: in some folders, in a scenario's own and its parents', the nearest first."""
    return [folder / ALIASES for folder in (*folders, *_line(scenario)) if (folder / ALIASES).is_file()]


def _line(scenario):
    """Folders of a scenario and its parents, the nearest first."""
    yield scenario.folder
    for parent in scenario.parents:
        beside = scenario.folder.parent / parent
        yield beside if (beside / "scenario.yaml").is_file() else scenarios_folder() / parent


def _read(scenario, folders):
    """Record from the first of some folders that has each file, with the aliases beside them."""

    def where(name):
        return next((folder / name for folder in folders if (folder / name).is_file()), None)

    reader = Reader(where, aliases_of(scenario, *folders), scenario)
    reader.refuse()
    spells = _spells(reader)
    targets = _targets(reader)
    tolls, weeks = _tolls(reader), _weeks(reader)
    clashes, wars = _clashes(reader), _wars(reader)
    file = where("control.csv")
    if not spells and not reader.problems:
        reader.problems.append(f"{file} has no rows that can be used; expected at least one")
    reader.refuse()
    last = max([s["to"] for s in spells] + [t["day"] for t in tolls])
    if last < 1:
        raise RecordError(f"{file}: it ends before {scenario.date(1)}, the first day played")
    grids = _control_grids(spells, (last + 1, len(scenario.town_ids)), reader, file)
    _eve(grids, scenario, reader.notes)
    observed = Observed(
        held=grids["held"][None],
        presence=grids["presence"][None],
        seen=grids["seen"][None],
        dead=_dead(tolls, last)[None],
        executed=np.full((1, last + 1, 2), np.nan),
        bombings=np.full((1, last + 1), np.nan),
        events=_events(weeks, last, scenario.provinces)[None],
        fights=None,
    )
    during = [week for week in weeks if week["day"] + 6 >= 1]  # weeks that reach into the days played
    return Record(
        scenario=scenario,
        folder=file.parent,
        observed=observed,
        low=grids["low"],
        unsure=grids["unsure"],
        spells=pd.DataFrame(spells).drop(columns="row"),
        weeks=_frame(during),
        tolls=_frame(tolls),
        clashes=_frame(clashes),
        wars=_frame(wars),
        targets=targets,
        files=reader.files,
        notes=reader.notes,
    )


def _frame(rows):
    return pd.DataFrame(rows) if rows else None


def _whole(values):
    """True if every cell of a row could be read and none of its names is left out."""
    return not any(value is None or (isinstance(value, str) and value == LEFT_OUT) for value in values)


def _spells(reader):
    """Rows of control.csv: who was where, from one day to another."""
    scenario, out = reader.scenario, []
    holders = (*scenario.faction_ids, *dict.fromkeys(scenario.groups["group"]), *NOT_A_FACTION)
    for row in reader.rows("control.csv") or ():
        spell = {
            "town": row.name("town", "town", scenario.town_ids),
            "from": row.day("from"),
            "to": row.day("to"),
            "holder": row.name("holder", "faction or group", holders) if row["holder"] else None,
            "confidence": row.choice("confidence", CONFIDENCES),
            "date_precision": row.choice("date_precision", PRECISE),
        }
        role = row.choice("focal_role", ROLES)
        if not row["holder"]:
            row.wrong("holder", f"who held the town, as {scenario.focal}, contested or rebels_mixed")
        if None not in (spell["from"], spell["to"]) and spell["to"] < spell["from"]:
            row.wrong("to", f"a date on or after {row['from']}, on which it begins")
        if role is not None and _whole(spell.values()):
            out.append(spell | {"focal_role": role, "row": row})
    if "control.csv" in reader.found:
        reader.note("control.csv", len(out))
    return out


def _targets(reader):
    """Rows of targets.csv."""
    scenario, out = reader.scenario, {}
    sides = ("rebels", "civilians", "all", *scenario.faction_ids, *set(scenario.factions["bloc"]))
    for row in reader.rows("targets.csv") or ():
        target = {"id": row["id"], "unit": row.get("unit", "")}
        target |= {name: row[name].casefold() for name in ("measure", "held")}
        target["statistic"] = row["statistic"] if ":" in row["statistic"] else row["statistic"].casefold()
        who, at, where = row["side"].partition("@")
        where = reader.meaning("targets.csv", where, scenario.provinces) or where
        parts = re.split("([/-])", who)  # a ratio of two sides, or two that fight
        target["side"] = "".join(reader.meaning("targets.csv", p, sides) or p for p in parts) + at + where
        towns = [town.strip() for town in row["towns"].split(";") if town.strip()]
        target["towns"] = [reader.meaning("targets.csv", t, scenario.town_ids) or t for t in towns]
        target |= {"from": row.day("from") if row["from"] else None, "to": row.day("to")}
        target |= {name: row.number(name) for name in ("value", "lo", "hi")}
        if not target["id"]:
            row.wrong("id", "a name of the target")
        elif target["id"] in out:
            row.wrong("id", "another id: this one is taken by a row above")
        if None not in (target["lo"], target["hi"]) and target["lo"] > target["hi"]:
            row.wrong("lo", f"a number not above hi, {row['hi']}")
        if None not in (target["from"], target["to"]) and target["from"] > target["to"]:
            row.wrong("from", f"a date not after to, {row['to']}")
        out[target["id"]] = target
    if "targets.csv" in reader.found:
        reader.note("targets.csv", len(out))
    return list(out.values())


def _tolls(reader):
    """Rows of fatalities_sohr.csv: the dead so far."""
    out = []
    for row in reader.rows("fatalities_sohr.csv") or ():
        toll = {"day": row.day("as_of")} | {name: row.number(name, np.nan, low=0) for name in SIDES}
        if _whole(toll.values()):
            out.append(toll)
    if "fatalities_sohr.csv" in reader.found:
        early = sum(toll["day"] < 1 for toll in out)
        why = (f"{early} are of days before {reader.scenario.date(1)}",) if early else ()
        reader.note("fatalities_sohr.csv", len(out) - early, *why)
    return out


def _weeks(reader):
    """Rows of ucdp_weekly.csv; the province is empty where it is off the map."""
    scenario, out, off_map, seen = reader.scenario, [], 0, {}
    for row in reader.rows("ucdp_weekly.csv") or ():
        dyad = dyad_of(reader, *row["dyad"].split(" - ")) if row["dyad"].count(" - ") == 1 else None
        row["dyad"] = dyad_in(row["dyad"], scenario.focal)
        dyad, day = row.name("dyad", "dyad", tuple(DYADS), found=dyad), row.day("week_starting")
        if dyad == LEFT_OUT:
            continue
        first = seen.setdefault((day, row["dyad"], row["province"]), row.line)
        if first != row.line:
            row.wrong("week_starting", f"one row of each week, dyad and province: row {first} is of the same")
        week = {"day": day, "dyad": dyad, "events": row.number("events", low=0)}
        week |= {side: row.number(column, np.nan, low=0) for column, side in DEATHS.items()}
        province = reader.meaning("ucdp_weekly.csv", row["province"], scenario.provinces)
        if province is None:
            row.name("province", "province", scenario.provinces)
        off_map += province == LEFT_OUT
        if _whole(week.values()):
            out.append(week | {"province": province})
    if "ucdp_weekly.csv" in reader.found:
        early = sum(week["day"] + 6 < 1 for week in out)
        why = [f"{early} are of weeks before {scenario.date(1)}"] if early else []
        why += [f"{off_map} of provinces off the map count in totals only"] if off_map else []
        reader.note("ucdp_weekly.csv", len(out) - early, *why)
    return out


def _clashes(reader):
    """Rows of clashes.csv: day, and the words for who took part."""
    known = (*FAMILY, *reader.scenario.faction_ids)
    out = []
    for row in reader.rows("clashes.csv") or ():
        words = [
            row.name(column, "faction or family", known, word.strip())
            for column in ("by", "against")
            for word in row[column].split(";")
            if word.strip()
        ]
        clash = {"day": row.day("date"), "words": tuple(word for word in words if word)}
        if _whole([clash["day"]]):
            out.append(clash)
    if "clashes.csv" in reader.found:
        nobody = sum(not any(_family(word) for word in clash["words"]) for clash in out)
        reader.note("clashes.csv", len(out), *([f"{nobody} name no family of rebels"] if nobody else []))
    return out


def _wars(reader):
    """Rows of wars.csv: pairs of factions."""
    known, out = reader.scenario.faction_ids, []
    for row in reader.rows("wars.csv") or ():
        war = {column: row.name(column, "faction", known) for column in ("faction_a", "faction_b")}
        if _whole(war.values()):
            out.append(war)
    if "wars.csv" in reader.found:
        reader.note("wars.csv", len(out))
    return out


def _control_grids(spells, shape, reader, file):
    """Control by day and town; refuses two rows about one town and day."""
    scenario = reader.scenario
    towns = {town: k for k, town in enumerate(scenario.town_ids)}
    grids = {name: np.zeros(shape, bool) for name in ("held", "seen", "low", "unsure")}
    grids["presence"] = np.full(shape, UNKNOWN, np.int8)
    for s in sorted(spells, key=lambda s: (towns[s["town"]], s["from"])):
        if s["to"] < 0:
            continue
        part = (slice(max(s["from"], 0), s["to"] + 1), towns[s["town"]])
        if grids["seen"][part].any():
            s["row"].wrong("from", "a day after the end of the row before on this town")
        grids["seen"][part] = True
        grids["held"][part] = s["holder"] == scenario.focal
        grids["presence"][part] = ROLES[s["focal_role"]]
        grids["low"][part] = s["confidence"] == "low"
    for s in spells:  # a change is dated by the row that begins with it
        margin = PRECISE[s["date_precision"]]
        if margin and s["from"] > 1:
            near = slice(max(s["from"] - margin, 0), s["from"] + margin)
            grids["unsure"][near, towns[s["town"]]] = True
    if not grids["seen"].any():
        reader.problems.append(f"{file}: no row covers a day from {scenario.date(0)} on")
    reader.refuse()
    return grids


def _eve(grids, scenario, notes):
    """Where the record does not reach back to day 0, it is as the scenario states it."""
    towns = {town: k for k, town in enumerate(scenario.town_ids)}
    filled = 0
    for place in scenario.control.itertuples(index=False):
        k = towns[place.town]
        if not grids["seen"][0, k] and grids["seen"][:, k].any():
            grids["held"][0, k] = place.holder == scenario.focal
            grids["presence"][0, k] = ROLES[place.focal_role]
            filled += 1
    if filled:
        notes.append(
            f"the record does not reach back to {scenario.date(0)} in {filled} towns: "
            "there the scenario's own statement of that evening stands for it"
        )


def _dead(tolls, last):
    """The dead so far, (D + 1, 4), on the days for which there is a count; none on day 0."""
    dead = np.full((last + 1, 4), np.nan)
    dead[0] = 0.0
    for toll in tolls:
        if 0 < toll["day"] <= last:
            dead[toll["day"]] = [toll[name] for name in SIDES]
    return dead


def _events(weeks, last, provinces):
    """Engagements by day and province: those of a week spread over its days from day 1 on.

    A week without a row within the weeks recorded had none; nothing is known of days outside them.
    """
    events = np.full((last + 1, len(provinces)), np.nan)
    if weeks:
        first, end = min(w["day"] for w in weeks), max(w["day"] for w in weeks) + 6
        events[max(first, 1) : end + 1] = 0.0
    for week in weeks:
        days = [d for d in range(week["day"], week["day"] + 7) if d >= 1]
        if week["dyad"] == WAR and week["province"]:
            for d in (d for d in days if d <= last):
                events[d, provinces.index(week["province"])] += week["events"] / len(days)
    return events
