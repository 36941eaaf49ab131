"""``infighting run``: Hydra around a job, its configuration shown, and what Hydra says in clear lines."""

import contextlib
import os
import re
import sys
from pathlib import Path

import hydra
import yaml
from hydra.core.global_hydra import GlobalHydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException, OverrideParseException
from hydra.types import RunMode
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.cli.choices import experiment_files, letters
from sim.cli.command import complain, is_clear
from sim.cli.config import check_request, checked, composed, configs_folder, register
from sim.cli.experiments import faults
from sim.cli.grid import Request
from sim.cli.options import OptionError, misspelt, unknown
from sim.cli.parser import Parser, UsageError
from sim.cli.words import read_words

TRACEBACK = "HYDRA_FULL_ERROR"  # set to 1 in the environment, an error comes with its traceback


def sweep(job, words):
    """``infighting sweep``: run every combination of values."""
    examples = {
        "seed=1,2 runs=200": "two jobs",
        "'params.plans.pinning=range(0,1,0.25)'": "the values of a range",
        "scenario=truce,pursuit seed=1,2": "four jobs",
    }
    text = """Run every combination of some values as a grid: one folder, and one table with a row a setting.

Run the same command again to resume. infighting run --help lists every option."""
    if {"-h", "--help"} & set(words):
        Parser("sweep", text, examples).print_help()
        return
    if not any("=" in word for word in words):
        raise UsageError("sweep: name an option and values, such as seed=1,2; see infighting sweep --help")
    run(job, [*words, "-m"])


def run(job, words):
    """``infighting run``: compose the configuration, check it, and call ``job(options, folder, cfg)``."""
    with _errors_handed_on() as has_traceback:
        try:
            _run(job, words, has_traceback)
        except (HydraException, OmegaConfBaseException) as error:
            if has_traceback:
                raise
            raise OptionError(reason(error)) from error


@contextlib.contextmanager
def _errors_handed_on():
    """Hydra hands errors on instead of printing them; gives whether tracebacks are wanted, as before."""
    before = os.environ.get(TRACEBACK)
    os.environ[TRACEBACK] = "1"
    try:
        yield before == "1"
    finally:  # of a process that goes on, such as a notebook's
        del os.environ[TRACEBACK]
        if before is not None:
            os.environ[TRACEBACK] = before


def _run(job, words, has_traceback):
    """Compose the configuration and do what it says."""
    read = read_words(words)
    register(words, read.folders)
    if read.show:
        _show(read)
        return
    # -m goes before all overrides; and what messages and tab completion call the program
    sys.argv[:] = ["infighting", *(["-m"] if read.several else []), *read.flags, *read.overrides]
    start = hydra.main(version_base="1.3", config_path=str(configs_folder()), config_name="config")
    command = start(_task(job, has_traceback))
    if not read.several:
        command()
    elif read.sweeper:
        _search(command, read)
    elif {"--cfg", "-c"} & set(read.flags):
        _print_each(command, read)
    elif code := _play_each(command, read):
        sys.exit(code)


def _task(job, has_traceback):
    """What Hydra calls for each configuration."""

    def task(cfg):
        settings = HydraConfig.get()
        own = Path(settings.runtime.output_dir)
        own = own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own
        is_alone = settings.mode == RunMode.RUN
        try:
            launcher = settings.runtime.choices["hydra/launcher"] if is_alone else "basic"
            check_request(cfg, settings.overrides.task, launcher=launcher)
            # the shards of a design go into one folder, whoever runs them
            folder = own if is_alone else Path(settings.run.dir)
            options = checked(cfg, settings.overrides.task)
            options.is_trial = not is_alone and settings.runtime.choices["hydra/sweeper"] != "basic"
            return job(options, folder, OmegaConf.to_container(cfg, resolve=True))
        except Exception as error:
            if is_alone and not has_traceback:
                if isinstance(error, HydraException | OmegaConfBaseException):
                    error = OptionError(reason(error))
                if is_clear(error):
                    sys.exit(complain(error))
            raise  # of several jobs: the others go on, and Hydra reports which one failed
        finally:
            _remove_empty(own)

    return task


def _search(command, read):
    """``-m`` with a sweeper: it chooses the values of each trial, and is told the objective."""
    name = next((word for word in read.overrides if word.startswith("name=")), None)
    words = [word for word in read.overrides if word != name]
    with hydra.initialize_config_dir(str(configs_folder()), version_base="1.3"):
        chosen = OverridesParser.create(config_loader=GlobalHydra.instance().config_loader())
        parsed = chosen.parse_overrides(words)
        fixed = [one.input_line for one in parsed if not one.is_sweep_override()]
        cfg, _ = composed([word for word in fixed if not word.startswith("hydra")])
    check_request(cfg, fixed)
    options = checked(cfg, fixed)
    if options.design.kind is not None:
        raise OptionError(f"hydra/sweeper={read.sweeper} goes from world to world: leave the design out")
    if options.objective is None:
        raise OptionError(f"hydra/sweeper={read.sweeper} needs objective=, the measure that it is told")
    place = f"results/{name.partition('=')[2] if name else f'{read.sweeper}_{letters(sorted(words))}'}"
    words += [f"hydra.run.dir='{place}/${{name}}'", f"hydra.sweep.dir='{place}'"]
    sys.argv[1:] = ["-m", *read.flags, *words, "hydra.sweep.subdir=trial_${hydra.job.num}"]
    command()
    print(f"Results: {place}")


def _play_each(command, read):
    """``-m``: a grid of all values, or a design after another; the exit code."""
    from sim.cli.launching import play_grid  # here: it waits for the compiler

    def call(words, several):
        sys.argv[1:] = [*(["-m"] if several else []), *read.flags, *words]
        command()

    return play_grid(read.overrides, call, read.folders)


def _print_each(command, read):
    """``-m ... --cfg job``: the configuration of every job, one YAML document each. Hydra shows only one."""
    with hydra.initialize_config_dir(str(configs_folder()), version_base="1.3"):
        jobs = Request(read.overrides, GlobalHydra.instance().config_loader()).settings()
    for number, job in enumerate(jobs):
        print(f"--- # job {number}: {' '.join(job)}", flush=True)
        sys.argv[1:] = [*read.flags, *job]
        command()


def _show(read):
    """``--show``: for every job what differs from the defaults, and the whole configuration."""
    with hydra.initialize_config_dir(str(configs_folder()), version_base="1.3"):
        default = dict(_entries(composed([])[0]))
        jobs = Request(read.overrides, GlobalHydra.instance().config_loader()).settings()
        for number, job in enumerate(jobs if read.several else [read.overrides]):
            cfg, _ = composed(job)
            check_request(cfg, job)
            checked(cfg)
            entries = dict(_entries(cfg))
            other = {name: value for name, value in entries.items() if value != default.get(name)}
            print(f"--- # job {number}: {' '.join(job)}" if read.several else "---")
            print("# differs from the defaults:" if other else "# nothing differs from the defaults")
            for name, value in other.items():
                before = f"{_plain(default[name])} -> " if name in default else ""
                print(f"#   {name}: {before}{_plain(value)}")
            print(OmegaConf.to_yaml(cfg, resolve=True), end="")


def _entries(cfg):
    """Every option and its value, by dotted name."""
    stack = [((), OmegaConf.to_container(cfg, resolve=True))]
    while stack:
        path, value = stack.pop(0)
        if isinstance(value, dict) and value:
            stack[:0] = [((*path, str(name)), one) for name, one in value.items()]
        else:
            yield ".".join(path), value


def _plain(value):
    """A value as YAML writes it, in a line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6)
    return text.split("\n...")[0].strip()


def _remove_empty(folder):
    """Remove the folder Hydra made for a job that was invalid, and its parents here, if they are empty."""
    for empty in (folder, *folder.parents):
        if empty == Path() or empty == Path.cwd():
            return
        try:
            empty.rmdir()
        except OSError:
            return


def reason(error):
    """What is wrong, from an error of Hydra's: one line, or one for each problem."""
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
    if found := re.search(r"Could not (?:find|load) 'hydra/sweeper/(\w+)'", text):
        return f"hydra/sweeper={found[1]} is not installed: pip install hydra-{found[1]}-sweeper"
    if found := re.search(r"Could not find '([^/']+)/([^']+)'", text):
        known = re.findall(r"^\t(\S+)$", text, re.MULTILINE)
        return unknown(found[1], found[2], known) if known else _one_line(text)
    if found := re.search(r"Interpolation key '([^']+)' not found\s+full_key: (\S+)", text):
        names = ",".join(re.findall(r"\bexperiment=(\S+)", " ".join(sys.argv))).split(",")
        files = [file for name, file in experiment_files().items() if name in names]
        problems = [line for file in files for line in faults(file)]
        return "\n".join(problems) or f"{found[2]} takes from {found[1]}; {misspelt(found[1])}"
    if found := re.match(r"Error merging override (.*)", text):
        return f"{found[1]}: {_one_line(str(error.__cause__).splitlines()[0])}"
    if isinstance(error, OverrideParseException):
        if not error.override.isascii():
            name, _, value = error.override.partition("=")
            return f"{error.override} cannot be read: quote letters beyond a to z, as in \"{name}='{value}'\""
        lines = [line for line in text.splitlines() if "https://" not in line and line.strip(" ^")]
        return f"{error.override} cannot be read: {lines[-1]}"
    return _one_line(text or str(error.__cause__))


def _one_line(text):
    """Hydra's own words without its addresses and line breaks."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip() and "https://" not in line)
