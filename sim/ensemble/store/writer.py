"""Writing: a folder of results, filled shard by shard by any number of processes."""

import contextlib
import os
import shutil
from pathlib import Path

from sim._util.files import aside
from sim._util.locks import discard, lock
from sim.ensemble.store.layout import DESIGN, MANIFEST, SHARDS, START, TABLES, ResultsError, existing, why
from sim.ensemble.store.manifest import differences, read_manifest, sealed, sha256, write_json
from sim.ensemble.store.receipts import read_receipt, receipt_file, shard_name

ANOTHER = "give another name (name=...), or have what is there replaced (overwrite=true)"


class Store:
    """A folder that the runs of one plan are written into, by any number of processes at once.

    Results that are to replace others grow in a folder beside them and take their place when they are whole.

    Parameters
    ----------
    folder : path
        New, empty, or holding part of the same results.
    about : dict
        The manifest, without its hashes.
    points : pandas.DataFrame, optional
        Points of the design, if there is one.
    world : RebelConflict, optional
        The stepped world that the runs set out from, if they do.

    Attributes
    ----------
    final : pathlib.Path
        Where the results are in the end.
    """

    def __init__(self, folder, about, points=None, world=None):
        final = Path(folder)
        self.final = final.resolve() if final.is_symlink() else final
        self.about, self.points, self.world = sealed(about), points, world
        self.shards, self.identity = about["shards"], self.about["identity"]
        self._new, self._old = self._beside(f"new-{self.identity[:8]}"), self._beside("old")

    def _beside(self, kind):
        """A hidden folder beside the final one."""
        home = Path(os.path.abspath(self.final))
        folder = home.parent / f".{home.name}.{kind}"
        return folder if self.final.is_absolute() else Path(os.path.relpath(folder))

    @property
    def folder(self):
        """Where the results are now."""
        return self._new if (self._new / MANIFEST).exists() else self.final

    # -- begin, go on, refuse

    def open(self, overwrite=False, join=False):
        """Begin the results, or go on with them.

        Parameters
        ----------
        overwrite : bool
            Replace other results, or the same once they are whole, by new ones.
        join : bool
            Take part in what another process has begun, wherever that is.

        Returns
        -------
        Store
            Itself.

        Raises
        ------
        ResultsError
            The folder holds something else, or cannot be written.
        """
        try:
            self._recover()
            folder = self._place(overwrite, join)
            with self._lock(folder, wait=True):
                if not (folder / MANIFEST).exists():
                    self._begin(folder)
        except OSError as error:
            raise ResultsError(f"cannot write results to {self.final}: {why(error)}") from error
        return self

    def _place(self, overwrite, join):
        """The folder to write into, once what is there has been looked at."""
        if join and (self._new / MANIFEST).exists():
            return self._new
        if overwrite:
            return self.final if not existing(self.final) or self._is_half() else self._new
        is_old = any(
            file.parent == self.final and file.name.partition(".")[0] in TABLES
            for file in existing(self.final)
        )
        if is_old or (self.final / MANIFEST).exists():  # without, a process was killed before it wrote one
            self.check()
        return self.final

    def check(self):
        """ResultsError if the folder holds other results than these."""
        there = read_manifest(self.final)
        if words := differences(there, self.about):
            raise ResultsError(f"{self.final} holds other results ({words}): they are not mixed; {ANOTHER}")

    def _is_half(self):
        """Whether part of the very same results is there already."""
        with contextlib.suppress(ResultsError):
            return read_manifest(self.final)["identity"] == self.identity and bool(self.missing(self.final))
        return False

    def _begin(self, folder):
        more = {}
        (folder / SHARDS).mkdir(parents=True, exist_ok=True)
        if self.points is not None:
            part = aside(folder / SHARDS / DESIGN)
            self.points.reset_index().to_parquet(part, index=False)
            part.replace(folder / DESIGN)
            more["design_sha256"] = sha256(folder / DESIGN)
        if self.world is not None:
            part = aside(folder / SHARDS / START)
            self.world.save(part)
            part.replace(folder / START)
        write_json(folder / MANIFEST, sealed(self.about | more))

    # -- shards

    def missing(self, folder=None):
        """Numbers of the shards that are not complete."""
        return [shard for shard in range(self.shards) if not self.is_done(shard, folder)]

    def is_done(self, shard, folder=None):
        """Whether a shard is complete; ResultsError if it is of other results.

        A shard of which a file has gone, or has not the size it had, is not complete.
        """
        where = folder or self.folder
        try:
            receipt = read_receipt(where, shard, self.about)
            done = receipt is not None and all(
                (where / name).exists() and (where / name).stat().st_size == said["bytes"]
                for name, said in receipt["files"].items()
            )
        except (ResultsError, FileNotFoundError):
            if folder or where == self.folder:
                raise
            done = False
        if done or folder or where == self.folder:
            return done
        return self.is_done(shard)  # another process has put the results in their place meanwhile

    def hold(self, shard):
        """Hold a shard while it is played: a context that says whether it could be had."""
        return self._lock(self.folder, shard_name(shard))

    @contextlib.contextmanager
    def _lock(self, folder, name="", wait=False):
        """Hold a lock of a folder, also where another process has just put that in its place.

        A lock makes its folder where there is none, and `finish` removes it.
        """
        file = Path(SHARDS) / f".{name}.lock"
        with contextlib.ExitStack() as stack:
            try:
                mine = stack.enter_context(lock(folder / file, wait))
            except FileNotFoundError:
                if folder.exists():
                    raise
                mine = stack.enter_context(lock(self.final / file, wait))
            yield mine

    def write(self, shard, tables, failed, seconds):
        """Write the tables of a shard and the errors of its points, whole or not at all.

        Raises
        ------
        ResultsError
            The disk is full, or the folder cannot be written; the file is named.
        """
        folder, name = self.folder, shard_name(shard)
        part, files = aside(folder / SHARDS / name), {}
        file = part
        try:
            part.mkdir(exist_ok=True)
            for table, frame in tables.items():
                file = part / f"{table}.parquet"
                frame.to_parquet(file, index=False, compression="zstd")
                size, content = file.stat().st_size, sha256(file)
                files[f"{table}/{name}.parquet"] = {"rows": len(frame), "bytes": size, "sha256": content}
            for table in tables:
                file = folder / table / f"{name}.parquet"
                file.parent.mkdir(exist_ok=True)
                (part / f"{table}.parquet").replace(file)
            file = receipt_file(folder, shard)
            about = {"shard": shard, "identity": self.identity, "files": files}
            failed = {str(point): error for point, error in failed.items()}
            write_json(file, about | {"failed": failed, "seconds": round(seconds, 3)})
        except OSError as error:
            raise ResultsError(f"cannot write {file}: {why(error)}") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)

    # -- the end

    def finish(self):
        """Put new results in the place of old ones, and remove what killed processes left aside.

        Raises
        ------
        ResultsError
            No run of the new results could be played: the old ones stay.
        """
        try:
            if self._new.exists():
                self._replace()
            for left in (self.final / SHARDS).glob(".*.partial-*"):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            for left in (self.final / SHARDS).glob(".[0-9]*.lock"):
                discard(left)
        except OSError as error:
            raise ResultsError(f"cannot finish the results in {self.final}: {why(error)}") from error

    def _replace(self):
        with self._lock(self._new, wait=True):
            if not (self._new / MANIFEST).exists():  # another process was quicker
                shutil.rmtree(self._new, ignore_errors=True)
                return
            if self.missing(self._new):  # another process has begun them again
                return
            if not (self._new / "runs").exists():
                receipt = read_receipt(self._new, 0, self.about)
                shutil.rmtree(self._new)
                error = next(iter(receipt["failed"].values()))
                raise ResultsError(f"no point could be played ({error}): {self.final} stays as it was")
            own = set(existing(self.final))
            for file in self.final.rglob("*"):  # the files of others come along
                inside = file.relative_to(self.final)
                if not file.is_dir() and file not in own and inside.parts[0] not in (SHARDS, *TABLES):
                    (self._new / inside).parent.mkdir(parents=True, exist_ok=True)
                    _share(file, self._new / inside)
            if self.final.exists():
                self.final.rename(self._old)
            self._new.rename(self.final)
        shutil.rmtree(self._old, ignore_errors=True)

    def _recover(self):
        """Give old results their place again, if a process was killed between the renames of `_replace`."""
        if not self._old.exists():
            return
        under_way = (self._new / MANIFEST).exists()
        with self._lock(self._new, wait=True) if under_way else contextlib.nullcontext():
            if self._old.exists() and not existing(self.final):
                with contextlib.suppress(OSError):
                    self.final.rmdir()  # made again, and empty
                self._old.rename(self.final)
        shutil.rmtree(self._old, ignore_errors=True)


def _share(file, other):
    """Give a file a second name, or copy it where that cannot be."""
    other.unlink(missing_ok=True)
    try:
        os.link(file, other, follow_symlinks=False)
    except OSError:
        shutil.copy2(file, other, follow_symlinks=False)
