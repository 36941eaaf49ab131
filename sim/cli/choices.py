"""What there is to choose from by name: scenarios and experiments, and what is read of those that are chosen.

Names are those of folders; a folder is read when it is chosen, so that a broken one is in nobody's way.
"""

import hashlib
import json
import re
from pathlib import Path

from sim.cli.options import nested
from sim.scenario import ScenarioError, scenario_names
from sim.scenario.folder import Folder, find
from sim.scenario.statement import read_params

PACKAGE = Path(__file__).parents[1]
FILE = "design.yaml"


def letters(content):
    """Six letters and digits, the same for the same content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:6]


def scenario_choice(value):
    """What a scenario is chosen by: its name, or a word for a folder that was named by its path; else None.

    >>> scenario_choice("truce"), scenario_choice("nowhere")
    ('truce', None)
    """
    names = scenario_names()
    if value in names:
        return value
    if not value.strip() or not (Path(value) / "scenario.yaml").is_file():
        return None
    folder = Path(value).resolve()
    choice = re.sub(r"[^\w-]", "_", folder.name)
    return f"{choice}_{letters(str(folder))}" if choice in names and find(choice) != folder else choice


def scenario_node(name):
    """Options of a scenario, named or by path, as they go on top of the configuration."""
    try:
        folder = Folder(find(name))
        own = read_params(folder)
        own = {} if folder.problems else own
    except (ScenarioError, RecursionError):  # a broken one is invalid when it is run, not before
        own = {}
    return {"scenario": {"name": name, "params": own}, "params": nested(own)}


def experiments_folders():
    """Folders in which experiments are looked for: the shipped ones, and ``./experiments``."""
    shipped = PACKAGE / "_experiments"
    shipped = shipped if shipped.is_dir() else PACKAGE.parent / "experiments"
    own = Path.cwd() / "experiments"
    return [shipped] if own.resolve() == shipped.resolve() else [shipped, own]


def experiment_files():
    """Every experiment's file, as ``{name: path}``, sorted by name; one's own go before shipped ones."""
    found = {file.parent.name: file for folder in experiments_folders() for file in folder.glob(f"*/{FILE}")}
    return dict(sorted(found.items()))
