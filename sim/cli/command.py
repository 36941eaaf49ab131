"""``infighting``: its subcommands, and one clear line and exit code 2 in place of a traceback.

Set HYDRA_FULL_ERROR=1 to see the traceback all the same.
"""

import importlib
import os
import sys

import sim
from sim._util.suggestions import did_you_mean
from sim.cli.parser import UsageError

COMMANDS = {  # name: (where it is, what it does in a line); imported when it is used
    "run": ("sim.cli.run:run", "run a scenario many times, or a design; any OPTION=VALUE without a command"),
    "sweep": ("sim.cli.run:sweep", "run every combination of some values: run -m"),
    "shards": ("sim.cli.shards:shards", "play a result in parts, each started by a batch system"),
    "experiments": ("sim.cli.experiments:experiments", "answer the questions of experiments/"),
    "report": ("sim.cli.results:report", "one HTML file about results; about several, a comparison"),
    "compare": ("sim.cli.results:compare", "paired differences of results, with intervals"),
    "forecast": ("sim.cli.forecast:forecast", "forecast who holds what after a day, from the record to it"),
    "score": ("sim.cli.results:score", "score results against a record of what happened"),
    "record": ("sim.cli.results:record", "check a record, or make its weekly counts from UCDP or ACLED"),
    "verify": ("sim.cli.results:verify", "run a sample of results again, and compare every cell"),
    "params": ("sim.cli.pages:params", "parameters found by a word: value, unit, bounds, meaning, source"),
    "docs": ("sim.cli.pages:docs", "write the pages that come from code, or check them"),
    "completion": ("sim.cli.completion:completion", "a script with which Tab completes, for bash or zsh"),
    "scenario": (
        "sim.cli.pages:scenario",
        "begin a scenario of your own from one that is there, or check one",
    ),
    "garrisons": ("sim.cli.pages:garrisons", "deal the garrisons of a scenario over its towns"),
}
PLAY = ("run", "sweep", "shards")  # commands that take the options of a run
EXAMPLES = """examples:
  infighting                                      1,000 runs of January 2014, seed 1
  infighting scenario=truce runs=200              another scenario, fewer runs
  infighting sweep seed=1,2 runs=200              several settings as a grid, one table
  infighting report results/truce_200_runs_seed_1
  infighting params grievance

infighting run --help lists every option; infighting COMMAND --help explains a command."""


def call(job, words):
    """Do what some words say; the exit code, None for 0. `PLAY` call ``job(options, folder, cfg)``."""
    has_traceback = os.environ.get("HYDRA_FULL_ERROR") == "1"
    try:
        code = _call(job, list(words))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read the output has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if has_traceback or not is_clear(error):
            raise
        return complain(error)


def _call(job, words):
    """The command itself."""
    first = words[0] if words else ""
    if first in ("-h", "--help", "help"):
        wide = max(map(len, COMMANDS))
        lines = [f"  {name:<{wide}}  {line}" for name, (_, line) in COMMANDS.items()]
        print("usage: infighting [COMMAND] ...\n\ncommands:", *lines, "", EXAMPLES, sep="\n")
        return None
    if first == "--version":
        print(f"infighting {sim.__version__}")
        return None
    is_option = first.startswith(("-", "+", "~")) or "=" in first
    name = "run" if not first or is_option else first
    if name not in COMMANDS:
        hint = did_you_mean(first, COMMANDS) or f" (there are: {', '.join(COMMANDS)})"
        raise UsageError(f"there is no command {first!r}{hint}")
    module, _, function = COMMANDS[name][0].partition(":")
    command = getattr(importlib.import_module(module), function)
    rest = words if is_option else words[1:]
    return command(job, rest) if name in PLAY else command(rest)


def is_clear(error):
    """Whether a clear line says all about an error: of this program's own kinds, or of the file system."""
    own = isinstance(error, ValueError) and type(error).__module__.startswith("sim.")
    return own or isinstance(error, OSError)


def complain(error):
    """Print what is wrong and what would be right; the exit code is 2."""
    text = str(error)
    if isinstance(error, OSError):
        text = f"cannot write or read {error.filename}: {error.strerror}" if error.strerror else text
    for line in text.splitlines():
        print(f"infighting: {line}", file=sys.stderr)
    return 2
