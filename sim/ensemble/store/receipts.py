"""Shards: which runs are in which, what their files are called, and the receipts that vouch for them."""

from pathlib import Path

from sim.ensemble.store.layout import SHARDS, TABLES, ResultsError
from sim.ensemble.store.manifest import read_json

DIGITS = 5  # of a shard's number


def shard_name(shard):
    """Number of a shard as its files have it."""
    return f"{shard:0{DIGITS}d}"


def shard_rows(shard, shards, runs):
    """First run of a shard, and the run after its last, among all runs in the order of points.

    Examples
    --------
    >>> [shard_rows(k, 3, 10) for k in range(3)]
    [(0, 3), (3, 6), (6, 10)]
    """
    return shard * runs // shards, (shard + 1) * runs // shards


def shards_of(places, shards, runs):
    """Shards in which some runs are (by their places in the order of points), in order."""
    # place r is in the last shard that begins at r or before: shard * runs // shards <= r
    return sorted({((int(place) + 1) * shards - 1) // runs for place in places})


def receipt_file(folder, shard):
    """The file of a shard's receipt."""
    return Path(folder) / SHARDS / f"{shard_name(shard)}.json"


def read_receipt(folder, shard, about):
    """Receipt of a shard, None if there is none.

    Parameters
    ----------
    folder : path
        Results.
    shard : int
        Which.
    about : dict
        Their manifest.

    Returns
    -------
    dict or None

    Raises
    ------
    ResultsError
        It is damaged, of other results, or vouches for another number of runs than the manifest says.
    """
    file = receipt_file(folder, shard)
    if not file.exists():
        return None
    again = "remove it, and run the same command again to have the shard anew"
    try:
        receipt = read_json(file)
    except ResultsError as error:
        raise ResultsError(f"{error} ({again})") from None
    if not _is_receipt(receipt, shard):
        raise ResultsError(f"{file} is damaged: it is no receipt of this shard ({again})")
    if receipt["identity"] != about["identity"]:
        raise ResultsError(
            f"{file} is of other code, another scenario or another request than the manifest "
            f"({receipt['identity']}, not {about['identity']}): it is not mixed in"
        )
    first, end = shard_rows(shard, about["shards"], about["runs"])
    each, failed = about["runs_per_point"], {int(point) for point in receipt["failed"]}
    lost = sum(max(0, min(end, (p + 1) * each) - max(first, p * each)) for p in failed)
    if rows_of(receipt, "runs") != end - first - lost:
        raise ResultsError(
            f"{file} counts {rows_of(receipt, 'runs')} runs; the manifest says {end - first - lost}: one of "
            "them was changed"
        )
    return receipt


def rows_of(receipt, table):
    """Rows of a table in one shard; 0 if it has none."""
    return receipt["files"].get(f"{table}/{shard_name(receipt['shard'])}.parquet", {"rows": 0})["rows"]


def _is_receipt(receipt, shard):
    """Whether it has all that readers rely on."""
    names = {f"{table}/{shard_name(shard)}.parquet" for table in TABLES}
    files, failed = receipt.get("files"), receipt.get("failed")
    return (
        receipt.get("shard") == shard
        and isinstance(receipt.get("identity"), str)
        and isinstance(receipt.get("seconds"), int | float)
        and isinstance(failed, dict)
        and all(point.isdecimal() and isinstance(error, str) for point, error in failed.items())
        and isinstance(files, dict)
        and names.issuperset(files)
        and all(_is_file(said) for said in files.values())
    )


def _is_file(said):
    return isinstance(said, dict) and (
        all(type(said.get(key)) is int and said[key] >= 0 for key in ("rows", "bytes"))
        and isinstance(said.get("sha256"), str)
    )
