"""The configuration of a run: composed by Hydra, checked before anything is computed.

Hydra knows names and types. This file adds what Hydra does not: scenarios by name from any working
directory, ranges, and the nearest right name of a misspelt one. The command around it: ``sim/cli/run.py``.
"""

from pathlib import Path

import hydra
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from omegaconf import OmegaConf, open_dict

from sim.cli.choices import PACKAGE, experiment_files, letters, scenario_choice, scenario_node
from sim.cli.experiments import OF_ONE_WORLD, faults, read_experiment, scenario_of
from sim.cli.options import OptionError, Options, misspelt, option_names, unknown, wrong_values
from sim.params import ParameterError, Params, as_dict, check, declared
from sim.scenario import scenario_names

DEFAULT = "january_2014"
READS_OTHERS = ("hydra.searchpath", "--config", "-c", "-sc")  # files that may choose any scenario


def configs_folder():
    """The folder of config.yaml: inside an installed package, or beside it in a checkout."""
    installed = PACKAGE / "_configs"
    return installed if installed.is_dir() else PACKAGE.parent / "configs"


def register(words=None, folders=None):
    """Tell Hydra the schema, the declared parameters, and scenarios and experiments by name.

    Those that are named somewhere in the words (without words, all) are read; of the others only the name is
    known. ``folders``: scenarios elsewhere, as ``{choice: path}``.
    """
    store, typed = ConfigStore.instance(), " ".join(words or ())
    is_all = words is None or "glob(" in typed or any(word.startswith(READS_OTHERS) for word in words)
    store.store(name="schema", node=Options)
    store.store(group="params", name="shipped", node=Params)
    chosen = {DEFAULT: DEFAULT} | (folders or {})
    for name, file in experiment_files().items():
        is_read = is_all or name in typed
        store.store(
            group="experiment",
            name=name,
            node=read_experiment(file) if is_read else {"experiment": name},
            package="_global_",
        )
        if is_read and (scenario := scenario_of(file)):
            chosen[scenario_choice(scenario)] = scenario
    names = scenario_names()
    chosen |= {name: name for name in names if is_all or name in typed}
    for name in {*names, *chosen}:
        node = scenario_node(chosen[name]) if name in chosen else {"scenario": {"name": name}}
        store.store(group="scenario", name=name, node=node, package="_global_")


def _changed(params, own, days, draw="defaults", *, _root_):
    """How a run differs from the scenario as shipped: length, draw, six letters for other parameters."""
    shipped = as_dict(Params()) | OmegaConf.to_container(own)
    values = as_dict(OmegaConf.to_object(params))
    other = {name: value for name, value in values.items() if value != shipped[name]}
    if draw != "defaults":  # what is set by name is not drawn, whatever its value
        other |= {name: values[name] for name in params_named(_overrides(_root_)) if name in values}
    text = f"_{days}_days" if days is not None else ""
    text += f"_{draw}" if draw != "defaults" else ""
    if other:
        text += "_" + letters(other)
    return text


ASIDE = (
    *("overwrite", "threads", "progress", "figures", "report", "objective", "dry_run", "name", "experiment"),
    "design.shard",
)


def _label(name):
    """A scenario in the name of a folder: its own name, or one made of its path."""
    return scenario_choice(name) or name


def _called(experiment, kind, plain, *, _root_):
    """Name of the results: a plain one, or the experiment's, with six letters for what differs from it."""
    if kind is None:
        return plain
    other = sorted(o for o in _overrides(_root_) if o.partition("=")[0] not in ASIDE)
    if experiment is None:
        experiment = f"{_label(_root_.scenario.name)}_{kind}"
    return f"{experiment}_{letters(other)}" if other else experiment


def _overrides(root):
    """The overrides of the command line, also while the configuration is still being composed."""
    overrides = OmegaConf.select(root, "hydra.overrides.task")
    if overrides is None:
        overrides = HydraConfig.get().overrides.task if HydraConfig.initialized() else []
    return overrides


def _default(p):
    """The usual value of a parameter with its unit and bounds."""
    if p.kind == "switch":
        return p.value
    return f"{f'{p.value:g} {p.unit}'.rstrip()}  [{p.low:g}, {p.high:g}]"


def _meanings():
    """The options of config.yaml with its comments, and the parameters with their meanings; for --help."""
    text = (configs_folder() / "config.yaml").read_text(encoding="utf-8")
    own = text[text.index("\nruns:") : text.index("\nhydra:")].strip()
    parameters = (f"params.{name}: {_default(p)}  # {p.meaning}" for name, p in declared().items())
    own = "\n".join((own, "", *parameters))
    return own.replace("$", "$$")  # the help is a template, in which a dollar means something


# here and not in `register`, so that a job in another process, which imports this file, has them too
for name, resolver in {
    "changed": _changed,
    "label": _label,
    "called": _called,
    "meanings": _meanings,
    "detail_for": lambda kind: "full" if kind is None else "summary",
}.items():
    OmegaConf.register_new_resolver(name, resolver, replace=True)


def composed(words):
    """The configuration of some overrides without Hydra's own part, and the folder for its results."""
    whole = hydra.compose("config", overrides=list(words), return_hydra_config=True)
    cfg = whole.copy()
    with open_dict(cfg):
        cfg.name = whole.name  # it depends on Hydra's part, which goes
        del cfg["hydra"]
    return cfg, Path(whole.hydra.run.dir)


def checked(cfg, words=()):
    """The options as an object with ranges checked too, or OptionError with a line for every problem.

    ``by_name`` are the parameters that the words, or the experiment's file, set, whatever the value.
    """
    if cfg.experiment is not None:
        files = experiment_files()
        if cfg.experiment not in files:
            raise OptionError(unknown("experiment", cfg.experiment, list(files)))
        if problems := faults(files[cfg.experiment]):
            raise OptionError("\n".join(problems))
    known = option_names()
    names = [*_dotted(OmegaConf.to_container(cfg)), *(f"params.{name}" for name in cfg.scenario.params)]
    for name in names:
        if name not in known:  # slipped in by Hydra's + prefix, or by a scenario
            raise OptionError(misspelt(name))
    options = OmegaConf.to_object(cfg)
    problems = list(wrong_values(vars(options)))
    try:
        check(options.params)
    except ParameterError as error:
        problems += error.problems
    if problems:
        raise OptionError("\n".join(problems))
    options.by_name = params_named(words, options.experiment)
    return options


def params_named(overrides, experiment=None):
    """Dotted names of parameters that a call, or its experiment's file, sets, whatever the value.

    >>> params_named(["runs=20", "params.march.speed=30"])
    {'march.speed'}
    """
    words = (word.lstrip("+~").partition("=")[0] for word in overrides)
    names = {word.removeprefix("params.") for word in words if word.startswith("params.")}
    if experiment is not None:
        node = read_experiment(experiment_files()[experiment])
        names |= set(_flat(node.get("params") or {}))
    return names


def _flat(values, parents=()):
    """Dotted names of nested values."""
    for name, value in values.items():
        path = (*parents, str(name))
        yield from _flat(value, path) if isinstance(value, dict) else [".".join(path)]


def _dotted(cfg):
    """Names of the options in a configuration, as in `option_names`."""
    yield from (name for name in cfg if name not in ("params", "design"))
    yield from (f"design.{name}" for name in cfg["design"])
    for group, values in cfg["params"].items():
        yield from (
            (f"params.{group}.{name}" for name in values) if isinstance(values, dict) else [f"params.{group}"]
        )


ALONE = ("design.kind", "design.shard", "design.shards")  # go with runs of one world, too


def check_request(cfg, overrides, launcher="basic"):
    """Raise OptionError for options that would do nothing, a launcher with nothing to launch among them."""
    if launcher != "basic":
        raise OptionError("hydra/launcher= chooses who runs several jobs: add -m (--multirun)")
    words = {word.lstrip("+~").partition("=")[0] for word in overrides}
    if cfg.design.kind is not None and (useless := [name for name in OF_ONE_WORLD if name in words]):
        raise OptionError("\n".join(f"{name}= is of one world; {OF_ONE_WORLD[name]}" for name in useless))
    stray = sorted(word for word in words if word.startswith("design.") and word not in ALONE)
    if cfg.design.kind is None and stray:
        raise OptionError(f"{stray[0]}= does nothing without a design: choose design.kind= or experiment=")
