"""Folders of scenarios: found, read, and merged with their parents; every problem is gathered."""

import csv
import hashlib
import io
from pathlib import Path

import yaml

from sim.scenario.cells import ScenarioError, suggest
from sim.scenario.schema import BASE_KEYS, KEYS, NEEDED_KEYS, REDEALT_BY, SCRIPTED, TABLES, VARIANT_KEYS


def scenarios_folder():
    """Folder of the shipped scenarios, in a checkout or beside the installed package."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_scenarios", package.parent / "scenarios"):
        if folder.is_dir():
            return folder
    missing = f"neither {package}/_scenarios nor {package.parent}/scenarios is a folder"
    raise ScenarioError([f"the shipped scenarios are missing: {missing}"])


def scenario_names():
    """Names of the shipped scenarios and of those in ``./scenarios``.

    Returns
    -------
    list of str
        Sorted.

    Examples
    --------
    >>> "truce" in scenario_names()
    True
    """
    folders = {scenarios_folder(), Path.cwd() / "scenarios"}
    files = (file for folder in folders if folder.is_dir() for file in folder.glob("*/scenario.yaml"))
    return sorted({file.parent.name for file in files if file.is_file()})


def find(name_or_path):
    """Folder of a scenario; an unknown name suggests the nearest."""
    name, near = str(name_or_path), Path.cwd() / "scenarios"
    for folder in (scenarios_folder() / name, near / name, Path(name)):
        if name.strip() and (folder / "scenario.yaml").is_file():
            return folder.resolve()
    if name.strip() and Path(name).is_dir():
        raise ScenarioError([f"the folder {name!r} holds no scenario.yaml"])
    known = scenario_names()
    raise ScenarioError([f"no scenario is called {name!r}; {suggest(Path(name).name, known)}"])


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
        self.head = self.read_head(path / "scenario.yaml")
        self.parent = None
        if "parent" in self.head:
            if path in children:
                raise ScenarioError([f"{self.label('scenario.yaml')}: it is, in the end, its own parent"])
            self.parent = Folder(self.find_parent(self.head["parent"]), (*children, path))
            self.check_keys(self.head, VARIANT_KEYS, self.label("scenario.yaml"))
        else:
            self.check_keys(self.head, BASE_KEYS, self.label("scenario.yaml"))
            missing = [k for k in NEEDED_KEYS if k not in self.head]
            self.problems += [f"{self.label('scenario.yaml')}: the key {key!r} is missing" for key in missing]
        self.refuse()
        self.root = self.parent.root if self.parent else self

    # -- files

    def label(self, file):
        """Name a file as messages do."""
        return f"{self.path.name}/{file}"

    def label_of(self, table):
        """Name the file of a table as messages do."""
        return self.root.label(self.root.head["tables"][table])

    def refuse(self):
        """Raise everything found so far."""
        if self.problems:
            raise ScenarioError(self.problems)

    def text(self, file):
        """Content of a file, or None with a problem."""
        try:
            content = (self.path / file).read_bytes()
            self.files[self.label(file)] = content
            return content.decode("utf-8-sig")
        except OSError:
            self.problems.append(
                f"{self.label(file)}: the file cannot be read; expected a file in {self.path}"
            )
        except UnicodeDecodeError as error:
            self.problems.append(
                f"{self.label(file)}: byte {error.start} is not UTF-8; expected a file saved as UTF-8"
            )
        return None

    def read_head(self, file):
        """Content of scenario.yaml as a dict."""
        text, label = self.text(file.name), self.label(file.name)
        self.refuse()
        try:
            head = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            line = f", row {mark.line + 1}" if mark else ""
            why = getattr(error, "problem", None) or error
            said = f"{label}{line}: not valid YAML ({why}); expected 'key: value' lines, quotes around colons"
            raise ScenarioError([said]) from None
        if not isinstance(head, dict):
            raise ScenarioError(
                [f"{label}: expected 'key: value' lines such as 'title: ...', found {head!r}"]
            )
        return head

    def find_parent(self, name):
        """Folder of the parent: a neighbour, else a scenario by name."""
        beside = self.path.parent / str(name)
        if (beside / "scenario.yaml").is_file():
            return beside.resolve()
        try:
            return find(str(name))
        except ScenarioError as error:
            raise ScenarioError(
                [f"{self.label('scenario.yaml')}, parent: {p}" for p in error.problems]
            ) from None

    def check_keys(self, given, allowed, where):
        """Problems about keys that do not exist."""
        self.problems += [
            f"{where}: unknown key {k!r}; {suggest(k, allowed)}" for k in given if k not in allowed
        ]

    def read_rows(self, file, table):
        """Lines of a CSV as rows of text; None if its header is not usable."""
        text, label = self.text(file), self.label(file)
        if text is None:
            return None
        lines = csv.reader(io.StringIO(text), strict=True)
        try:
            header = [cell.strip() for cell in next(lines, [])]
            if not self.check_header(header, TABLES[table], label):
                return None
            rows = []
            for cells in lines:
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    found = f"{label}, row {lines.line_num}: {len(cells)} cells"
                    self.problems.append(f"{found}; expected {len(header)}, one for each column")
                    continue
                cells = (cell.strip() for cell in cells)
                rows.append(Row(label, lines.line_num, dict(zip(header, cells, strict=True))))
        except csv.Error as error:
            self.problems.append(f"{label}, row {lines.line_num}: not valid CSV ({error})")
            return None
        return rows

    def check_header(self, header, columns, label):
        """Return true if a header has every column it needs; problems about it otherwise."""
        if not any(header):
            self.problems.append(f"{label}: the file is empty; expected columns {', '.join(columns)}")
            return False
        found = [
            f"{label}, row 1: unknown column {c!r}; {suggest(c, columns)}" for c in header if c not in columns
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
            self.problems.append(f"{label}, tables: {named!r} is not a list of 'table: file' lines")
            return dict.fromkeys(TABLES)
        self.check_keys(named, TABLES, f"{label}, tables")
        self.problems += [
            f"{label}, tables: {t!r} is missing; expected '{t}: {t}.csv'" for t in TABLES if t not in named
        ]
        self.problems += [
            f"{label}, tables: {t}: {file!r} is no file name; expected '{t}: {t}.csv'"
            for t, file in named.items()
            if not isinstance(file, str)
        ]
        files = {t: file for t, file in named.items() if isinstance(file, str)}
        return {t: self.read_rows(files[t], t) if t in files else None for t in TABLES if t not in without}

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
            self.problems.append(f"{label}, changes: {changes!r} is not a list of 'table: ...' lines")
            return
        self.check_keys(changes, TABLES, f"{label}, changes")
        for table, change in changes.items():
            if rows.get(table) is not None:
                self.change_table(rows[table], table, change, f"{label}, changes, {table}")

    def drop_events(self, rows, label):
        """Leave out the events a variant names."""
        dropped = self.head.get("drop_events") or []
        dropped = [dropped] if isinstance(dropped, str) else dropped
        if rows["events"] is None:
            return
        ids = {row.cells["id"] for row in rows["events"]}
        self.problems += [
            f"{label}, drop_events: {d!r} is no event; {suggest(d, ids | {SCRIPTED})}"
            for d in dropped
            if d not in ids | {SCRIPTED}
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
                    self.problems.append(f"{where}: {name!r} is unknown; {suggest(name, known)}")
            return
        if not isinstance(change, list) or not all(isinstance(c, dict) for c in change):
            self.problems.append(f"{where}: {change!r} is neither 'id: {{column: value}}' nor a list of rows")
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

    @property
    def days(self):
        """Days of the nearest folder that says."""
        return next(f.head["days"] for f in self.line() if "days" in f.head)

    @property
    def redealt(self):
        """True if a variant changes what garrisons are dealt from, and brings none of its own."""
        for folder in self.line():
            if "garrisons" in folder.head or folder.parent is None:
                return False
            changed = {"apart": ["apart"]} if "apart" in folder.head else {}
            for table, change in (folder.head.get("changes") or {}).items():
                rows = change.values() if isinstance(change, dict) else change
                changed[table] = {column for row in rows for column in row}
            if any(REDEALT_BY.get(table, set()) & set(columns) for table, columns in changed.items()):
                return True
        return False

    def digest(self):
        """Hash over the content of every file read, 16 hex digits."""
        hashed = hashlib.sha256()
        files = {}
        for folder in self.line():
            files |= folder.files
        for name in sorted(files):
            hashed.update(name.encode() + b"\0" + files[name] + b"\0")
        return hashed.hexdigest()[:16]
