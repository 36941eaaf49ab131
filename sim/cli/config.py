"""The door: what can be asked for on the command line, checked before anything is computed.

Hydra knows names and types. This file adds what Hydra does not: scenarios by name from any working
directory, ranges, and the nearest right name of a misspelt one. The command around it:
``sim/cli/command.py``.
"""

import hashlib
import json
from pathlib import Path

from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from omegaconf import OmegaConf

from sim.cli.experiments import OF_ONE_WORLD, experiment_files, faults, read_experiment
from sim.cli.options import OptionError, Options, misspelt, nested, option_names, unknown, wrong_values
from sim.params import ParameterError, Params, as_dict, check, with_values
from sim.scenario import ScenarioError, scenario_names
from sim.scenario.folder import Folder, find
from sim.scenario.statement import read_params

PACKAGE = Path(__file__).parents[1]
BASIC = "hydra._internal.core_plugins.basic_launcher.BasicLauncher"


def configs_folder():
    """The folder of config.yaml: inside an installed package, or beside it in a checkout."""
    installed = PACKAGE / "_configs"
    return installed if installed.is_dir() else PACKAGE.parent / "configs"


def register():
    """Tell Hydra the schema, the declared parameters and every scenario, by name and from any directory."""
    store = ConfigStore.instance()
    store.store(name="schema", node=Options)
    store.store(group="params", name="shipped", node=Params)
    for name in scenario_names():
        own = _own_params(name)
        node = {"scenario": {"name": name, "params": own}, "params": nested(own)}
        store.store(group="scenario", name=name, node=node, package="_global_")
    for name, file in experiment_files().items():
        store.store(group="experiment", name=name, node=read_experiment(file), package="_global_")


def _own_params(name):
    """Parameters a scenario sets itself; a broken one is refused when it is played, not before."""
    try:
        folder = Folder(find(name))
        own = read_params(folder)
        return {} if folder.problems else own
    except ScenarioError:
        return {}


def _changed(params, own, days, draw="defaults", *, _root_):
    """What tells a run from the scenario as shipped: length, draw, and six letters for other parameters."""
    shipped = as_dict(Params()) | OmegaConf.to_container(own)
    asked = as_dict(OmegaConf.to_object(params))
    other = {name: value for name, value in asked.items() if value != shipped[name]}
    if draw != "defaults":  # what is set by name is not drawn, whatever its value
        other |= {name: asked[name] for name in params_asked(_overrides(_root_)) if name in asked}
    text = f"_{days}_days" if days is not None else ""
    text += f"_{draw}" if draw != "defaults" else ""
    if other:
        text += "_" + _letters(other)
    return text


ASIDE = ("overwrite", "progress", "figures", "report", "dry_run", "name", "experiment", "design.shard")


def _asked(overrides):
    """Six letters that stand for what a sweep was asked to do."""
    return _letters(sorted(o for o in overrides if o.partition("=")[0] not in ASIDE[:5]))


def _called(experiment, kind, plain, *, _root_):
    """Name of the results: a plain one, or the experiment's, with six letters for what differs from it."""
    if kind is None:
        return plain
    other = sorted(o for o in _overrides(_root_) if o.partition("=")[0] not in ASIDE)
    if experiment is None:
        experiment = f"{_root_.scenario.name}_{kind}"
    return f"{experiment}_{_letters(other)}" if other else experiment


def _overrides(root):
    """What was asked for on the command line, also while the configuration is still being composed."""
    asked = OmegaConf.select(root, "hydra.overrides.task")
    if asked is None:
        asked = HydraConfig.get().overrides.task if HydraConfig.initialized() else []
    return asked


def _meanings():
    """The options of config.yaml with its comments, which is where they are explained; for --help."""
    text = (configs_folder() / "config.yaml").read_text()
    own = text[text.index("\nruns:") : text.index("\nhydra:")].strip()
    return own.replace("$", "$$")  # the help is a template, in which a dollar means something


def _letters(content):
    """Six letters and digits, the same for the same content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:6]


# here and not in `register`, so that a job in another process, which imports this file, has them too
OmegaConf.register_new_resolver("changed", _changed, replace=True)
OmegaConf.register_new_resolver("called", _called, replace=True)
OmegaConf.register_new_resolver("meanings", _meanings, replace=True)
OmegaConf.register_new_resolver(
    "detail_for", lambda kind: "full" if kind is None else "summary", replace=True
)
# cached, so that the jobs of a sweep share the folder that the whole sweep was given
OmegaConf.register_new_resolver("asked", _asked, replace=True, use_cache=True)


def checked(cfg):
    """The options as an object, or every problem with them at once.

    Parameters
    ----------
    cfg : omegaconf.DictConfig
        As composed by Hydra: names and types are right.

    Returns
    -------
    Options
        With ranges checked too.

    Raises
    ------
    OptionError
        One line for every option out of range.
    """
    if cfg.experiment is not None:
        _check_experiment(cfg.experiment)
    known = option_names()
    asked = [*_dotted(OmegaConf.to_container(cfg)), *(f"params.{name}" for name in cfg.scenario.params)]
    for name in asked:
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
    return options


def params_asked(overrides, experiment=None):
    """Parameters that a call sets by name, whatever the value.

    Parameters
    ----------
    overrides : sequence of str
        As given on the command line.
    experiment : str, optional
        Whose file may set some too.

    Returns
    -------
    set of str
        Dotted names.

    Examples
    --------
    >>> params_asked(["runs=20", "params.march.speed=30"])
    {'march.speed'}
    """
    words = (word.lstrip("+~").partition("=")[0] for word in overrides)
    names = {word.removeprefix("params.") for word in words if word.startswith("params.")}
    if experiment is not None:
        node = read_experiment(experiment_files()[experiment])
        names |= set(_flat(node.get("params") or {}))
    return names


def set_by_name(options, scenario, overrides):
    """Parameters that the command line or the experiment set, also those set to what they are anyway.

    Parameters
    ----------
    options : Options
        Checked.
    scenario : Scenario
        Theirs, loaded.
    overrides : sequence of str
        As given on the command line.

    Returns
    -------
    dict
        ``{dotted name: value}``, on top of the scenario's own.
    """
    own = as_dict(with_values(Params(), scenario.params))
    names = params_asked(overrides, options.experiment)
    values = as_dict(options.params)
    return {name: value for name, value in values.items() if name in names or value != own[name]}


def _flat(values, parents=()):
    """Dotted names of nested values."""
    for name, value in values.items():
        path = (*parents, str(name))
        yield from _flat(value, path) if isinstance(value, dict) else [".".join(path)]


def _check_experiment(name):
    """OptionError if there is no such experiment, or if its file is broken."""
    files = experiment_files()
    if name not in files:
        raise OptionError(unknown("experiment", name, list(files)))
    if problems := faults(files[name]):
        raise OptionError("\n".join(problems))


def _dotted(cfg):
    """Names of the options in a configuration, as in `option_names`."""
    yield from (name for name in cfg if name not in ("params", "design"))
    yield from (f"design.{name}" for name in cfg["design"])
    yield from (f"params.{group}.{name}" for group, values in cfg["params"].items() for name in values)


ALONE = ("design.kind", "design.shard", "design.shards")  # go with runs of one world, too


def check_request(cfg, overrides, launcher=BASIC):
    """Raise OptionError for options that would do nothing.

    Parameters
    ----------
    cfg : omegaconf.DictConfig
        As composed by Hydra.
    overrides : sequence of str
        As given on the command line.
    launcher : str
        Class of the launcher that is chosen, where there is nothing to launch.
    """
    if launcher != BASIC:
        raise OptionError("hydra/launcher= chooses who plays several jobs: add -m (--multirun)")
    words = {word.lstrip("+~").partition("=")[0] for word in overrides}
    if cfg.design.kind is not None and (useless := [name for name in OF_ONE_WORLD if name in words]):
        told = (f"{name}= is of one world; {OF_ONE_WORLD[name]}" for name in useless)
        raise OptionError("\n".join(told))
    stray = sorted(word for word in words if word.startswith("design.") and word not in ALONE)
    if cfg.design.kind is None and stray:
        raise OptionError(f"{stray[0]}= does nothing without a design: choose design.kind= or experiment=")
