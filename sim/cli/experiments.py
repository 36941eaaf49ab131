"""Experiments: folders with a ``design.yaml``, found by name from any working directory.

``experiments/NN_question/design.yaml`` holds what differs from ``configs/config.yaml``: any option, among
them ``design``, ``params`` and (by name) ``scenario``. So ``python -m sim experiment=NN_question`` plays it.
"""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import yaml
from omegaconf import BooleanNode, FloatNode, IntegerNode, StringNode
from omegaconf.errors import ValidationError

from sim.cli.options import DesignOptions, Options, misspelt, nested, option_names, unknown, wrong_values
from sim.ensemble.factors import flat
from sim.params import ParameterError, Params, as_dict, with_values
from sim.scenario import scenario_names

PACKAGE = Path(__file__).parents[1]
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
    dict
        The options, with ``experiment`` as its name; of a file that is none, the name alone.
    """
    content, problem = _content(file)
    content = {} if problem else dict(content)
    scenario = content.pop("scenario", None)
    if scenario in scenario_names():
        content["defaults"] = [{"override /scenario": scenario}, "_self_"]
    params = content.get("params")
    if isinstance(params, dict) and flat(params).keys() <= as_dict(Params()).keys():
        content["params"] = nested(flat(params))
    return content | {"experiment": file.parent.name}


def _content(file):
    """What a file says, and why it says nothing."""
    try:
        content = yaml.safe_load(file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        return None, f" cannot be read: {error}"
    except yaml.YAMLError as error:
        return None, f" is no YAML: {' '.join(str(error).split())}"
    if not isinstance(content, dict):
        return None, ": expected options, such as design: and params:"
    return content, ""


def faults(file):
    """Everything that is wrong with an experiment's file, whatever the command line changes.

    Parameters
    ----------
    file : Path
        Its design.yaml.

    Returns
    -------
    list of str
        A sentence for each fault, naming file, option, value and what was expected.
    """
    content, problem = _content(file)
    told = f"{file.parent.name}/{file.name}"
    return [told + problem] if problem else [f"{told}: {fault}" for fault in _faults(content)]


def _faults(content):
    """What is wrong with the options of a file."""
    types, sound = get_type_hints(Options), {}
    for option, value in content.items():
        if option in OF_ONE_WORLD and "design" in content:
            yield f"{option} is of one world; {OF_ONE_WORLD[option]}"
        elif option == "experiment":
            yield f"experiment = {value!r}: is called after its folder; leave it out"
        elif option == "scenario":
            if not isinstance(value, str):
                yield f"scenario = {value!r}: expected the name of one; several go to design.over.scenario"
            elif value not in scenario_names():
                yield unknown("scenario", value, scenario_names())
        elif option in PARTS:
            kind, wanted, look = PARTS[option]
            if isinstance(value, kind):
                yield from look(value)
            else:
                yield f"{option} = {value!r}: expected {wanted}"
        elif option not in types:
            yield misspelt(str(option))
        else:
            yield from _misfit(option, value, types[option], sound)
    yield from wrong_values(sound)


def _misfit(option, value, kind, sound):
    """What is wrong with the type of one value; a sound one is kept, as what it will be."""
    if isinstance(value, str) and "${" in value:  # taken from elsewhere, once all is known
        strange = [name for name in re.findall(r"\$\{([a-z][\w.]*)\}", value) if name not in option_names()]
        yield from (f"{option} = {value!r}: {misspelt(name)}" for name in strange)
        return
    (plain,) = {*(get_args(kind) or [kind])} - {type(None)}
    node, wanted = NODES[plain]
    may_lack = plain is not kind
    try:
        sound[option] = node(value, is_optional=may_lack)._value()
    except ValidationError:
        yield f"{option} = {value!r}: expected {wanted}{' or null' if may_lack else ''}"


def _faults_of_design(design):
    """What is wrong with a design as far as a file says it: the command line may add to it."""
    from sim.ensemble.design import factors_of, wrong_count  # here: slow, and --help needs none
    from sim.ensemble.plan import MOST_RUNS
    from sim.ensemble.store.manifest import MOST_SHARDS

    types, sound = get_type_hints(DesignOptions), {}
    for option, value in design.items():
        if option not in types:
            yield misspelt(f"design.{option}")
        elif option == "over":
            if isinstance(value, dict):
                sound[option] = flat(value)
            else:
                yield f"design.over = {value!r}: expected a line a factor, such as march.speed: [30, 60]"
        else:
            for fault in _misfit(option, value, types[option], sound):
                yield f"design.{fault}"
    for option, most in (("runs_per_point", MOST_RUNS["runs_per_point"]), ("shards", MOST_SHARDS)):
        if sound.get(option) is not None:
            yield from wrong_count(option, sound[option], most)
    if sound.get("kind") is None:
        return
    asked = {name: sound[name] for name in ("points", "seed", "levels", "second_order") if name in sound}
    _, problems = factors_of(sound["kind"], sound.get("over"), **asked)
    given = {name for name in ("points", "over") if sound.get(name) is not None}
    lacking = {f"design.{name} is {what}" for name, what in LACKING.items() if name not in given}
    yield from (problem for problem in problems if not problem.startswith(tuple(lacking)))


def _faults_of_params(params):
    """What is wrong with parameters."""
    sound = {}
    for name, value in flat(params).items():
        if name in as_dict(Params()):
            yield from _misfit(f"params.{name}", value, type(as_dict(Params())[name]), sound)
        elif name in vars(Params()):
            yield f"params.{name} = {value!r}: expected its parameters, such as march: {{speed: 40}}"
        else:
            yield misspelt(f"params.{name}")
    try:
        with_values(Params(), sound)
    except ParameterError as error:
        yield from error.problems


LACKING = {"points": "missing", "over": "empty"}  # what the command line may still add to a design
NODES = {  # by type: what decides whether a value is such, as in Hydra, and in words
    int: (IntegerNode, "a whole number"),
    float: (FloatNode, "a number"),
    bool: (BooleanNode, "true or false"),
    str: (StringNode, "a word"),
}
PARTS = {  # options that have options in them: what they are, in words, and who looks at them
    "design": (dict, "kind:, over: and the others, a line each", _faults_of_design),
    "params": (dict, "parameters, such as march: {speed: 40}", _faults_of_params),
    "defaults": (list, "a list, as Hydra has it", lambda _: ()),
    "hydra": (dict, "options of Hydra's own", lambda _: ()),
}
