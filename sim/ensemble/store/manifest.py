"""The manifest of results: what made them, enough to make them again; covered by a hash of its own."""

import contextlib
import hashlib
import importlib.metadata
import json
import platform
import subprocess
import sys
from pathlib import Path

import llvmlite.binding as llvm
import numba

import sim
from sim._util.files import read_bytes, refuse_odd, write_text
from sim.core.kernel import PACKAGE
from sim.ensemble.store.layout import MANIFEST, TABLES, ResultsError, existing

SCHEMA = 2  # version of the columns and of the manifest; raised when an older reader would go wrong
PACKAGES = (
    *("numpy", "numba", "pandas", "pyarrow", "scipy"),
    *("networkx", "mesa", "matplotlib", "hydra-core"),
)
TIERS = {  # of x86-64 processors, the highest first: what each is told by
    "x86-64-v4": ("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"),
    "x86-64-v3": ("avx2", "fma", "bmi", "bmi2", "f16c"),
    "x86-64-v2": ("sse4.2", "ssse3", "popcnt"),
}
MOST_SHARDS = 10**5
LARGEST = 20_000_000_000  # bytes of one table of a shard, far beyond any
DETAILS = ("summary", "daily", "full")

# entries that decide the numbers: results are the same, to the bit, if these are
DECIDES = (
    *("schema", "code", "tables", "scenario", "scenarios", "params", "points", "design_hash"),
    *("runs", "seed", "days", "detail", "start", "draw", "set_by_name", "shards"),
)
# what every reader of results relies on: key, what it may be, and in words
NEEDED = {
    "scenario": (dict, "an object with name, hash and parents"),
    "scenarios": (dict, "an object with the hash of every scenario of a design"),
    "seed": (int, "a whole number"),
    "runs": (int, "a whole number"),
    "points": (int, "a whole number"),
    "runs_per_point": (int, "a whole number"),
    "shards": (int, "a whole number"),
    "days": (int, "a whole number"),
    "detail": (str, "summary, daily or full"),
    "start": ((dict, type(None)), "null, or an object with day"),
    "draw": ((str, type(None)), "null, or a hash"),
    "set_by_name": (list, "a list of names"),
    "params": (dict, "an object of dotted names and values"),
    "overrides": (dict, "an object of dotted names and values"),
    "design": ((dict, type(None)), "null, or an object with kind and over"),
    "code": (str, "a hash"),
    "identity": (str, "a hash"),
    "git": (dict, "an object with commit and edited"),
    "packages": (dict, "an object of names and versions"),
    "command": (list, "a list of words"),
}
WITHIN = {"scenario": ("name", "hash", "parents"), "git": ("commit", "edited"), "start": ("day",)}


def processor():
    """Name of the processor that rules are compiled for, and which tier of instructions it has.

    Examples
    --------
    >>> len(processor().split()) in (1, 2)
    True
    """
    name = numba.config.CPU_NAME or llvm.get_host_cpu_name()
    features = llvm.get_host_cpu_features()
    tiers = (tier for tier, needed in TIERS.items() if all(features.get(one) for one in needed))
    return " ".join([name, *list(tiers)[:1]])


def origin():
    """What made results, apart from the request: program, commit, packages, machine, command."""
    return {
        "program": "infighting",
        "version": sim.__version__,
        "git": git_state(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": processor(),
        "command": sys.argv,
    }


def sealed(content):
    """A manifest with the hash of what decides its numbers (``identity``), and the hash of the whole."""
    content = content | {"identity": _hash({key: content.get(key) for key in DECIDES})[:16]}
    return content | {"sha256": own_hash(content)}


def own_hash(content):
    """Hash of a manifest without the entry that holds it."""
    return _hash({key: value for key, value in content.items() if key != "sha256"})


def _hash(content):
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def differences(there, here):
    """What is not the same in two manifests, of all that decides the numbers; empty if nothing is.

    Parameters
    ----------
    there, here : dict
        As was, and as requested; what is an object in both is compared entry by entry.

    Returns
    -------
    str
        Such as ``"seed 1 there, 2 here"``, joined by semicolons.

    Examples
    --------
    >>> differences({"seed": 1, "params": {"march.on": True}}, {"seed": 1, "params": {"march.on": False}})
    'params.march.on True there, False here'
    """

    def told(there, here, before=""):
        for key in there | here:
            was, now = there.get(key), here.get(key)
            if isinstance(was, dict) and isinstance(now, dict):
                yield from told(was, now, f"{before}{key}.")
            elif was != now:
                yield f"{before}{key} {was} there, {now} here"

    return "; ".join(told(*({key: one.get(key) for key in DECIDES} for one in (there, here))))


def git_state():
    """Commit of the checkout the package runs from, and whether it was edited since; None outside one."""

    def ask(*words):
        return subprocess.run(
            ["git", "-C", str(PACKAGE.parent), *words], capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        if Path(ask("rev-parse", "--show-toplevel")) != PACKAGE.parent:
            return {"commit": None, "edited": None}  # installed inside somebody else's repository
        commit = ask("rev-parse", "--verify", "HEAD")
        return {"commit": commit, "edited": bool(ask("status", "--porcelain", "--", "sim", "scenarios"))}
    except (OSError, subprocess.CalledProcessError):
        return {"commit": None, "edited": None}


def write_json(file, content):
    """Write whole or not at all."""
    write_text(file, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def sha256(file):
    """Hex digest of a file's content; empty for what is no file, or none that this program wrote."""
    with contextlib.suppress(OSError):
        refuse_odd(file, LARGEST)
        with open(file, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    return ""


def read_json(file):
    """An object from a file, or ResultsError that names it."""
    try:
        content = json.loads(read_bytes(file))
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{file} is damaged: {error}") from error
    except OSError as error:
        raise ResultsError(f"{file} cannot be read: {error.strerror}") from error
    if not isinstance(content, dict):
        raise ResultsError(f"{file} is damaged: expected an object")
    return content


def read_manifest(folder):
    """The manifest of results; ResultsError if there is none, it was changed or makes no sense."""
    folder = Path(folder)
    file = folder / MANIFEST
    if not file.exists():
        raise ResultsError(_why_no_manifest(folder))
    content = read_json(file)
    if content.get("schema") == 1:
        raise ResultsError(_of_before(folder))
    if content.get("schema") != SCHEMA:
        raise ResultsError(f"{file} has schema {content.get('schema')}; this version reads schema {SCHEMA}")
    if content.get("sha256") != own_hash(content):
        raise ResultsError(
            f"{file} was changed after it was written (its own sha256 is not the one in it): what it says of "
            "these results cannot be trusted"
        )
    _check_keys(file, content)
    _check_counts(file, content)
    return content


def _check_keys(file, content):
    """ResultsError for the first key that is missing or is no such thing."""
    for key, (kind, words) in NEEDED.items():
        if key not in content:
            raise ResultsError(f"{file} is damaged: there is no key {key}; expected {words}")
        value = content[key]
        whole = isinstance(value, kind) and (kind is not int or not isinstance(value, bool))
        lacking = [k for k in WITHIN.get(key, ()) if k not in value] if whole and value is not None else []
        if not whole or lacking or (key == "detail" and value not in DETAILS):
            raise ResultsError(f"{file} is damaged: {key} is {json.dumps(value)[:60]}; expected {words}")


def _check_counts(file, content):
    """ResultsError for numbers that cannot be of one and the same result."""
    points, each, runs, shards = (content[key] for key in ("points", "runs_per_point", "runs", "shards"))
    if not (points >= 1 and each >= 1 and runs == points * each):
        raise ResultsError(f"{file} is damaged: runs is {runs}; expected {points} points of {each} runs")
    if not 1 <= shards <= min(runs, MOST_SHARDS):
        most = min(runs, MOST_SHARDS)
        raise ResultsError(f"{file} is damaged: shards is {shards}; expected a whole number from 1 to {most}")


def _of_before(folder):
    return (
        f"{folder} holds results of infighting 0.1.0 (schema 1), which this version does not read: make them "
        "anew under another name (name=...) or in their place (overwrite=true)"
    )


def _why_no_manifest(folder):
    if not folder.is_dir():
        return f"{folder}: there is no such folder"
    if any(file.parent == folder and file.name.partition(".")[0] in TABLES for file in existing(folder)):
        return _of_before(folder)  # killed before its manifest was written
    return f"{folder} holds no results: {MANIFEST} is missing"
