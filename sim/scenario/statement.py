"""From a folder's rows of text to one checked statement: typed tables, head, hash."""

import datetime
import itertools
import json
import math

import pandas as pd

from sim._util.files import read_bytes
from sim.params import ParameterError, Params, canonical, with_values
from sim.scenario.cells import NAME, CellError, ScenarioError, convert, number, shown
from sim.scenario.folder import is_file
from sim.scenario.garrisons import allocate
from sim.scenario.schema import (
    EVENT_ORDER,
    FIRST_START,
    KEYS,
    KINDS,
    LAST_START,
    MIXED,
    TABLES,
    THEATRE,
    frame,
)
from sim.scenario.validate import Head, across

NEVER_EMPTY = ("towns", "roads", "factions", "control", "garrisons")
FIRST_THEATRE = {"iraq_men": 0.0, "iraq_flow": 0.0, "pressure": 1.0}


def statement(folder):
    """Everything a scenario says, checked: the fields of ``Scenario``."""
    root, focal = folder.root, folder.root.head["focal"]
    check_time(folder)
    provinces = check_provinces(folder)
    theatre, params = read_theatre(folder), read_params(folder)
    basemap, posterior = read_basemap(folder), read_posterior(folder)
    folder.refuse()
    tables, fixed = read_tables(folder, provinces)
    folder.refuse()
    if folder.reallocated:
        tables["garrisons"] = allocate(tables, focal, fixed_detachments=fixed)
    return {
        "name": folder.path.name,
        "title": check_title(folder),
        "about": str(folder.head.get("about", "")).strip(),
        "folder": folder.path,
        "starts": root.head["starts"],
        "days": folder.days,
        "provinces": provinces,
        "focal": focal,
        "theatre": theatre,
        "basemap": basemap,
        "posterior": posterior,
        "fixed_detachments": fixed,
        "params": params,
        "parents": tuple(f.path.name for f in folder.line() if f is not folder),
        "hash": folder.digest(),
        **tables,
    }


def check_title(folder):
    """What a scenario is called in figures."""
    title = str(folder.head.get("title", folder.root.head["title"]))
    if not NAME.fullmatch(title):
        where = f"{folder.label('scenario.yaml')}, title: {shown(title)}"
        raise ScenarioError([f"{where} cannot be drawn; expected a name without $ and line breaks"])
    return title


def check_time(folder):
    """Note problems about the first day and the horizon."""
    starts, label = folder.root.head["starts"], folder.root.label("scenario.yaml")
    if not isinstance(starts, datetime.date) or isinstance(starts, datetime.datetime):
        folder.problems.append(
            f"{label}, starts: {shown(starts)} is not a date; expected one such as 2014-01-03"
        )
    elif not FIRST_START <= starts <= LAST_START:
        folder.problems.append(
            f"{label}, starts: {starts} is out of range; expected a date from {FIRST_START} to {LAST_START}"
        )
    for each in folder.line():
        days = each.head.get("days", 1)
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 3650:
            folder.problems.append(
                f"{each.label('scenario.yaml')}, days: {shown(days)} is out of range; "
                "expected a whole number from 1 to 3650"
            )


def check_provinces(folder):
    """Provinces of the scenario, sorted."""
    root = folder.root
    given, label = root.head["provinces"], root.label("scenario.yaml")
    names = given if isinstance(given, list) else []
    if not names or not all(isinstance(p, str) and p.strip() and NAME.fullmatch(p) for p in names):
        folder.problems.append(
            f"{label}, provinces: {shown(given)} is not a list of names; expected names without $"
        )
        return ()
    if len(set(given)) < len(given):
        folder.problems.append(f"{label}, provinces: {given!r} names one twice; expected each one once")
    return tuple(sorted(set(given)))


def read_theatre(folder):
    """Read what lies outside the map, nearest folder last."""
    theatre = dict(FIRST_THEATRE)
    for each in reversed(list(folder.line())):
        where, given = f"{each.label('scenario.yaml')}, theatre", each.head.get("theatre") or {}
        if not isinstance(given, dict):
            folder.problems.append(f"{where}: {shown(given)} is no mapping; expected 'name: number' lines")
            continue
        folder.check_keys(given, THEATRE, where)
        columns = {name: number(*THEATRE[name]) for name in given if name in THEATRE}
        theatre |= read_cells(folder, given, columns, {}, where)
    return theatre


def read_params(folder):
    """Parameters that a scenario sets, nearest folder last; each is a declared one, within its bounds."""
    params = {}
    for each in reversed(list(folder.line())):
        where, given = f"{each.label('scenario.yaml')}, params", each.head.get("params") or {}
        if not isinstance(given, dict):
            folder.problems.append(
                f"{where}: {shown(given)} is no mapping; expected 'group.name: number' lines"
            )
            continue
        for name, value in given.items():
            plain = canonical(name)
            if isinstance(value, dict):
                folder.problems.append(
                    f"{where}, {name}: {shown(value)} is not a number; expected 'group.name: number' lines"
                )
                continue
            try:
                with_values(Params(), {plain: value})
            except ParameterError as error:
                problems = (problem.removeprefix("params.") for problem in error.problems)
                folder.problems += [f"{where}: {problem}" for problem in problems]
            params[plain] = value
    return params


def read_basemap(folder):
    """Path of the base map, or None."""
    root = folder.root
    while "basemap" not in root.head and root.geography:
        root = root.geography
    name = root.head.get("basemap")
    if not name:
        return None
    path = root.path / str(name)
    fault = None if is_file(path) else "cannot be read; expected a file in the folder"
    if fault is None and not has_features(path):
        fault = "is no map; expected GeoJSON, a FeatureCollection of features with properties and a geometry"
    if fault is not None:
        folder.problems.append(f"{root.label('scenario.yaml')}, basemap: {shown(name)} {fault}")
    return path


def read_posterior(folder):
    """Folder of the scenario whose fitted parameters are drawn, or None."""
    try:
        return folder.root.find_other("posterior") if "posterior" in folder.root.head else None
    except ScenarioError as error:
        folder.problems += error.problems
        return None


def has_features(path):
    """True if a file is a GeoJSON collection of features that can be drawn (RFC 7946)."""
    try:
        features = json.loads(read_bytes(path))["features"]
        return isinstance(features, list) and all(
            isinstance(each["properties"], dict) and are_points(each["geometry"]["coordinates"])
            for each in features
        )
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OSError):
        return False


def are_points(coordinates):
    """True if nested lists end in points: longitude, latitude and perhaps a height."""
    if isinstance(coordinates[0], list):
        return all(map(are_points, coordinates))
    return len(coordinates) > 1 and all(math.isfinite(number) for number in coordinates)


def read_cells(folder, given, columns, known, where):
    """Values of a few YAML keys, checked like cells of a table."""
    values = {}
    for name, column in columns.items():
        try:
            values[name] = convert("" if given.get(name) is None else str(given[name]), column, known)
        except CellError as fault:
            folder.problems.append(f"{where}, {name}: {fault}")
    return values


def read_fixed_detachments(folder, known):
    """Men placed by hand, beside their faction's strength."""
    given = next((f.head["apart"] for f in folder.line() if "apart" in f.head), []) or []
    where = f"{folder.label('scenario.yaml')}, apart"
    columns = {name: KINDS[name] for name in ("faction", "province", "men")}
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        folder.problems.append(
            f"{where}: {shown(given)} is not a list; expected rows of faction, province, men"
        )
        return ()
    for item in given:
        folder.check_keys(item, columns, where)
    return tuple(read_cells(folder, item, columns, known, where) for item in given)


def read_tables(folder, provinces, without=()):
    """Read checked tables as DataFrames, rows in the order of their ids; and the fixed detachments."""
    rows = folder.rows(without)
    known = {"mixed": {MIXED}, "provinces": set(provinces)}
    for table in ("towns", "factions", "sponsors", "groups"):
        if rows.get(table) is not None:
            known[table] = {row.cells["group" if table == "groups" else "id"] for row in rows[table]}
    fixed = read_fixed_detachments(folder, known)
    checked = {t: check_table(folder, t, found, known) for t, found in rows.items() if found is not None}
    if len(checked) == len(rows) and not folder.problems:
        head = folder.root.head
        about = Head(folder.root.path.name, head["focal"], head["starts"], folder.days, fixed)
        folder.problems += across(checked, about, totals=not folder.reallocated)
    if folder.problems:
        return {}, fixed
    values = {table: [each for each, _ in found] for table, found in checked.items()}
    events = expand_events(values.pop("events"), folder.root.head["starts"])
    return {table: frame(table, found) for table, found in values.items()} | {"events": events}, fixed


def check_table(folder, table, rows, known):
    """Rows with their values, ``[(values, row)]``; problems about cells and about rows given twice."""
    found, seen = [], {}
    for row in rows:
        values = {}
        for name, column in TABLES[table].items():
            try:
                values[name] = convert(row.cells.get(name, ""), column, known)
            except CellError as fault:
                folder.problems.append(f"{row.place(name)}: {fault}")
        found.append((values, row))
        key = tuple(row.cells[k] for k in KEYS.get(table, ()))
        key = tuple(sorted(key)) if table == "roads" else key
        if key and key in seen:
            folder.problems.append(
                f"{row.place(KEYS[table][0])}: {', '.join(k for k in key if k)!r} stands in row {seen[key]} "
                "already; expected each one once"
            )
        seen.setdefault(key, row.line)
    if not rows and table in NEVER_EMPTY:
        folder.problems.append(f"{folder.label_of(table)}: the file has no rows; expected at least one")
    return found


def expand_events(events, starts):
    """One row for each actor, other and province, by day; older causes fall on day 0."""
    rows = []
    for values in events:
        many = itertools.product(values["who"] or ("",), values["whom"] or ("",), values["province"] or ("",))
        day = max(0, (values["date"] - starts).days + 1)
        rows += [values | {"day": day, "who": who, "whom": whom, "province": p} for who, whom, p in many]
    columns = ["id", "day", *(c for c in TABLES["events"] if c != "id")]
    table = pd.DataFrame(rows, columns=columns).sort_values(list(EVENT_ORDER), ignore_index=True)
    return table.astype({"day": int, "days": int, "scripted": int, "amount": float})
