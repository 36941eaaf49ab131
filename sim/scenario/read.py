"""A scenario: dated, sourced statements in plain CSV and YAML, read and checked at the door (ODD 5, 6).

A base scenario is a folder with a ``scenario.yaml`` and the tables it names. A variant is a folder whose
``scenario.yaml`` names its ``parent`` and gives only the differences. Every problem of every file is
found before anything is refused, each in one sentence with file, row, column and value.
"""

import copy
import datetime
import re
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import pandas as pd

from sim._util import validation
from sim.scenario import garrisons as allocation
from sim.scenario.cells import ScenarioError
from sim.scenario.folder import Folder, find, scenario_names, scenarios_folder
from sim.scenario.statement import check_provinces, read_tables, statement

__all__ = [
    "Scenario",
    "ScenarioError",
    "load_scenario",
    "scenario_names",
    "scenarios_folder",
    "write_garrisons",
]

KEPT = 64  # scenarios that stay read: more than a design names, and not all that a fuzzer makes
_read = {}  # folder: its files as they were read, and what they say


@dataclass(frozen=True, eq=False, repr=False)
class Scenario:
    """One statement of a war on its first evening, and what is dated after it.

    Rows of every table are in the order of their ids, whatever the order of lines in the files.
    Columns that list several ids hold tuples. Made by `load_scenario`.

    Attributes
    ----------
    name, title, about : str
        Name of its folder, what it is called in figures, and why one should look at it.
    folder : pathlib.Path
        Where it was read.
    starts : datetime.date
        Day 1, the first step; the state is that of the evening before.
    days : int
        Default horizon.
    provinces : tuple of str
        Sorted.
    focal : str
        Id of the faction whose fate is asked.
    towns, roads, factions, sponsors, patronage, relations, groups, control, garrisons, events : DataFrame
        The tables; ``scenarios/january_2014/README.md`` says what a row of each is, and the source of every
        row is in its column ``source``.
    theatre : dict
        What lies outside the map.
    basemap : pathlib.Path or None
        Borders and rivers, for drawing only.
    posterior : pathlib.Path or None
        Folder of another scenario whose draws of parameters are taken, where it has none of its own.
    fixed_detachments : tuple of dict
        Men placed by hand, beside a faction's strength (``apart`` in the file).
    params : dict
        Parameters it changes, by dotted name.
    parents : tuple of str
        Names of the scenarios it varies, the nearest first.
    hash : str
        Of everything it says: results carry it.

    Examples
    --------
    >>> import sim
    >>> sim.load_scenario("truce").parents
    ('january_2014',)
    """

    name: str
    title: str
    about: str
    folder: Path
    starts: datetime.date
    days: int
    provinces: tuple
    focal: str
    towns: pd.DataFrame
    roads: pd.DataFrame
    factions: pd.DataFrame
    sponsors: pd.DataFrame
    patronage: pd.DataFrame
    relations: pd.DataFrame
    groups: pd.DataFrame
    control: pd.DataFrame
    garrisons: pd.DataFrame
    events: pd.DataFrame
    theatre: dict
    basemap: Path | None
    posterior: Path | None = None
    fixed_detachments: tuple = ()
    params: dict = field(default_factory=dict)
    parents: tuple = ()
    hash: str = ""

    def __repr__(self):
        """Name, size and first day."""
        size = f"{len(self.towns)} towns, {len(self.factions)} factions"
        return f"<Scenario {self.name}: {size}, from {self.starts}>"

    @property
    def town_ids(self):
        """Ids of the towns, in the order of their rows."""
        return tuple(self.towns["id"])

    @property
    def faction_ids(self):
        """Ids of the factions, in the order of their rows."""
        return tuple(self.factions["id"])

    @property
    def focal_name(self):
        """What the focal faction is called, in short.

        Examples
        --------
        >>> load_scenario("idlib_2018").focal_name
        'Hayat Tahrir al-Sham'
        """
        return short(self.factions.set_index("id").at[self.focal, "name"])

    @property
    def sponsor_ids(self):
        """Ids of the sponsors, in the order of their rows."""
        return tuple(self.sponsors["id"])

    @property
    def holders(self):
        """Who holds each town on the first evening: ``{town: faction id}``, empty where contested."""
        return allocation.holders(self._tables, self.garrisons)

    @property
    def _tables(self):
        return {name: getattr(self, name) for name in ("towns", "factions", "control", "groups")}

    def date(self, day):
        """Calendar date of a day.

        Parameters
        ----------
        day : int
            1 is the first step, 0 the evening before.

        Returns
        -------
        datetime.date

        Raises
        ------
        ValueError
            No number of days.

        Examples
        --------
        >>> load_scenario("january_2014").date(1)
        datetime.date(2014, 1, 3)
        """
        try:
            return self.starts + datetime.timedelta(days=int(day) - 1)
        except (TypeError, ValueError, OverflowError):
            raise validation.invalid("day", day, "a number of days") from None

    def seen_from(self, day):
        """Return the same scenario, its days counted from the evening of this day.

        Parameters
        ----------
        day : int
            It becomes day 0.

        Returns
        -------
        Scenario

        Examples
        --------
        >>> load_scenario("january_2014").seen_from(10).date(1)
        datetime.date(2014, 1, 13)
        """
        events = self.events.assign(day=self.events["day"] - day)
        return replace(self, starts=self.date(day + 1), days=self.days - day, events=events)

    def day(self, date):
        """Return the number of the day of a date.

        Parameters
        ----------
        date : datetime.date or str
            A string in ISO form, such as ``"2014-01-31"``.

        Returns
        -------
        int
            1 is the first step; earlier dates give 0 and less.

        Raises
        ------
        ValueError
            A string that is no such date.

        Examples
        --------
        >>> load_scenario("january_2014").day("2014-01-31")
        29
        """
        if isinstance(date, str):
            date = datetime.date.fromisoformat(date)
        return (date - self.starts).days + 1

    def allocate(self, strengths=None):
        """Garrisons allocated anew, from other strengths of some factions.

        Parameters
        ----------
        strengths : dict of str to int, optional
            Men by faction id; the rest keep their own.

        Returns
        -------
        DataFrame
            As ``garrisons``.

        Examples
        --------
        >>> scenario = load_scenario("january_2014")
        >>> garrisons = scenario.allocate({"isis": 1000})
        >>> int(garrisons.loc[garrisons["faction"] == "isis", ["local", "mobile"]].to_numpy().sum())
        1300
        """
        return allocation.allocate(self._tables, self.focal, strengths, self.fixed_detachments)


def short(title):
    """A name without what stands in brackets; of a long one the abbreviation in them.

    Examples
    --------
    >>> short("Jabhat al-Nusra (JN)"), short("Islamic State of Iraq and al-Sham (ISIS/ISIL)")
    ('Jabhat al-Nusra', 'ISIS')
    """
    plain, _, brackets = title.partition(" (")
    abbreviation = re.match(r"[A-Z]{2,}", brackets)
    return abbreviation.group() if abbreviation and len(plain) > 20 else plain


def load_scenario(name_or_path="january_2014"):
    """Read and check a scenario.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a shipped scenario or of one in ``./scenarios``, or the path of a folder.

    Returns
    -------
    Scenario
        The scenario, every cell checked.

    Raises
    ------
    ScenarioError
        If it is not found, or with every problem of its files.

    Examples
    --------
    >>> load_scenario("january_2014")
    <Scenario january_2014: 60 towns, 17 factions, from 2014-01-03>
    """
    path = find(name_or_path)
    if path not in _read or not _read[path][0].is_as_read():
        folder = Folder(path)
        scenario = Scenario(**statement(folder))
        if len(_read) >= KEPT:
            _read.pop(next(iter(_read)))
        _read[path] = folder, scenario
    scenario = _read[path][1]  # a copy of it goes out: tables can be changed in place
    own = {f.name: copy.deepcopy(getattr(scenario, f.name)) for f in fields(scenario)}
    return replace(scenario, **own)


def load_for_allocation(name_or_path):
    """Tables of a base scenario without its garrisons: (tables, focal, fixed detachments, file to write)."""
    folder = Folder(find(name_or_path)).root
    tables, fixed = read_tables(folder, check_provinces(folder), without=("garrisons",))
    folder.refuse()
    return tables, folder.head["focal"], fixed, folder.path / folder.head["tables"]["garrisons"]


def write_garrisons(name_or_path, check=False):
    """Allocate the garrisons of a base scenario into its file.

    Parameters
    ----------
    name_or_path : str or Path
        Name or folder of a scenario; of a variant, the base's garrisons are allocated.
    check : bool
        Only compare, and write nothing.

    Returns
    -------
    bool
        True if the file was up to date.

    Examples
    --------
    >>> write_garrisons("january_2014", check=True)
    True
    """
    tables, focal, fixed, file = load_for_allocation(name_or_path)
    text = allocation.as_csv(allocation.allocate(tables, focal, fixed_detachments=fixed))
    same = file.exists() and file.read_text(encoding="utf-8") == text
    if not same and not check:
        file.write_text(text, encoding="utf-8", newline="\n")
    return same
