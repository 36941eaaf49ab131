"""Experiments: folders with a ``design.yaml``, found by name from any working directory.

``experiments/NN_question/design.yaml`` holds what differs from ``configs/config.yaml``: any option, among
them ``design``, ``params`` and ``scenario``. So ``infighting experiment=NN_question`` runs it.
"""

import importlib.util
import re
import time
from typing import get_args, get_type_hints

from omegaconf import BooleanNode, FloatNode, IntegerNode, StringNode
from omegaconf.errors import ValidationError

from sim._util.files import read_bytes
from sim._util.suggestions import did_you_mean
from sim.cli.choices import experiments_folders, scenario_choice
from sim.cli.options import DesignOptions, Options, misspelt, nested, option_names, unknown, wrong_values
from sim.cli.parser import Parser
from sim.ensemble.factors import flat, named_twice
from sim.params import ParameterError, Params, as_dict, with_values
from sim.scenario import ScenarioError, scenario_names
from sim.scenario.head import read_head

OF_ONE_WORLD = {  # options that a design has no use for, and what to use instead
    "runs": "a design has design.runs_per_point",
    "figures": "a design leaves tables, and sim.load_results(FOLDER).at(POINT) is what sim.plots draws",
    "objective": "a design leaves tables: points.csv has every measure of every point",
    "report": "a design leaves tables, and its summary says what became of every point",
}


def read_experiment(file):
    """Options of an experiment's file, on top of the configuration; of a broken file the name alone."""
    content, problem = _content(file)
    content = {} if problem else dict(content)
    content.pop("scenario", None)
    if scenario := scenario_of(file):
        content["defaults"] = [{"override /scenario": scenario_choice(scenario)}, "_self_"]
    params = content.get("params")
    if isinstance(params, dict) and flat(params).keys() <= as_dict(Params()).keys():
        content["params"] = nested(flat(params))
    design = content.get("design")
    if isinstance(design, dict) and isinstance(design.get("over"), (str, list)):
        content["design"] = design | {"over": flat(design["over"])}  # what the command line can add to
    return content | {"experiment": file.parent.name}


def scenario_of(file):
    """The scenario that an experiment's file names, by name or path; None if it names none that there is."""
    content, problem = _content(file)
    scenario = None if problem else content.get("scenario")
    return scenario if isinstance(scenario, str) and scenario_choice(scenario) else None


def _content(file):
    """What a file says, and why it says nothing."""
    try:
        return read_head(read_bytes(file).decode("utf-8-sig"), ""), ""
    except (OSError, UnicodeDecodeError) as error:
        return None, f" cannot be read: {error}"
    except ScenarioError as error:
        return None, str(error)


def faults(file):
    """All that is wrong with an experiment's file, a sentence each, whatever the command line changes."""
    content, problem = _content(file)
    where = f"{file.parent.name}/{file.name}"
    return [where + problem] if problem else [f"{where}: {fault}" for fault in _faults(content)]


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
            elif scenario_choice(value) is None:
                yield unknown("scenario", value, scenario_names())
        elif option in PARTS:
            kind, expected, check = PARTS[option]
            if isinstance(value, kind):
                yield from check(value)
            else:
                yield f"{option} = {value!r}: expected {expected}"
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
    node, expected = NODES[plain]
    may_lack = plain is not kind
    try:
        sound[option] = node(value, is_optional=may_lack)._value()
    except ValidationError:
        yield f"{option} = {value!r}: expected {expected}{' or null' if may_lack else ''}"


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
            if isinstance(value, (dict, str, list)):
                yield from named_twice(value)
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
    sample = {name: sound[name] for name in ("points", "seed", "levels", "second_order") if name in sound}
    _, problems = factors_of(sound["kind"], sound.get("over"), **sample)
    lacking = [f"design.{name} is {what}" for name, what in LACKING.items() if sound.get(name) is None]
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


# --- infighting experiments -----------------------------------------------------------------------------


def experiments(words):
    """``infighting experiments``."""
    folders = {folder.name: folder for folder in questions()}
    text = f"""Run the experiments and draw what is made of them; what was run before is only drawn.

There are: {", ".join(folders)}. (02, the fit, has a command of its own: make fit.)"""
    examples = {"": "all of them, in full size", "03 06": "two of them", "--size quick": "a look, in minutes"}
    parser = Parser("experiments", text, examples)
    parser.add_argument(
        "names", nargs="*", metavar="NN", help="number or name of an experiment (default: all)"
    )
    parser.add_argument("--size", default="full", help="quick, full, or a multiple of the runs of full")
    parser.add_argument("--again", action="store_true", help="run anew what is there")
    request = parser.parse_args(words)
    chosen = [near for name in request.names for near in _named(name, folders, parser)]
    if request.size not in ("quick", "full") and not _is_multiple(request.size):
        parser.error(f"--size {request.size}: expected quick, full or a number above 0")
    file = experiments_folders()[0] / "runner.py"
    spec = importlib.util.spec_from_file_location("infighting_experiments", file)
    runner = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(runner)
    begun = time.perf_counter()
    for name in chosen or folders:
        print(f"== {name} ({request.size})", flush=True)
        started = time.perf_counter()
        try:
            out = runner.answer(folders[name], request.size, request.again)
        except KeyboardInterrupt:
            raise KeyboardInterrupt("what was run is there, and the same command goes on") from None
        print(f"   {out}: {time.perf_counter() - started:.0f} s", flush=True)
    print(f"All: {time.perf_counter() - begun:.0f} s")


def questions():
    """Folders of the experiments that ``infighting experiments`` runs, in order."""
    found = sorted(file.parent for file in experiments_folders()[0].glob("[0-9][0-9]_*/figures.py"))
    return [folder for folder in found if not (folder / "fit.yaml").exists()]


def _named(name, folders, parser):
    """Experiments by full name, number or question."""
    near = [known for known in folders if name in (known, known.split("_")[0], known.partition("_")[2])]
    if not near:
        hint = did_you_mean(name, folders) or f" (there are: {', '.join(folders)})"
        parser.error(f"there is no experiment {name}{hint}")
    return near


def _is_multiple(size):
    """Whether a size is a multiple of the full one."""
    try:
        return 0 < float(size) <= 100
    except ValueError:
        return False
