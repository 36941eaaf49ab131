"""The manifest of results: what made them, enough to make them again; written whole or not at all."""

import hashlib
import importlib.metadata
import json
import platform
import subprocess
import sys
from pathlib import Path

import sim
from sim._util.errors import InfightingError
from sim.core.kernel import PACKAGE, source_hash
from sim.params import as_dict

SCHEMA = 1  # version of the columns and of the manifest; raised when an older reader would go wrong
MANIFEST = "manifest.json"
PACKAGES = ("numpy", "numba", "pandas", "pyarrow", "scipy", "networkx", "mesa", "matplotlib", "hydra-core")

# what every reader of results relies on: key, what it may be, and in words
NEEDED = {
    "scenario": (dict, "an object with name, hash and parents"),
    "seed": (int, "a whole number"),
    "runs": (int, "a whole number"),
    "days": (int, "a whole number"),
    "detail": (str, "summary, daily or full"),
    "start": ((dict, type(None)), "null, or an object with day"),
    "params": (dict, "an object of dotted names and values"),
    "code": (str, "a hash"),
    "git": (dict, "an object with commit and edited"),
    "packages": (dict, "an object of names and versions"),
    "command": (list, "a list of words"),
}
WITHIN = {"scenario": ("name", "hash", "parents"), "git": ("commit", "edited"), "start": ("day",)}
NEEDED_OF_ONE_WORLD = {  # a sweep says this of every shard
    "complete": (bool, "true or false"),
    "runs_done": (int, "a whole number"),
    "files": (dict, "an object with rows and sha256 of every file"),
}


class ResultsError(InfightingError):
    """A folder of results that cannot be written, or cannot be trusted; the message names the file."""


def manifest(scenario, params, *, seed, runs, days, detail, start=None, draw=None, asked=()):
    """Everything needed to make the same results again.

    Parameters
    ----------
    scenario : Scenario
        What was played.
    params : Params
        With which parameters.
    seed, runs, days, detail
        As given to `sim.run_ensemble`.
    start : dict, optional
        Day and luck of the stepped world the runs went on from; None for the scenario's own start.
    draw : str, optional
        SHA-256 of the posterior from which parameters and garrisons were drawn; None if they were not.
    asked : sequence of str
        Parameters that were set by name, and so were not drawn.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    decides = {"seed": seed, "runs": runs, "days": days, "detail": detail, "start": start, "draw": draw}
    return {
        "program": "infighting",
        "version": sim.__version__,
        **what_decides(scenario, params, **decides, asked=asked),
        "git": git_state(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "command": sys.argv,
    }


def what_decides(scenario, params, *, seed, runs, days, detail, start=None, draw=None, asked=()):
    """The part of a manifest that decides the numbers: the same is said of the same runs.

    Parameters
    ----------
    scenario, params, seed, runs, days, detail, start, draw, asked
        As for `manifest`.

    Returns
    -------
    dict
        Plain values, ready for JSON.
    """
    return {
        "schema": SCHEMA,
        "scenario": {"name": scenario.name, "hash": scenario.hash, "parents": list(scenario.parents)},
        "seed": int(seed),
        "runs": int(runs),
        "days": int(days),
        "detail": detail,
        "start": start,
        "draw": draw,
        "asked": list(asked),
        "params": as_dict(params),
        "code": source_hash(),
    }


def differences(there, here):
    """What is not the same in two descriptions of what decides the numbers, in words; empty if all is.

    Parameters
    ----------
    there, here : dict
        As was, and as asked for; what is a dict in both is told entry by entry.

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

    return "; ".join(told(there, here))


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


def amend(folder, **more):
    """Add entries to the manifest of a folder of results."""
    file = Path(folder) / MANIFEST
    write_json(file, json.loads(file.read_text()) | more)


def write_json(file, content, partial=None):
    """Write whole or not at all: another file (``partial``) gets this name when it is whole."""
    partial = partial or file.with_name(file.name + ".partial")
    partial.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    partial.replace(file)


def sha256(file):
    """Hex digest of a file's content."""
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(folder):
    """The manifest of a folder of results, checked.

    Parameters
    ----------
    folder : path
        A folder written by `save`, `sim.run_ensemble` or ``python -m sim``.

    Returns
    -------
    dict
        Its content.

    Raises
    ------
    ResultsError
        There is none, or it lacks what readers rely on; the message names file and key.
    """
    file = Path(folder) / MANIFEST
    if not file.exists():
        raise ResultsError(_why_no_manifest(Path(folder)))
    try:
        content = json.loads(file.read_text())
    except ValueError as error:
        raise ResultsError(f"{file} is damaged: {error}") from error
    if not isinstance(content, dict):
        raise ResultsError(f"{file} is damaged: expected an object with keys such as scenario and seed")
    if content.get("schema") != SCHEMA:
        raise ResultsError(f"{file} has schema {content.get('schema')}; this version reads schema {SCHEMA}")
    _check_keys(file, content)
    return content


def _check_keys(file, content):
    """ResultsError for the first key that is missing or is no such thing."""
    for key, (kind, words) in (NEEDED | ({} if "identity" in content else NEEDED_OF_ONE_WORLD)).items():
        if key not in content:
            raise ResultsError(f"{file} is damaged: there is no key {key}; expected {words}")
        value = content[key]
        whole = isinstance(value, kind) and (kind is not int or not isinstance(value, bool))
        lacking = [k for k in WITHIN.get(key, ()) if k not in value] if whole and value is not None else []
        if not whole or lacking:
            raise ResultsError(f"{file} is damaged: {key} is {json.dumps(value)[:60]}; expected {words}")


def _why_no_manifest(folder):
    if not folder.is_dir():
        return f"{folder}: there is no such folder"
    partial = sorted(f.name for f in folder.glob("*.partial"))
    if partial:
        return f"{folder} is half-written (killed before it was closed): {', '.join(partial)}"
    return f"{folder} holds no results: {MANIFEST} is missing"
