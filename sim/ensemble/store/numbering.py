"""Which runs are in which shard, and what its files are called."""

import json
from pathlib import Path

from sim.ensemble.store.manifest import ResultsError

DESIGN = "design.parquet"
SHARDS = "shards"
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
