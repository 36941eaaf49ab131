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
from sim.core.kernel import source_hash
from sim.scenario import scenario_names

FORMAT = 1
DAMAGE = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, OSError, TypeError, AttributeError)
CODE = source_hash()  # of the code as imported: an edit after that is not what runs


class SavedWorldError(InfightingError):
    """A saved world cannot be used here: damaged, of another version of the code, or of another scenario."""


def write(path, about, arrays, *, overwrite=False):
    """Write a world into one file; a crash on the way leaves the old file or none.

    Parameters
    ----------
    path : str or Path
        The file.
    about : dict
        What JSON can hold: scenario, parameters, seed, day.
    arrays : dict
        Arrays by name, without Python objects.
    overwrite : bool
        Replace an existing file.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileExistsError
        The file is there and ``overwrite`` is not given.
    SavedWorldError
        It cannot be written.
    """
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
    """Read what ``write`` wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    about : dict
        As given to ``write``, and ``format``, ``version``, ``code``.
    arrays : dict
        As given to ``write``.

    Raises
    ------
    SavedWorldError
        The file is damaged, is no saved world, or comes from other code.
    """
    path = Path(validation.path("path", path))
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            refuse_other_code(path, about)
            return about, {name: file[name] for name in file.files if name != "about"}
    except SavedWorldError:
        raise
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
        raise SavedWorldError(f"cannot read {path}: {error.strerror}") from error
    except DAMAGE as error:
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


def fill(path, block, arrays, group):
    """Write the saved tables of a group into a block of tables, in place.

    Parameters
    ----------
    path : Path
        The file, for messages.
    block : sim.core.records.Tables
        A state or a ledger.
    arrays : dict
        What ``read`` gave.
    group : str
        ``"state"`` or ``"ledger"``.

    Raises
    ------
    SavedWorldError
        A table is missing, or of another shape or type.
    """
    for name in block.dtype.names:
        kind = block.dtype[name]
        block[name] = checked(path, arrays, f"{group}.{name}", kind.base, kind.shape)


def checked(path, arrays, name, dtype, shape):
    """A saved array of this type and shape (None: any length); SavedWorldError if it is not that."""
    saved = arrays.get(name)
    is_right = saved is not None and saved.dtype.descr == dtype.descr
    if not is_right or (shape is not None and saved.shape != shape):
        raise SavedWorldError(f"{path} is damaged: the table {name} is not as it is written")
    return saved


def history(path, arrays, books, entry):
    """The saved history: lists of values by table and column, as in ``books``, and the ledger's entries."""
    try:
        columns = {
            table: {name: arrays[f"{table}.{name}"].tolist() for name in book}
            for table, book in books.items()
        }
    except KeyError as missing:
        raise SavedWorldError(f"{path} is damaged: it has no {missing}") from None
    return columns, checked(path, arrays, "entries", entry, None)
