"""Experiments: folders with a ``design.yaml``, found by name from any working directory.

``experiments/NN_question/design.yaml`` holds what differs from ``configs/config.yaml``: any option, among
them ``design``, ``params`` and (by name) ``scenario``. So ``python -m sim experiment=NN_question`` plays it.
"""

from pathlib import Path

import yaml

PACKAGE = Path(__file__).parent
FILE = "design.yaml"
OF_ONE_WORLD = {  # options that a design has no use for, and what to use instead
    "runs": "a design has design.runs_per_point",
    "figures": "a design leaves tables, and sim.load_results(FOLDER).at(POINT) is what sim.plots draws",
    "report": "a design leaves tables, and its summary says what became of every point",
}


def experiments_folders():
    """Folders in which experiments are looked for: the shipped ones, and ``./experiments``."""
    shipped = PACKAGE / "_experiments"
    shipped = shipped if shipped.is_dir() else PACKAGE.parent / "experiments"
    own = Path.cwd() / "experiments"
    return [shipped] if own.resolve() == shipped.resolve() else [shipped, own]


def experiment_files():
    """Every experiment's file, as ``{name: path}``, sorted by name; one's own go before shipped ones.

    Examples
    --------
    >>> all(path.name == "design.yaml" for path in experiment_files().values())
    True
    """
    found = {file.parent.name: file for folder in experiments_folders() for file in folder.glob(f"*/{FILE}")}
    return dict(sorted(found.items()))


def read_experiment(file):
    """Options of an experiment, as they go on top of the configuration.

    Parameters
    ----------
    file : Path
        Its design.yaml.

    Returns
    -------
    tuple of (dict, str)
        The options, with ``experiment`` as its name; what is wrong with the file, empty if nothing is.
    """
    name = file.parent.name
    told = f"{name}/{file.name}"
    try:
        content = yaml.safe_load(file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        return {"experiment": name}, f"{told} cannot be read: {error}"
    except yaml.YAMLError as error:
        return {"experiment": name}, f"{told} is no YAML: {' '.join(str(error).split())}"
    if not isinstance(content, dict):
        return {"experiment": name}, f"{told}: expected options, such as design: and params:"
    for option, instead in OF_ONE_WORLD.items():
        if option in content and "design" in content:
            return {"experiment": name}, f"{told}: {option} is of one world; {instead}"
    content = {"experiment": name} | content
    scenario = content.pop("scenario", None)
    if scenario is not None:
        content["defaults"] = [{"override /scenario": scenario}, "_self_"]
    return content, ""
