"""Writing: the folder of a sweep, filled shard by shard by any number of processes."""

import contextlib
import os
import shutil
import socket
from pathlib import Path

from sim._util.locks import lock
from sim.ensemble.store.manifest import MANIFEST, ResultsError, differences, read_manifest, sha256, write_json
from sim.ensemble.store.numbering import DESIGN, SHARDS, read_receipt, receipt_file, shard_name
from sim.ensemble.store.results import TABLES


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

    def _lock(self, name, wait):
        return lock(self.folder / SHARDS / f".{name}.lock", wait)

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


def refuse_other(folder, identity):
    """ResultsError if a folder holds a sweep of another identity, saying what differs."""
    there = read_manifest(folder).get("identity")
    if there is None:
        raise ResultsError(f"{folder} holds other results already: give this sweep another name (name=...)")
    if there == identity:
        return
    words = differences(*({key: own[key] for key in own if key != "hash"} for own in (there, identity)))
    raise ResultsError(
        f"{folder} holds a sweep that was begun otherwise ({words}): what is there is not mixed with this; "
        "give this sweep another name (name=...), or have that one replaced (overwrite=true)"
    )
