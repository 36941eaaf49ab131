"""A world on disk: one file without pickle, written whole or not at all, refused where it does not belong."""

import contextlib
import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

import sim
from sim._util import validation
from sim._util.errors import InfightingError
from sim._util.files import refuse_odd
from sim.core.kernel import source_hash
from sim.core.ledger import CODES, EVENT_HAPPENED, empty_ledger
from sim.core.records import HEAD
from sim.core.state import HOW_LOST, PURPOSE, SPONSOR_KINDS, TABLES
from sim.core.static import EVENT_KINDS
from sim.model import own
from sim.model.agents import BY_HAND, MOST_MEN
from sim.model.explain import TOWN_AS_OTHER
from sim.params import Params, as_dict, with_values
from sim.scenario import Scenario, load_scenario, scenario_names
from sim.scenario.build import build

FORMAT = 2  # 2: own attributes and the states of Mesa's generators
LARGEST = 2_000_000_000  # bytes of a file, also once it is unpacked
REAL = np.finfo(float).max
DAMAGE = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, OSError, TypeError, AttributeError)
CODE = source_hash()  # of the code as imported: an edit after that is not what runs


class SavedWorldError(InfightingError):
    """A saved world cannot be used here: damaged, of another version of the code, or of another scenario."""


def write(path, about, arrays, *, overwrite=False):
    """Write JSON-able ``about`` and ``arrays`` by name into one file; a crash leaves the old file or none."""
    path = Path(validation.path("path", path))
    if path.is_dir():
        raise SavedWorldError(f"{path} is a folder: expected the path of a file")
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} exists; give overwrite=True to replace it")
    about = {"format": FORMAT, "version": sim.__version__, "code": CODE, **about}
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, about=np.array(json.dumps(about)), **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise SavedWorldError(f"cannot write {path}: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def read(path):
    """What ``write`` wrote, as ``(about, arrays)``; ``about`` has format, version and code too."""
    path = Path(validation.path("path", path))
    try:
        refuse_odd(path, LARGEST)
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if sum(member.file_size for member in file.zip.infolist()) > LARGEST:
                raise ValueError("a little file of much")
            about = json.loads(str(file["about"]))
            refuse_other_code(path, about)
            if not all(isinstance(about[name], str) for name in ("scenario", "folder", "scenario_hash")):
                raise TypeError("a scenario has a name, a folder and a hash")
            return about, {name: file[name] for name in file.files if name != "about"}
    except SavedWorldError:
        raise
    except DAMAGE as error:
        if isinstance(error, OSError) and error.errno is not None:  # else it is numpy's
            raise SavedWorldError(f"cannot read {path}: {error.strerror}") from error
        raise SavedWorldError(f"{path} is damaged or is no saved world") from error


def refuse_other_code(path, about):
    """SavedWorldError unless the file was written by the code that runs now."""
    if about["format"] != FORMAT or about["code"] != CODE:
        raise SavedWorldError(
            f"{path} was saved by other code (infighting {about['version']}, code {about['code']}) than runs "
            f"here (infighting {sim.__version__}, code {CODE}): a run continued under other rules is no "
            f"run of either; play it again from its seed, or use the code that saved it"
        )


def refuse_other_scenario(path, about, scenario):
    """SavedWorldError unless the scenario is the one that was saved."""
    if about["scenario_hash"] != scenario.hash:
        raise SavedWorldError(
            f"{path} was saved with scenario {about['scenario']!r} (content {about['scenario_hash']}), which "
            f"has since changed (content {scenario.hash}): restore the scenario's files, or start anew"
        )


def place(about):
    """Where the scenario of a saved world is looked for: by its name, else in its old folder."""
    return about["scenario"] if about["scenario"] in scenario_names() else about["folder"]


def filled(path, block, arrays, group, long):
    """A block with the saved tables of a group, ``"state"`` or ``"ledger"``; ``long`` is as long as saved."""
    rows = checked(path, arrays, f"{group}.{long}", block.dtype[long].base, None)
    if len(rows) < len(block[long]):
        raise SavedWorldError(f"{path} is damaged: the table {group}.{long} has only {len(rows)} rows")
    block = block.resized(**{long: len(rows)})
    for name in block.dtype.names:
        kind = block.dtype[name]
        if name != HEAD:
            block[name] = checked(path, arrays, f"{group}.{name}", kind.base, kind.shape)
    return block


def checked(path, arrays, name, dtype, shape):
    """A saved array of this type and shape (None: any length); SavedWorldError if it is not that."""
    saved = arrays.get(name)
    is_right = saved is not None and saved.dtype.descr == dtype.descr
    if not is_right or (shape is not None and saved.shape != shape):
        raise SavedWorldError(f"{path} is damaged: the table {name} is not as it is written")
    return saved


def history(path, arrays, columns, entry):
    """The saved history: lists of values by table and column, as in ``columns``, and the ledger's entries."""
    try:
        saved = {
            table: {name: arrays[f"{table}.{name}"].tolist() for name in names}
            for table, names in columns.items()
        }
    except KeyError as missing:
        raise SavedWorldError(f"{path} is damaged: it has no {missing}") from None
    return saved, checked(path, arrays, "entries", entry, None)


def save(model, path, *, overwrite=False):
    """Write a model into one file; SavedWorldError names an attribute of its own that no file can hold."""
    about = {
        "scenario": model.scenario.name,
        "folder": str(model.scenario.folder),
        "scenario_hash": model.scenario.hash,
        "params": as_dict(model.params),
        "seed": model.seed,
        "run": model.run_number,
        "key": int(model.key),
        "day": model.day,
        "days": model.days,
        "edits": model.edits,
        "dropped": model._history.dropped,
        "generators": own.generators(model),
    }
    arrays = {f"state.{name}": model.state[name] for name in model.state.dtype.names if name != HEAD}
    arrays |= {f"ledger.{name}": model.ledger[name] for name in model.ledger.dtype.names if name != HEAD}
    arrays["entries"] = model._history.entries
    for table, columns in model._history.columns().items():
        arrays |= {f"{table}.{name}": np.array(column) for name, column in columns.items()}
    about["own"], added = own_of(path, model)
    return write(path, about, arrays | added, overwrite=overwrite)


def own_of(path, model):
    """The user's attributes: ``[row of agents or None, name, value]`` each, and the arrays among them."""
    plain, arrays = [], {}
    if added := own.strangers(model):
        raise SavedWorldError(
            f"cannot write {path}: it has no room for agents of your own, such as {added[0]}"
        )
    for place, thing in ((None, model), *enumerate(own.agents_of(model))):
        for name, value in own.own_attributes(thing).items():
            if thing is model and type(value) is np.ndarray and not value.dtype.hasobject:
                arrays[f"own.{name}"] = value
                continue
            try:
                plain.append([place, name, own.to_plain(f"{type(thing).__name__}.{name}", value)])
            except TypeError as error:
                raise SavedWorldError(f"cannot write {path}: {error}") from None
    return plain, arrays


def load(cls, path, scenario=None):
    """The model of class ``cls`` that was saved; SavedWorldError if it cannot go on here."""
    about, arrays = read(path)
    scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario or place(about))
    refuse_other_scenario(path, about, scenario)
    static, start = build(scenario)
    start = filled(path, start, arrays, "state", "columns")
    ledger = filled(path, empty_ledger(*start.garrisons.shape), arrays, "ledger", "entries")
    model = cls.__new__(cls)
    try:
        check_numbers(about)
        check_state(start)
        model._open(
            scenario,
            static,
            start,
            ledger,
            with_values(Params(), about["params"]),
            about["seed"],
            about["run"],
            np.uint64(about["key"]),
            days=about["days"],
            day=about["day"],
            edits=[tuple(edit) for edit in about["edits"]],
        )
        saved, entries = history(path, arrays, model._history.columns(), ledger.entries.dtype)
        check_ledger(model, entries)
        check_history(model, saved)
        own.set_generators(model, about["generators"])
        things = own.agents_of(model)
        for row, name, value in about["own"]:
            thing = model if row is None else things[row]
            if name in thing._standard:
                raise ValueError(f"{name} is no attribute of one's own")
            vars(thing)[name] = value
    except SavedWorldError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError) as error:
        raise SavedWorldError(f"{path} is damaged: {error}") from error
    vars(model).update({n.removeprefix("own."): a for n, a in arrays.items() if n.startswith("own.")})
    model._history.restore(saved, entries, about["dropped"], scenario.date)
    return model


def inside(what, values, low, high):
    """ValueError unless all values lie between these bounds; NaN lies nowhere."""
    wrong = values[~((values >= low) & (values <= high))]
    if wrong.size:
        least = "finite" if low == -REAL else "at least 0"
        bounds = least if high == REAL else f"from {low} to {high}"
        raise ValueError(f"{what} is {bounds}, not {wrong.flat[0]}")


def check_numbers(about):
    """ValueError unless the run's own numbers are possible."""
    for name in ("seed", "run", "key"):
        validation.whole(name, about[name], 0, validation.HIGHEST_SEED)
    validation.whole("days", about["days"], 1)
    for name in ("day", "dropped"):
        validation.whole(name, about[name])


ROUNDING = 1e-6  # what is spent to the last may be so much below 0
SIGNED = {"apathy", "legitimacy", "standing", "score"}  # columns of the state that may be below 0


def check_state(state):
    """ValueError, with the column, unless numbers are finite, men not negative and rows there."""
    towns, factions = state.garrisons.shape
    highest = {  # (table, column): highest row or code
        **{("towns", name): factions - 1 for name in ("holder", "captor", "lost_by")},
        ("towns", "how_lost"): len(HOW_LOST) - 1,
        ("garrisons", "goal"): towns - 1,
        ("garrisons", "gave_up"): len(HOW_LOST) - 1,
        ("fronts", "target"): towns - 1,
        ("columns", "faction"): factions - 1,
        **{("columns", name): towns - 1 for name in ("origin", "at", "goal", "next")},
        ("columns", "purpose"): len(PURPOSE) - 1,
        ("sponsors", "kind"): len(SPONSOR_KINDS) - 1,
        ("snapshot", "present"): factions - 1,
        ("town_index", "count"): factions,
        ("relations_index", "centre"): towns - 1,
        ("rooms", "zone"): towns - 1,
        **{("location_lists", name): towns - 1 for name in ("town", "supply")},
        **{("location_counts", name): towns for name in ("towns", "bases")},
        ("columns_in_use", "rows"): len(state.columns),
        ("columns_in_use", "lacking"): 0,
    }
    for table, columns in TABLES.items():
        for name, (kind, unit, text) in columns.items():
            what, values = f"state.{table}.{name}", state[table][name]
            if (table, name) in highest:
                inside(what, values, -1 if "-1" in text else 0, highest[table, name])
            elif name in BY_HAND.get(table, ()):
                for value in np.unique(values).tolist():
                    BY_HAND[table][name](what, value)
            elif kind == "f8":
                inside(what, values, -REAL if name in SIGNED else -ROUNDING, REAL)
            elif unit in ("men", "days", "towns", "bits"):
                inside(what, values, 0, 2**factions - 1 if unit == "bits" else 2 * MOST_MEN)
    inside("state.garrisons.support", state.garrisons["support"], 0.0, 1.0 + 1e-9)


def check_ledger(model, entries):
    """ValueError unless the ledger and the entries of all days point at what there is."""
    ledger = model.ledger
    inside("ledger.room", ledger.room, 0, len(ledger.entries))
    inside("ledger.used", ledger.used, 0, np.iinfo(np.int64).max)
    inside("ledger.money", ledger.money, -REAL, REAL)
    inside("ledger.weapons", ledger.weapons, -REAL, REAL)
    rows = {kind: len(names) - 1 for kind, names in model.rows.items()}
    today = ledger.entries[: min(int(ledger.used), int(ledger.room))]
    for what, table in (("ledger.entries", today), ("entries", entries)):
        inside(f"{what}.day", table["day"], 0, model.day)
        inside(f"{what}.what", table["what"], 0, len(CODES) - 1)
        for kind in ("town", "province", "faction"):
            inside(f"{what}.{kind}", table[kind], -1, rows[kind])
        for kind, these in others_of(table["what"]):  # of an event the other is its kind
            inside(f"{what}.other", table["other"][these], -1, rows.get(kind, len(EVENT_KINDS) - 1))
    days, counts = np.unique(entries["day"][entries["what"] == EVENT_HAPPENED], return_counts=True)
    dated = [(model.scenario.events["day"] == day).sum() for day in days]
    if (counts > dated).any():
        raise ValueError("entries.what has more dated events than the scenario")


def others_of(what):
    """What the column ``other`` of some entries names, and of which of them."""
    event, town = what == EVENT_HAPPENED, np.isin(what, [CODES.index(code) for code in TOWN_AS_OTHER])
    return ("event", event), ("town", town), ("faction", ~event & ~town)


def check_history(model, saved):
    """ValueError unless the tables of the history have a row for every day, faction and town."""
    for table, columns in saved.items():
        kind = table.removesuffix("s")
        ids = list(model.rows.get(kind, ["model"]))
        first = 1 if table == "model" else 0
        days = [day for day in range(first, model.day + 1) for _ in ids]
        names = columns.get(kind, ids * (model.day + 1 - first))
        if columns["day"] != days or names != ids * (model.day + 1 - first):
            raise ValueError(f"the rows of {table} are not one for every day and {kind}")
        for name, values in columns.items():
            if len(values) != len(days):
                raise ValueError(f"{table}.{name} has {len(values)} rows, not {len(days)}")
