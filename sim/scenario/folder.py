"""Folders of scenarios: found, read, and merged with their parents; every problem is gathered."""

import functools
import hashlib
import importlib.util
import sys
import warnings
from importlib.metadata import entry_points
from pathlib import Path

from sim._util import spreadsheet
from sim._util.files import read_bytes
from sim.scenario.cells import ScenarioError, hint, shown
from sim.scenario.head import read_head
from sim.scenario.schema import (
    BASE_KEYS,
    KEYS,
    NEEDED_KEYS,
    PLACES,
    REALLOCATED_BY,
    SCRIPTED,
    TABLES,
    VARIANT_KEYS,
)


def scenarios_folder():
    """Folder of the shipped scenarios, in a checkout or beside the installed package."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_scenarios", package.parent / "scenarios"):
        if folder.is_dir():
            return folder
    missing = f"neither {package}/_scenarios nor {package.parent}/scenarios is a folder"
    raise ScenarioError([f"the shipped scenarios are missing: {missing}"])


GROUP = "infighting.scenarios"  # entry points of other packages: each names a module beside its scenarios


def scenario_folders():
    """Folders of scenarios: shipped, in ``./scenarios``, and those that installed packages bring."""
    return [scenarios_folder(), Path.cwd() / "scenarios", *_brought(tuple(sys.path))]


@functools.cache
def _brought(path):
    """Folders that entry points name, as installed on a search path; one that is broken gives a warning."""
    found = []
    for entry in entry_points(group=GROUP):
        try:
            found += importlib.util.find_spec(entry.value).submodule_search_locations
        except (ImportError, ValueError, AttributeError, TypeError):  # no such package, or it is a module
            warnings.warn(
                f"the scenarios of the package {entry.dist.name} are left out: {entry.value} is no package",
                stacklevel=2,
            )
    return tuple(sorted({Path(folder) for folder in found}))


def scenario_names():
    """Names of the shipped scenarios, of those in ``./scenarios``, and of those that other packages bring.

    A package brings the folders beside a module of its own by an entry point of ``infighting.scenarios``:
    ``mine = "mypackage.scenarios"``.

    Returns
    -------
    list of str
        Sorted.

    Examples
    --------
    >>> "truce" in scenario_names()
    True
    """
    found = (
        file for folder in scenario_folders() if folder.is_dir() for file in folder.glob("*/scenario.yaml")
    )
    return sorted({file.parent.name for file in found if is_file(file)})


def is_file(path):
    """True if a path is that of a file; False for pipes, folders and names too long to exist."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def find(name_or_path):
    """Folder of a scenario; an unknown name suggests the nearest."""
    name = str(name_or_path)
    for folder in (*(folder / name for folder in scenario_folders()), Path(name)):
        if name.strip() and is_file(folder / "scenario.yaml"):
            return folder.resolve()
    try:
        bare = bool(name.strip()) and Path(name).is_dir()
    except OSError:
        bare = False
    if bare:
        raise ScenarioError([f"the folder {name!r} holds no scenario.yaml"])
    raise ScenarioError([f"no scenario is called {shown(name)}; {hint(Path(name).name, scenario_names())}"])


class Row:
    """One line of a table: its cells as text, and where each comes from."""

    def __init__(self, file, line, cells):
        self.file, self.line, self.cells, self.changed = file, line, cells, {}

    def place(self, column):
        """Where a cell stands, in words."""
        if column in self.changed:
            return f"{self.changed[column]}, column {column}"
        return f"{self.file}, row {self.line}, column {column}"

    def change(self, origin, cells):
        """Put other cells in, remembering where they come from."""
        for column, value in cells.items():
            self.cells[column] = as_text(value)
            self.changed[column] = origin


def as_text(value):
    """Turn a YAML value into a cell of a CSV."""
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


class Folder:
    """One scenario as files: rows of text with the changes of variants, and every problem found."""

    def __init__(self, path, children=()):
        self.path, self.problems, self.files = path, [], {}
        self.head = read_head(self.text("scenario.yaml"), self.label("scenario.yaml"))
        self.parent = self.geography = None
        if path in children:
            raise ScenarioError([f"{self.label('scenario.yaml')}: it is, in the end, its own parent"])
        if "parent" in self.head:
            self.parent = Folder(self.find_other("parent"), (*children, path))
            self.check_keys(self.head, VARIANT_KEYS, self.label("scenario.yaml"))
        else:
            self.check_keys(self.head, BASE_KEYS, self.label("scenario.yaml"))
            missing = [k for k in NEEDED_KEYS if k not in self.head]
            self.problems += [f"{self.label('scenario.yaml')}: the key {key!r} is missing" for key in missing]
            if "geography" in self.head:
                self.geography = Folder(self.find_other("geography"), (*children, path))
                if self.geography.parent:
                    given = f"{self.label('scenario.yaml')}, geography: {shown(self.head['geography'])}"
                    self.problems.append(f"{given} is a variant; expected a scenario that has no parent")
        self.refuse()
        self.root = self.parent.root if self.parent else self

    # -- files

    def label(self, file):
        """Name a file as messages do."""
        return f"{self.path.name}/{file}"

    def label_of(self, table):
        """Name the file of a table as messages do."""
        return self.root.label(self.root.head["tables"].get(table, f"{table}.csv"))

    def refuse(self):
        """Raise everything found so far."""
        if self.problems:
            raise ScenarioError(self.problems)

    def content(self, file):
        """Bytes of a file, or None with a problem."""
        path, why = self.path / file, ""
        try:
            if is_file(path):
                self.files[self.label(file)] = read_bytes(path)
                return self.files[self.label(file)]
        except OSError as error:
            why = f" ({error.strerror})"
        where = f"{shown(self.label(file))[1:-1]}: the file cannot be read{why}"
        self.problems.append(f"{where}; expected a file in {self.path}")
        return None

    def text(self, file):
        """Text of a file that must be there."""
        content = self.content(file)
        self.refuse()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            why = f"byte {error.start} is not UTF-8; expected a file saved as UTF-8"
            raise ScenarioError([f"{self.label(file)}: {why}"]) from None

    def find_other(self, key):
        """Folder of the scenario that a key of the head names: a neighbour, else one by name."""
        name = self.head[key]
        beside = self.path.parent / str(name)
        if is_file(beside / "scenario.yaml"):
            return beside.resolve()
        try:
            return find(name if isinstance(name, str) else repr(name))
        except ScenarioError as error:
            raise ScenarioError(
                [f"{self.label('scenario.yaml')}, {key}: {p}" for p in error.problems]
            ) from None

    def check_keys(self, keys, allowed, where):
        """Problems about keys that do not exist."""
        self.problems += [
            f"{where}: unknown key {shown(k)}; {hint(k, allowed)}" for k in keys if k not in allowed
        ]

    def read_rows(self, file, table):
        """Rows of a CSV as text; None if any of them, or the header, cannot be used."""
        content, label = self.content(file), self.label(file)
        if content is None:
            return None
        header, rows, problems = spreadsheet.read_table(content, label, TABLES[table])
        unread = not header and problems
        if not unread and not self.check_header(header, TABLES[table], label):
            return None
        self.problems += problems
        if problems:
            return None
        return [Row(label, line, dict(zip(header, cells, strict=True))) for line, cells in rows]

    def check_header(self, header, columns, label):
        """Return true if a header has every column it needs; problems about it otherwise."""
        if not any(header):
            self.problems.append(f"{label}: the file is empty; expected columns {', '.join(columns)}")
            return False
        found = [
            f"{label}, row 1: unknown column {c!r}; {hint(c, columns)}" for c in header if c not in columns
        ]
        found += [
            f"{label}, row 1: column {c!r} stands there twice"
            for c in dict.fromkeys(header)
            if header.count(c) > 1
        ]
        lacking = [c for c, column in columns.items() if c not in header and not column.may_lack]
        found += [f"{label}, row 1: column {c!r} is missing; expected {', '.join(columns)}" for c in lacking]
        self.problems += found
        return not found

    # -- from rows of text, with the changes of variants, to checked tables

    def rows(self, without=()):
        """Rows of every table, by table; None where a file is unusable."""
        if self.parent:
            rows = self.parent.rows(without)
            self.problems = self.parent.problems + self.problems
            self.apply_changes(rows)
            return rows
        named, label = self.head["tables"], self.label("scenario.yaml")
        if not isinstance(named, dict):
            self.problems.append(f"{label}, tables: {shown(named)} is not a list of 'table: file' lines")
            return dict.fromkeys(TABLES)
        self.check_keys(named, TABLES, f"{label}, tables")
        self.problems += [
            f"{label}, tables: {t!r} is missing; expected '{t}: {t}.csv'"
            for t in TABLES
            if t not in named and not (self.geography and t in PLACES)
        ]
        self.problems += [
            f"{label}, tables: {t}: {shown(file)} is no file name; expected '{t}: {t}.csv'"
            for t, file in named.items()
            if not isinstance(file, str)
        ]
        files = {t: file for t, file in named.items() if isinstance(file, str)}
        rows = {t: self.read_rows(files[t], t) if t in files else None for t in TABLES if t not in without}
        return self.in_theatre(rows | self.places()) if self.geography else rows

    def places(self):
        """Rows of towns and roads: those of the geography, and then the folder's own."""
        rows = self.geography.places() if self.geography else {table: [] for table in PLACES}
        self.problems += self.geography.problems if self.geography else []
        named = self.head["tables"] if isinstance(self.head["tables"], dict) else {}
        for table in PLACES:
            file = named.get(table)
            own = self.read_rows(file, table) if isinstance(file, str) else []
            rows[table] = None if own is None or rows[table] is None else rows[table] + own
        return rows

    def in_theatre(self, rows):
        """Rows without the places of the geography that control does not name, and the roads to them."""
        if None not in (rows["control"], rows["towns"], rows["roads"]):
            named = {row.cells["town"] for row in rows["control"]}
            rows["towns"] = [row for row in rows["towns"] if row.cells["id"] in named]
            rows["roads"] = [row for row in rows["roads"] if {row.cells["a"], row.cells["b"]} <= named]
        return rows

    def apply_changes(self, rows):
        """Put the differences of a variant into its parent's rows."""
        label = self.label("scenario.yaml")
        self.drop_events(rows, label)
        for table in ("events", "garrisons"):
            if table in self.head:
                extra = self.read_rows(str(self.head[table]), table)
                if extra is not None and table == "garrisons":
                    rows[table] = extra
                elif extra is not None and rows[table] is not None:
                    rows[table] = rows[table] + extra
        changes = self.head.get("changes") or {}
        if not isinstance(changes, dict):
            self.problems.append(f"{label}, changes: {shown(changes)} is not a list of 'table: ...' lines")
            return
        self.check_keys(changes, TABLES, f"{label}, changes")
        for table, change in changes.items():
            if rows.get(table) is not None:
                self.change_table(rows[table], table, change, f"{label}, changes, {table}")

    def drop_events(self, rows, label):
        """Leave out the events a variant names."""
        dropped = self.head.get("drop_events") or []
        dropped = dropped if isinstance(dropped, list) else [dropped]
        if rows["events"] is None:
            return
        ids = {row.cells["id"] for row in rows["events"]}
        self.problems += [
            f"{label}, drop_events: {shown(d)} is no event; {hint(d, ids | {SCRIPTED})}"
            for d in dropped
            if not isinstance(d, str) or d not in ids | {SCRIPTED}
        ]
        rows["events"] = [
            row
            for row in rows["events"]
            if row.cells["id"] not in dropped and not (SCRIPTED in dropped and row.cells["scripted"] == "1")
        ]

    def change_table(self, rows, table, change, where):
        """Change cells of rows named by id, or (for a list) put whole rows in."""
        key = KEYS.get(table)
        if (
            isinstance(change, dict)
            and key
            and len(key) == 1
            and all(isinstance(c, dict) for c in change.values())
        ):
            known = {row.cells[key[0]]: row for row in rows}
            for name, cells in change.items():
                self.check_keys(cells, TABLES[table], f"{where}, {name}")
                if name in known:
                    known[name].change(f"{where}, {name}", cells)
                else:
                    self.problems.append(f"{where}: {shown(name)} is unknown; {hint(name, known)}")
            return
        if not isinstance(change, list) or not all(isinstance(c, dict) for c in change):
            self.problems.append(
                f"{where}: {shown(change)} is neither 'id: {{column: value}}' nor a list of rows"
            )
            return
        for line, cells in enumerate(change, 1):
            self.check_keys(cells, TABLES[table], f"{where}, row {line}")
            new = Row(where, line, {c: as_text(cells.get(c)) for c in TABLES[table]})
            same = [r for r in rows if key and all(r.cells[k] == new.cells[k] for k in key)]
            for row in same:
                row.change(f"{where}, row {line}", cells)
            if not same:
                rows.append(new)

    def line(self):
        """Yield this folder and its parents, nearest first."""
        folder = self
        while folder:
            yield folder
            folder = folder.parent

    def sources(self):
        """Yield every folder that says something: this one, its parents, and their geographies."""
        for folder in self.line():
            while folder:
                yield folder
                folder = folder.geography

    @property
    def days(self):
        """Days of the nearest folder that says."""
        return next(f.head["days"] for f in self.line() if "days" in f.head)

    @property
    def reallocated(self):
        """True if a variant changes what garrisons are allocated from, and brings none of its own."""
        for folder in self.line():
            if "garrisons" in folder.head or folder.parent is None:
                return False
            changed = {"apart": ["apart"]} if "apart" in folder.head else {}
            for table, change in (folder.head.get("changes") or {}).items():
                rows = change.values() if isinstance(change, dict) else change
                changed[table] = {column for row in rows for column in row}
            if any(REALLOCATED_BY.get(table, set()) & set(columns) for table, columns in changed.items()):
                return True
        return False

    def is_as_read(self):
        """True if every file that was read is as it was then, here and in the parents."""
        for folder in self.sources():
            try:
                for key, other in (("parent", folder.parent), ("geography", folder.geography)):
                    if other and folder.find_other(key) != other.path:
                        return False
                for label, content in folder.files.items():
                    if (folder.path / label.removeprefix(folder.label(""))).read_bytes() != content:
                        return False
            except (OSError, ScenarioError):
                return False
        return True

    def digest(self):
        """Hash over the content of every file read, 16 hex digits."""
        hashed = hashlib.sha256()
        files = {}
        for folder in self.sources():
            files |= folder.files
        for name in sorted(files):
            hashed.update(name.encode() + b"\0" + files[name] + b"\0")
        return hashed.hexdigest()[:16]
