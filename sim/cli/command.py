"""The command around a job: Hydra, and one clear line and exit code 2 in place of a traceback.

Set HYDRA_FULL_ERROR=1 to see the traceback all the same.
"""

import os
import re
import sys
from pathlib import Path

import hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException, OverrideParseException
from hydra.types import RunMode
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.cli.config import BASIC, check_request, checked, configs_folder, register
from sim.cli.experiments import experiment_files, faults
from sim.cli.grid import Request
from sim.cli.options import OptionError, misspelt, unknown
from sim.ensemble.factors import DesignError
from sim.params import ParameterError
from sim.scenario import ScenarioError

REFUSED = (
    OptionError,
    ParameterError,
    ScenarioError,
    DesignError,
    HydraException,
    OmegaConfBaseException,
    OSError,
)


def is_refusal(error):
    """Whether an error is one that a clear line says all about."""
    from sim.ensemble.store.layout import ResultsError  # here: --help does not wait for the compiler

    return isinstance(error, (*REFUSED, ResultsError))


def command(job):
    """Make a command out of a job: Hydra around it, and errors as one clear line.

    Parameters
    ----------
    job : callable
        Called as ``job(options, folder, cfg)`` with checked `Options`, the folder for its results, and
        the whole configuration as plain values.

    Returns
    -------
    callable
        To be called without arguments; reads the command line.
    """

    def task(cfg):
        hydra_says, own = HydraConfig.get(), _output_folder()
        alone = hydra_says.mode == RunMode.RUN
        try:
            check_request(
                cfg, hydra_says.overrides.task, launcher=hydra_says.launcher._target_ if alone else BASIC
            )
            # shards go into one folder, whoever plays them
            folder = own if alone else Path(hydra_says.run.dir)
            job(checked(cfg), folder, OmegaConf.to_container(cfg, resolve=True))
        except Exception as error:
            if is_refusal(error) and alone and not traceback:
                _leave(error)
            raise  # of several jobs: the others go on, and Hydra says which one failed
        finally:
            _remove_empty(own)

    def main():
        # what messages and tab completion call the program; and Hydra wants -m before all overrides or after
        sys.argv[:] = ["infighting", *sorted(sys.argv[1:], key=lambda word: word not in ("-m", "--multirun"))]
        register()
        os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra then hands errors on instead of printing them
        try:
            start = hydra.main(version_base="1.3", config_path=str(configs_folder()), config_name="config")
            several, shown = {"-m", "--multirun"} & set(sys.argv), {"--cfg", "-c"} & set(sys.argv)
            if several and shown:
                _show_each(start(task))
            elif several:
                _play_each(start(task))
            else:
                start(task)()
        except KeyboardInterrupt:
            print("infighting: interrupted", file=sys.stderr)
            sys.exit(130)
        except Exception as error:
            if traceback or not is_refusal(error):
                raise
            _leave(error)

    traceback = os.environ.get("HYDRA_FULL_ERROR") == "1"
    return main


def _show_each(show):
    """``-m ... --cfg job``: the configuration of every job, one YAML document each. Hydra shows only one."""
    overrides, flags = _words()
    with hydra.initialize_config_dir(str(configs_folder()), version_base="1.3"):
        jobs = Request(overrides, GlobalHydra.instance().config_loader()).settings()
    for number, job in enumerate(jobs):
        print(f"--- # job {number}: {' '.join(job)}", flush=True)
        sys.argv[1:] = [*flags, *job]
        show()


def _play_each(command):
    """``-m``: a grid of all values, or a design after another."""
    from sim.cli.launching import play_grid  # here: it waits for the compiler

    overrides, flags = _words()

    def call(words, several):
        sys.argv[1:] = [*(["-m"] if several else []), *flags, *words]
        command()

    if code := play_grid(overrides, call):
        sys.exit(code)


def _words():
    """Overrides of the command line, and its flags without ``-m``."""
    words = [word for word in sys.argv[1:] if word not in ("-m", "--multirun")]
    overrides = [word for word in words if "=" in word and not word.startswith("-")]
    return overrides, [word for word in words if word not in overrides]


def _output_folder():
    """Where the job's results go: Hydra's output directory, relative to where the command was given."""
    folder = Path(HydraConfig.get().runtime.output_dir)
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _remove_empty(folder):
    """Remove the folder Hydra made for a job that was refused, and its parents here, if they are empty."""
    for empty in (folder, *folder.parents):
        if empty == Path() or empty == Path.cwd():
            return
        try:
            empty.rmdir()
        except OSError:
            return


def _leave(error):
    """Say what is wrong and what would be right; exit code 2."""
    for line in reason(error).splitlines():
        print(f"infighting: {line}", file=sys.stderr)
    sys.exit(2)


def reason(error):
    """What is wrong, in a line, from an error of this package or of Hydra's.

    Parameters
    ----------
    error : Exception
        As caught around the command.

    Returns
    -------
    str
        One line, or one for each problem.
    """
    text = str(error)
    if found := re.match(r"In 'experiment/([^']+)'", text):
        problems = faults(experiment_files()[found[1]])
        if lacking := re.search(r"Could not (?:find|load) '([^']+)'", text):
            problems.append(f"{found[1]}/design.yaml: defaults: there is no {lacking[1]}")
        return "\n".join(problems) or _one_line(text)
    if found := re.match(r"Could not override '([^']*)'", text):
        return misspelt(found[1])
    if found := re.search(r"Could not (?:find|load) 'hydra/launcher/(joblib|\w*slurm)'", text):
        name = found[1].removeprefix("submitit_")
        return f'hydra/launcher={name} is not installed; it comes with the extra: pip install ".[cluster]"'
    if found := re.search(r"Could not find '([^']+)/([^'/]+)'", text):
        known = re.findall(r"^\t(\S+)$", text, re.MULTILINE)
        return unknown(found[1], found[2], known) if known else _one_line(text)
    if found := re.search(r"Interpolation key '([^']+)' not found\s+full_key: (\S+)", text):
        asked = ",".join(re.findall(r"\bexperiment=(\S+)", " ".join(sys.argv))).split(",")
        problems = [
            line for name, file in experiment_files().items() if name in asked for line in faults(file)
        ]
        return "\n".join(problems) or f"{found[2]} takes from {found[1]}; {misspelt(found[1])}"
    if found := re.match(r"Error merging override (.*)", text):
        return f"{found[1]}: {_one_line(str(error.__cause__).splitlines()[0])}"
    if isinstance(error, OverrideParseException):
        lines = [line for line in text.splitlines() if "https://" not in line]
        return f"{error.override} cannot be read: {lines[-1]}"
    if isinstance(error, HydraException | OmegaConfBaseException):
        return _one_line(text or str(error.__cause__))
    if isinstance(error, OSError):
        return f"cannot write or read {error.filename}: {error.strerror}"
    return text


def _one_line(text):
    """Hydra's own words without its addresses and line breaks."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip() and "https://" not in line)
