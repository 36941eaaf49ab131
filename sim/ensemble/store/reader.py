"""Reading: the tables of a folder of results, checked shard by shard when they are asked for."""

import warnings
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.ensemble.store.layout import DESIGN, MANIFEST, SHARDS, TABLES, ResultsError
from sim.ensemble.store.manifest import read_manifest, sha256
from sim.ensemble.store.receipts import read_receipt, receipt_file, rows_of, shard_name, shards_of


class Tables(Mapping):
    """The tables of a folder of results, each read when it is first asked for.

    Parameters
    ----------
    folder : path
        A folder with a manifest.

    Attributes
    ----------
    manifest : dict
        What made them; ``complete``, ``runs_done`` and ``shards_done`` say how far it went.
    failed : dict
        ``{point: error}``.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        about = self.manifest = read_manifest(folder)
        found = ((k, read_receipt(folder, k, about)) for k in range(about["shards"]))
        self._receipts = {shard: receipt for shard, receipt in found if receipt is not None}
        receipts = list(self._receipts.values())
        over = [f for f in (self.folder / SHARDS).glob("*.json") if f.stem.isdigit()]
        if len(over) > len(receipts):
            raise ResultsError(f"{self.folder} has {len(over)} shards; {MANIFEST} says {about['shards']}")
        self.failed = {int(point): error for r in receipts for point, error in r["failed"].items()}
        self.manifest |= {
            "complete": len(receipts) == about["shards"],
            "shards_done": len(receipts),
            "runs_done": sum(rows_of(receipt, "runs") for receipt in receipts),
            "wall_seconds": round(sum(receipt["seconds"] for receipt in receipts), 3),
            "files": {name: file for receipt in receipts for name, file in receipt["files"].items()},
        }
        self._names = [table for table in TABLES if any(has_table(r, table) for r in receipts)]
        self._sound, self._frames = set(), {}

    @cached_property
    def points(self):
        """The points of a design, checked against the manifest; None if there is no design."""
        if self.manifest["design"] is None:
            return None
        file = self.folder / DESIGN
        if not file.exists():
            raise ResultsError(f"{file} is missing")
        if sha256(file) != self.manifest.get("design_sha256"):
            raise ResultsError(f"{file} is damaged or was changed: its sha256 is not the one in {MANIFEST}")
        points = pd.read_parquet(file).set_index("point")
        if len(points) != self.manifest["points"]:
            raise ResultsError(f"{file} has {len(points)} points; {MANIFEST} says {self.manifest['points']}")
        return points

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
        """Some columns of one table, without reading the others."""
        columns = tuple(columns)
        if name in self._frames:
            return self._frames[name][list(columns)]
        if (name, columns) not in self._frames:
            self._frames[name, columns] = self._read(name, sorted(self._receipts), columns=list(columns))
        return self._frames[name, columns]

    def of_points(self, name, points):
        """One table for some points, from the shards they are in."""
        if name in self._frames:
            frame = self._frames[name]
            return frame[frame["point"].isin(points)]
        each = self.manifest["runs_per_point"]
        places = {point * each + run for point in points for run in (*range(0, each, self._step()), each - 1)}
        return self._read(name, self._shards(places), filters=[("point", "in", list(points))])

    def of_places(self, name, places):
        """One table for the runs at some places in the order of points, and for others of their shards."""
        if name in self._frames:
            return self._frames[name]
        return self._read(name, self._shards(places))

    def _step(self):
        """Runs that any shard has at least, so that such steps miss none."""
        return max(1, self.manifest["runs"] // self.manifest["shards"])

    def _shards(self, places):
        shards = shards_of(places, self.manifest["shards"], self.manifest["runs"])
        return [shard for shard in shards if shard in self._receipts]

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
        receipt = receipt_file(self.folder, shard)
        again = f"remove {receipt} and run the same command again to have the shard anew"
        if not file.exists():
            raise ResultsError(f"{file} is missing: {again}")
        if file.stat().st_size != said["bytes"] or sha256(file) != said["sha256"]:
            raise ResultsError(
                f"{file} is damaged or was changed (its sha256 is not the one written): {again}"
            )
        self._sound.add(file)
        return file


def has_table(receipt, table):
    """Whether a shard has a table, be it empty."""
    return f"{table}/{shard_name(receipt['shard'])}.parquet" in receipt["files"]


def warn_if_incomplete(tables):
    """Say that shards are missing, and what to do."""
    about = tables.manifest
    if not about["complete"]:
        warnings.warn(
            f"{tables.folder} is not complete: {about['shards_done']} of {about['shards']} shards are there; "
            "run the same command again to have the rest",
            stacklevel=4,
        )
