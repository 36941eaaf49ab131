"""The folder of a sweep on disk: a manifest, the design, and shards that are there whole or not at all.

::

    manifest.json          what is played, of which code, scenario and configuration
    design.parquet         one row a point
    runs/00000.parquet     one file a shard; and so for every other table of the detail
    shards/00000.json      receipt of a shard: its files with their sha256, and the points that failed

``runs/`` and the other tables are Parquet data sets: pandas, polars and DuckDB open them as they are. A shard
counts when its receipt is there. It is written last, by renaming, as all files are; so whatever is killed at
whatever moment, a shard is played again or is complete. Columns: ``point`` joins to the design; the rest is
documented in ``sim.frames`` and ``sim.measures``.
"""

import contextlib
import errno
import fcntl
import json
import os
import shutil
import socket
import warnings
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.results import MANIFEST, TABLES, ResultsError, read_manifest, sha256, write_json

DESIGN = "design.parquet"
SHARDS = "shards"
NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}  # a file system that knows none
PLACES = 5  # digits of a shard's number
MOST_SHARDS = 10**PLACES


def shard_name(shard):
    """Number of a shard as its files have it."""
    return f"{shard:0{PLACES}d}"


def shard_rows(shard, shards, runs):
    """First row of a shard, and the row after its last, among all runs in the order of points.

    Examples
    --------
    >>> [shard_rows(k, 3, 10) for k in range(3)]
    [(0, 3), (3, 6), (6, 10)]
    """
    return shard * runs // shards, (shard + 1) * runs // shards


def shards_of(points, shards, runs, runs_per_point):
    """Shards in which some points are, in order."""
    wanted = set()
    for point in points:
        first, last = point * runs_per_point, (point + 1) * runs_per_point - 1
        # row r is in the last shard that begins at r or before: shard * runs // shards <= r
        wanted |= set(range(_shard_at(first, shards, runs), _shard_at(last, shards, runs) + 1))
    return sorted(wanted)


def _shard_at(row, shards, runs):
    return ((row + 1) * shards - 1) // runs


class SweepFolder:
    """A folder that one sweep is written into, by any number of processes at once.

    Parameters
    ----------
    folder : path
        New, empty, or holding the same sweep.
    about : dict
        Its manifest, with ``identity`` (what decides the numbers) and ``shards`` (how many).
    points : pandas.DataFrame
        The design.
    """

    def __init__(self, folder, about, points):
        self.folder, self.about, self.points = Path(folder), about, points
        self.shards = about["shards"]

    # -- begin, go on, refuse

    def open(self, overwrite=False):
        """Begin the sweep, or go on with it.

        Parameters
        ----------
        overwrite : bool
            Remove what another sweep, or an earlier one, left there.

        Raises
        ------
        ResultsError
            The folder holds something else, or cannot be written.
        """
        try:
            (self.folder / SHARDS).mkdir(parents=True, exist_ok=True)
            with self._lock("sweep", wait=True):
                if overwrite:
                    self._remove()
                if (self.folder / MANIFEST).exists():
                    self.check()
                    return
                self._refuse_plain()
                self._write_design()
                write_json(self.folder / MANIFEST, self.about)
        except OSError as error:
            raise ResultsError(f"cannot write results to {self.folder}: {error.strerror or error}") from error

    def check(self):
        """ResultsError if the folder holds another sweep than this."""
        refuse_other(self.folder, self.about["identity"])

    def _refuse_plain(self):
        """Refuse a folder in which results of one world are, finished or not."""
        others = [f.name for table in TABLES for f in self.folder.glob(f"{table}.parquet*") if f.is_file()]
        if others:
            raise ResultsError(f"{self.folder} holds other results already ({others[0]}): give another name")

    def _write_design(self):
        frame = self.points.reset_index()
        part = self.folder / SHARDS / f"{DESIGN}.partial"
        frame.to_parquet(part, index=False)
        part.replace(self.folder / DESIGN)
        self.about = self.about | {"design_sha256": sha256(self.folder / DESIGN)}

    def _remove(self):
        """Remove a sweep, or results of one world; the files of others stay."""
        (self.folder / MANIFEST).unlink(missing_ok=True)
        for table in TABLES:
            for file in (self.folder / table).glob("*.parquet"):
                file.unlink()
            with contextlib.suppress(OSError):
                (self.folder / table).rmdir()
            for file in self.folder.glob(f"{table}.parquet*"):
                file.unlink()
        for file in (self.folder / SHARDS).glob("*.json"):
            file.unlink()
        (self.folder / DESIGN).unlink(missing_ok=True)

    # -- shards

    def missing(self):
        """Numbers of the shards that are not complete."""
        return [shard for shard in range(self.shards) if not self.is_done(shard)]

    def is_done(self, shard):
        """Whether a shard is complete; ResultsError if it is of another sweep.

        A shard of which a file has gone, or has not the size it had, is not complete.
        """
        receipt = read_receipt(self.folder, shard)
        if receipt is None:
            return False
        if receipt["identity"] != self.about["identity"]["hash"]:
            hashes = f"{receipt['identity']}, not {self.about['identity']['hash']}"
            raise ResultsError(
                f"{receipt_file(self.folder, shard)} is of other code, another scenario or another design "
                f"than the sweep ({hashes}): it is not mixed in"
            )
        return all(
            (self.folder / name).exists() and (self.folder / name).stat().st_size == said["bytes"]
            for name, said in receipt["files"].items()
        )

    @contextlib.contextmanager
    def hold(self, shard):
        """Hold a shard while it is played; False if another process holds it."""
        with self._lock(shard_name(shard), wait=False) as held:
            yield held

    @contextlib.contextmanager
    def _lock(self, name, wait):
        """A lock that goes with its process, also when that is killed; without locks all may write."""
        with open(self.folder / SHARDS / f".{name}.lock", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            except OSError as error:
                if error.errno not in NO_LOCKS:
                    raise
            yield True

    def write(self, shard, tables, failed, seconds):
        """Write a shard, whole or not at all.

        Parameters
        ----------
        shard : int
            Its number.
        tables : dict of pandas.DataFrame
            By name; none if all its points failed.
        failed : dict
            ``{point: error}``.
        seconds : float
            What it took.

        Raises
        ------
        ResultsError
            The disk is full, or the folder cannot be written; the file is named.
        """
        name = shard_name(shard)
        aside = self.folder / SHARDS / f".{name}.partial-{socket.gethostname()}-{os.getpid()}"
        file, files = aside, {}
        try:
            aside.mkdir(exist_ok=True)
            for table, frame in tables.items():
                file = aside / f"{table}.parquet"
                frame.to_parquet(file, index=False, compression="zstd")
                files[f"{table}/{name}.parquet"] = {
                    "rows": len(frame),
                    "bytes": file.stat().st_size,
                    "sha256": sha256(file),
                }
            for table in tables:
                file = self.folder / table / f"{name}.parquet"
                file.parent.mkdir(exist_ok=True)
                (aside / f"{table}.parquet").replace(file)
            file = receipt_file(self.folder, shard)
            receipt = {
                "shard": shard,
                "identity": self.about["identity"]["hash"],
                "files": files,
                "failed": {str(point): error for point, error in failed.items()},
                "seconds": round(seconds, 3),
            }
            write_json(file, receipt, aside / "receipt.json")
        except OSError as error:
            raise ResultsError(f"cannot write {file}: {_why(error)}") from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def tidy(self):
        """Remove what killed processes left aside, once all is done."""
        for left in (self.folder / SHARDS).glob(".*.partial-*"):
            shutil.rmtree(left, ignore_errors=True)
        for left in (self.folder / SHARDS).glob(".[0-9]*.lock"):
            left.unlink(missing_ok=True)


def _why(error):
    """What the system said, in its shortest form."""
    return os.strerror(error.errno) if error.errno else str(error)


def receipt_file(folder, shard):
    """The file of a shard's receipt."""
    return Path(folder) / SHARDS / f"{shard_name(shard)}.json"


def read_receipt(folder, shard):
    """Receipt of a shard, None if there is none; ResultsError if it is damaged."""
    file = receipt_file(folder, shard)
    try:
        receipt = json.loads(file.read_text())
        if receipt.keys() >= {"shard", "identity", "files", "failed"} and receipt["shard"] == shard:
            return receipt
        told = "it is no receipt of this shard"
    except FileNotFoundError:
        return None
    except ValueError as error:
        told = str(error)
    raise ResultsError(f"{file} is damaged ({told}): remove it, and start the sweep again to play it anew")


def refuse_other(folder, identity):
    """ResultsError if a folder holds a sweep of another identity, saying what differs."""
    there = read_manifest(folder).get("identity")
    if there is None:
        raise ResultsError(f"{folder} holds other results already: give this sweep another name (name=...)")
    if there == identity:
        return
    other = [key for key in identity if key != "hash" and there.get(key) != identity[key]]
    words = "; ".join(f"{key} {there.get(key)} there, {identity[key]} here" for key in other)
    raise ResultsError(
        f"{folder} holds a sweep that was begun otherwise ({words}): what is there is not mixed with this; "
        "give this sweep another name (name=...), or have that one replaced (overwrite=true)"
    )


class ShardTables(Mapping):
    """The tables of a sweep, read and checked shard by shard when they are asked for.

    Parameters
    ----------
    folder : path
        A folder with the manifest of a sweep.

    Attributes
    ----------
    manifest : dict
        What made them; ``complete``, ``runs_done`` and ``shards_done`` say how far it went.
    failed : dict
        ``{point: error}``.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.manifest = read_manifest(folder)
        self._sound, self._frames = set(), {}
        self._receipts, self.failed = {}, {}
        for shard in range(self.manifest["shards"]):
            receipt = read_receipt(folder, shard)
            if receipt is None:
                continue
            if receipt["identity"] != self.manifest["identity"]["hash"]:
                raise ResultsError(f"{receipt_file(folder, shard)} is of another sweep than {MANIFEST} says")
            self._receipts[shard] = receipt
            self.failed |= {int(point): error for point, error in receipt["failed"].items()}
        self.manifest |= {
            "complete": len(self._receipts) == self.manifest["shards"],
            "shards_done": len(self._receipts),
            "runs_done": sum(self._rows(receipt, "runs") for receipt in self._receipts.values()),
            "wall_seconds": round(sum(receipt["seconds"] for receipt in self._receipts.values()), 3),
            "files": {name: file for r in self._receipts.values() for name, file in r["files"].items()},
        }
        self._names = [
            table
            for table in TABLES
            if any(f"{table}/{shard_name(k)}.parquet" in r["files"] for k, r in self._receipts.items())
        ]

    @staticmethod
    def _rows(receipt, table):
        said = receipt["files"].get(f"{table}/{shard_name(receipt['shard'])}.parquet")
        return said["rows"] if said else 0

    @cached_property
    def points(self):
        """The points of the sweep, checked against the manifest."""
        file = self.folder / DESIGN
        if not file.exists():
            raise ResultsError(f"{file} is missing")
        if sha256(file) != self.manifest["design_sha256"]:
            raise ResultsError(f"{file} is damaged or was changed: its sha256 is not the one in {MANIFEST}")
        return pd.read_parquet(file).set_index("point")

    def __iter__(self):
        """Names of the tables."""
        return iter(self._names)

    def __contains__(self, name):
        """Whether there is such a table, without reading it."""
        return name in self._names

    def __len__(self):
        """Number of tables."""
        return len(self._names)

    def __getitem__(self, name):
        """One table as a DataFrame."""
        if name not in self._frames:
            self._frames[name] = self._read(name, sorted(self._receipts))
        return self._frames[name]

    def some(self, name, columns):
        """Some columns of one table, without reading the others.

        Parameters
        ----------
        name : str
            Name of the table.
        columns : sequence of str
            Which columns.

        Returns
        -------
        pandas.DataFrame
            Only these.
        """
        if name in self._frames:
            return self._frames[name][list(columns)]
        return self._read(name, sorted(self._receipts), columns=list(columns))

    def of_points(self, name, points):
        """One table for some points, from the shards they are in.

        Parameters
        ----------
        name : str
            Name of the table.
        points : sequence of int
            Which points.

        Returns
        -------
        pandas.DataFrame
            Rows of these points only.
        """
        if name in self._frames:
            frame = self._frames[name]
            return frame[frame["point"].isin(points)]
        said = self.manifest
        shards = shards_of(points, said["shards"], said["runs"], said["runs_per_point"])
        there = [shard for shard in shards if shard in self._receipts]
        return self._read(name, there, filters=[("point", "in", list(points))])

    def _read(self, name, shards, **how):
        if name not in self._names:
            raise KeyError(name)
        files = [self._checked(name, shard) for shard in shards]
        parts = [pq.read_table(file, partitioning=None, **how) for file in files if file is not None]
        if not parts:  # none of these points could be played
            return self._read(name, sorted(self._receipts)).iloc[:0]
        return pa.concat_tables(parts, promote_options="permissive").to_pandas()

    def _checked(self, name, shard):
        """The file of a shard, looked at once; None if all its points failed."""
        key = f"{name}/{shard_name(shard)}.parquet"
        said, file = self._receipts[shard]["files"].get(key), self.folder / key
        if said is None or file in self._sound:
            return file if said else None
        again = f"remove {receipt_file(self.folder, shard)} and start the sweep again to play it anew"
        if not file.exists():
            raise ResultsError(f"{file} is missing: {again}")
        if sha256(file) != said["sha256"]:
            raise ResultsError(
                f"{file} is damaged or was changed (its sha256 is not the one written): {again}"
            )
        self._sound.add(file)
        return file


def warn_if_incomplete(tables):
    """Say that shards are missing, and what to do."""
    said = tables.manifest
    if not said["complete"]:
        warnings.warn(
            f"{tables.folder} is not complete: {said['shards_done']} of {said['shards']} shards are there; "
            "start the same sweep again to have the rest",
            stacklevel=4,
        )
