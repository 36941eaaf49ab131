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

from sim.shards.folder import SweepFolder
from sim.shards.numbering import MOST_SHARDS, shard_rows, shards_of
from sim.shards.tables import ShardTables, warn_if_incomplete

__all__ = ["MOST_SHARDS", "ShardTables", "SweepFolder", "shard_rows", "shards_of", "warn_if_incomplete"]
