"""The manifest of results: what made them, enough to make them again; written whole or not at all."""

import hashlib
import importlib.metadata
import json
import platform
import subprocess
import sys
from pathlib import Path

import sim
from sim.kernel import PACKAGE, source_hash
from sim.params import as_dict

SCHEMA = 1  # version of the columns and of the manifest; raised when an older reader would go wrong
MANIFEST = "manifest.json"
PACKAGES = ("numpy", "numba", "pandas", "pyarrow", "scipy", "networkx", "mesa", "matplotlib", "hydra-core")


class ResultsError(ValueError):
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
    return {
        "program": "infighting",
        "version": sim.__version__,
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
        "git": git_state(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "command": sys.argv,
    }


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
    """
    file = Path(folder) / MANIFEST
    if not file.exists():
        raise ResultsError(_why_no_manifest(Path(folder)))
    try:
        content = json.loads(file.read_text())
        schema = content["schema"]
    except (ValueError, KeyError) as error:
        raise ResultsError(f"{file} is damaged: {error}") from error
    if schema != SCHEMA:
        raise ResultsError(f"{file} has schema {schema}, and this version reads schema {SCHEMA}")
    return content


def _why_no_manifest(folder):
    if not folder.is_dir():
        return f"{folder}: there is no such folder"
    partial = sorted(f.name for f in folder.glob("*.partial"))
    if partial:
        return f"{folder} is half-written (killed before it was closed): {', '.join(partial)}"
    return f"{folder} holds no results: {MANIFEST} is missing"
