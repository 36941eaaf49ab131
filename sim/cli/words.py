"""The words of a run before Hydra reads them: what Hydra would take for something else, or take silently."""

from dataclasses import dataclass, field

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Quote, QuotedString
from hydra.errors import HydraException

from sim._util.suggestions import did_you_mean
from sim.cli.choices import experiment_files, scenario_choice
from sim.cli.options import OptionError, current, no_values
from sim.scenario import scenario_names

SEVERAL = ("-m", "--multirun")
SHOW = "--show"
FLAGS = (
    *(*SEVERAL, SHOW, "--help", "-h", "--hydra-help", "--version", "--cfg", "-c", "--resolve", "--package"),
    *("-p", "--run", "-r", "--shell-completion", "-sc", "--config-path", "-cp", "--config-name", "-cn"),
    *("--config-dir", "-cd", "--experimental-rerun", "--info", "-i"),
)


@dataclass
class Words:
    """The words of a run, by kind."""

    overrides: list = field(default_factory=list)  # a scenario's folder by the name it is chosen by
    flags: list = field(default_factory=list)  # Hydra's own, with their values
    several: bool = False  # every combination of values is run (``-m``)
    show: bool = False  # the configuration is shown, and nothing run
    sweeper: str = ""  # one of Hydra's that chooses values by itself
    folders: dict = field(default_factory=dict)  # ``{choice: path}`` of scenarios named by their folder


def read_words(words):
    """Words as typed, sorted by kind; OptionError for every word that would do something else than it says.

    >>> read_words(["scenario=truce", "-m", "seed=1,2"]).several
    True
    """
    found = Words(several=any(word in SEVERAL for word in words), show=SHOW in words)
    rest = [current(word) for word in words if word not in (*SEVERAL, SHOW)]
    found.flags = [word for word in rest if word.startswith("-") or "=" not in word]
    sweepers = [word.partition("=")[2] for word in rest if word.startswith("hydra/sweeper=")]
    found.sweeper = next((name for name in sweepers if name != "basic"), "")
    if found.sweeper and not found.several:
        raise OptionError(f"hydra/sweeper={found.sweeper} chooses the values of several jobs: add -m")
    problems = [
        f"there is no option {flag}{did_you_mean(flag, FLAGS)}"
        for flag in found.flags
        if flag.startswith("-") and flag.partition("=")[0] not in FLAGS
    ]
    for word in (word for word in rest if word not in found.flags):
        try:
            found.overrides += _checked(word, found)
        except OptionError as error:
            problems.append(str(error))
    if problems:
        raise OptionError("\n".join(problems))
    return found


def _checked(word, found):
    """The words that stand for one override: none, itself, or the choices of folders."""
    key, _, raw = word.partition("=")
    if key == "scenario" and scenario_choice(raw) not in (None, raw):  # whatever its letters
        return [f"scenario={_choose(raw, found)}"]
    try:
        override = OverridesParser.create().parse_override(word)
    except HydraException:  # Hydra reports what is wrong with it
        return [word]
    if not override.key_or_group:
        raise OptionError(f"{word} names no option: expected name=value")
    if found.sweeper and override.is_sweep_override():  # it knows intervals, and chooses among values
        return [word]
    values = _values(override, word, found.several)
    if "/" in key and any(not isinstance(value, str | list) for value in values):
        raise OptionError(f"{word}: expected a name")
    if key not in ("scenario", "experiment", "params"):
        return [word]
    if key == "experiment" and values == [None]:
        return []
    expected = {
        "scenario": "expected the name of a scenario, or the path of its folder",
        "experiment": "expected the name of an experiment",
        "params": "expected a set of parameters; one parameter is set as params.march.speed=40",
    }[key]
    if key != "params" and any(isinstance(value, list) for value in values):
        each = [one for value in values for one in (value if isinstance(value, list) else [value])]
        listed = ",".join(map(str, each))
        raise OptionError(f"{word} names several: write -m {key}={listed} to run each of them")
    if any(not isinstance(value, str | list) for value in values):
        raise OptionError(f"{word}: {expected}")
    if key == "scenario":
        return [f"scenario={','.join(_choose(value, found) for value in values)}"]
    return [word]


def _values(override, word, several):
    """The values of an override, of a sweep all of them."""
    if not override.is_sweep_override():
        return [override.value()]
    key = override.get_key_element()
    if not several:
        raise OptionError(f"{word} has several values: add -m to run each of them")
    swept = override.value()
    if isinstance(swept, Glob):
        known = {"scenario": scenario_names(), "experiment": list(experiment_files())}.get(key)
        values = ["unknown"] if known is None else swept.filter(known)
    elif override.is_discrete_sweep():
        values = list(override.sweep_iterator())
        values = [value.text if isinstance(value, QuotedString) else value for value in values]
    else:
        raise OptionError(f"{word}: an interval has no values of its own; name them, as {key}=1,2,3")
    if not values:
        raise no_values(word)
    return values


def _choose(value, found):
    """The choice that stands for a scenario, in words that Hydra reads; a folder is remembered."""
    choice = scenario_choice(value)
    if choice is None:
        return value
    if choice != value:
        found.folders[choice] = value
    return choice if choice.isascii() else QuotedString(choice, Quote.single).with_quotes()
