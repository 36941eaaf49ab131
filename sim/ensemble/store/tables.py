"""Reading: the tables of a sweep, checked shard by shard."""

import warnings
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.ensemble.store.manifest import MANIFEST, ResultsError, read_manifest, sha256
from sim.ensemble.store.numbering import DESIGN, read_receipt, receipt_file, shard_name, shards_of
from sim.ensemble.store.results import TABLES


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
            stacklevel=5,
        )
