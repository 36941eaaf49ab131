"""Designs and settings from the command line: one after another here, or as jobs of any Hydra launcher."""

import contextlib
import sys
import threading
from pathlib import Path

import pandas as pd
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Quote, QuotedString
from omegaconf import OmegaConf, open_dict

from sim._util.progress import bar_over, begin_here
from sim.analysis.measures import measures
from sim.cli import dry_run
from sim.cli.config import check_request, checked
from sim.cli.options import OptionError
from sim.cli.resuming import has_pictures, has_runs
from sim.core.kernel import is_warm
from sim.ensemble.design import Setting, make_design
from sim.ensemble.factors import DesignError, flat
from sim.ensemble.store.numbering import shard_rows
from sim.ensemble.store.results import ResultsError, load_results
from sim.ensemble.sweep import Sweep
from sim.params import Params, as_dict, with_values
from sim.report.summary import show_summary, summary
from sim.scenario import load_scenario

SUMMARY = "summary.parquet"  # of a design: one row a point and outcome measure
TABLE = "sweep"  # of a multirun: one row a job and outcome measure, as .parquet and .csv
LOOK = 1.0  # seconds between two looks at what the jobs have done


class LaunchError(OptionError):
    """A launcher gave up; what the jobs have written stays."""


def sweep_for(options):
    """The sweep that options ask for.

    Parameters
    ----------
    options : sim.cli.options.Options
        Checked, with a design.

    Returns
    -------
    sim.ensemble.sweep.Sweep
    """
    asked = options.design
    design = make_design(
        asked.kind,
        flat(asked.over),
        asked.points,
        seed=asked.seed,
        levels=asked.levels,
        second_order=asked.second_order,
    )
    scenario = load_scenario(options.scenario.name)
    shipped = as_dict(with_values(Params(), scenario.params))
    given = {name: value for name, value in as_dict(options.params).items() if value != shipped[name]}
    return Sweep(
        design,
        Setting(scenario, given),
        runs_per_point=asked.runs_per_point,
        seed=options.seed,
        days=options.days,
        detail=options.detail,
        shards=asked.shards,
    )


def play_design(options, folder, cfg):
    """Play a design, or one shard of it, into a folder; show what became of it.

    Parameters
    ----------
    options : sim.cli.options.Options
        Checked, with a design.
    folder : pathlib.Path
        Where results go.
    cfg : dict
        The whole configuration, for the manifest.
    """
    sweep, shard = sweep_for(options), options.design.shard
    if shard is not None and not 0 <= shard < sweep.shards:
        raise DesignError([f"design.shard={shard}: expected a whole number from 0 to {sweep.shards - 1}"])
    if options.dry_run:
        dry_run.show_design(sweep, folder, options)
        return
    kept = sweep.open(folder, options.overwrite, config=cfg)
    try:
        sweep.fill(kept, None if shard is None else [shard], options.progress)
    except KeyboardInterrupt:
        left = len(kept.missing())
        print(
            f"\ninfighting: interrupted; {sweep.shards - left} of {sweep.shards} shards are kept, "
            "and the same command goes on",
            file=sys.stderr,
        )
        sys.exit(130)
    if shard is None and not conclude(kept):
        sys.exit(1)


def conclude(kept):
    """Write and show the summary of a sweep that is complete.

    Parameters
    ----------
    kept : sim.ensemble.store.folder.SweepFolder
        Its folder.

    Returns
    -------
    bool
        Whether every point could be played.
    """
    kept.tidy()
    swept = load_results(kept.folder)
    failed, points = swept.failures, len(swept.points)
    if "runs" in swept.tables:
        write_table(measures(swept.runs, "point"), kept.folder / SUMMARY)
        show_summary(summary(swept))
    said = swept.tables.manifest
    print(
        f"{points:,} points, {said['runs_done']:,} runs of {swept.days} days, seed {swept.seed}, "
        f"{said['shards']} shards."
    )
    print(f"\nResults: {kept.folder}")
    if len(failed):
        print(
            f"infighting: {len(failed)} of {points} points could not be played; the first is point "
            f"{failed.index[0]}: {failed['error'].iloc[0]}",
            file=sys.stderr,
        )
    return not len(failed)


def write_table(table, file):
    """Write a table whole or not at all."""
    part = file.with_name(f".{file.name}.partial")
    table.to_parquet(part, index=False) if file.suffix == ".parquet" else table.to_csv(part, index=False)
    part.replace(file)


# --- several jobs ---------------------------------------------------------------------------------------


class Job:
    """One setting of a multirun: one job, or a design with a job for every shard that is missing.

    Parameters
    ----------
    words : list of str
        Its overrides.
    composed : omegaconf.DictConfig
        Its whole configuration, Hydra's included.
    """

    def __init__(self, words, composed):
        self.words, self.composed = words, composed
        self.cfg = composed.copy()
        with open_dict(self.cfg):
            self.cfg.name = composed.name  # it may hang on Hydra's part, which the job does not see
            del self.cfg["hydra"]
        check_request(self.cfg, words)
        self.is_design = self.cfg.design.kind is not None
        self.options = checked(self.cfg) if self.is_design or self.cfg.dry_run else None
        self.sweep = sweep_for(self.options) if self.is_design else None
        self.kept = None
        self.is_wrong = False

    def folder(self, number, sweep):
        """Where its results go: as the job of that number in the folder of the sweep, or of a design."""
        said = self.composed.hydra
        if self.is_design:
            return Path(said.run.dir)
        with open_dict(said):
            said.job.num = number
        return sweep / str(said.sweep.subdir)

    def is_finished(self, folder):
        """Whether nothing of it is left to do; ResultsError if other results are where its own should go."""
        if self.is_design or self.cfg.overwrite:
            return False
        try:
            options = checked(self.cfg)
        except OptionError:  # it is launched, and refused by itself: the others go on
            self.is_wrong = True
            return False
        return has_runs(folder, options, self.words) and has_pictures(folder, options)

    def begin(self, number):
        """Overrides of the jobs to be launched; without a design one, which keeps its number's folder."""
        if not self.is_design:
            subdir = QuotedString(self.folder(number, Path()).as_posix(), Quote.single).with_quotes()
            return [[*self.words, f"hydra.sweep.subdir={subdir}"]]
        config = OmegaConf.to_container(self.cfg, resolve=True)
        self.kept = self.sweep.open(Path(self.composed.hydra.run.dir), self.options.overwrite, config=config)
        words = [word for word in self.words if word.partition("=")[0] not in ("overwrite", "progress")]
        every = [*words, "overwrite=false", "progress=false"]
        return [[*every, f"design.shard={shard}"] for shard in self.kept.missing()]


def launch(sweeper, arguments):
    """Launch every setting of a multirun; for a design, every shard that is missing.

    Parameters
    ----------
    sweeper : hydra_plugins.infighting_sweeper.ShardSweeper
        Set up by Hydra.
    arguments : list of str
        Overrides, with sweeps in them.

    Returns
    -------
    list
        What Hydra makes of the jobs.
    """
    loader, config = sweeper.hydra_context.config_loader, sweeper.config
    overrides = OverridesParser.create(config_loader=loader).parse_overrides(arguments)
    (settings,) = sweeper.split_arguments(overrides, None)
    jobs = [Job(words, loader.load_sweep_config(config, words)) for words in settings]
    folder = Path(str(config.hydra.sweep.dir))
    if config.dry_run:
        _show_plans(jobs, folder)
        return []
    places = [job.folder(number, folder) for number, job in enumerate(jobs)]
    left = _leave_finished(jobs, places)
    begun = [words for number in left for words in jobs[number].begin(number)]
    if any(not jobs[number].is_design for number in left):
        folder.mkdir(parents=True, exist_ok=True)
        OmegaConf.save(config, folder / "multirun.yaml")
    returns = []
    try:
        with Watch(jobs, config.progress):
            returns = sweeper.launcher.launch(begun, initial_job_idx=0) if begun else []
    except Exception as error:
        raise LaunchError(f"the launcher gave up ({_first_line(error)}){_how_far(jobs)}") from error
    finally:
        plain = [(number, job) for number, job in enumerate(jobs) if not job.is_design]
        _show_jobs(plain, places, folder)
    for one in returns:
        _ = one.return_value  # raises what the job has raised
    complete = [conclude(job.kept) for job in jobs if job.is_design]
    if not all(complete):
        sys.exit(1)
    return [returns]


def _leave_finished(jobs, places):
    """Numbers of the jobs that are not finished; the others are named.

    Raises
    ------
    LaunchError
        Other results are where those of some jobs should go: a line for each, and nothing is begun.
    """
    left, problems = [], []
    for number, (job, place) in enumerate(zip(jobs, places, strict=True)):
        try:
            if job.is_finished(place):
                told = " ".join(f"{name}={value}" for name, value in _varied(job, jobs).items())
                print(f"Finished already, not played again: {place}" + (f" ({told})" if told else ""))
                continue
        except ResultsError as error:
            problems.append(str(error))
        left.append(number)
    if problems:
        raise LaunchError("\n".join(problems))
    return left


def _show_plans(jobs, sweep):
    """Plans of all settings, one after another."""
    for number, job in enumerate(jobs):
        if job.is_design:
            dry_run.show_design(job.sweep, job.folder(number, sweep), job.options)
        else:
            dry_run.show_runs(job.options, job.folder(number, sweep))


def _first_line(error):
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__


def _how_far(jobs):
    """What there is of the designs, in words."""
    begun = [job for job in jobs if job.kept is not None]
    if not begun:
        return ""
    total = sum(job.sweep.shards for job in begun)
    left = sum(len(job.kept.missing()) for job in begun)
    return f"; {total - left} of {total} shards are complete, and the same command goes on"


class Watch:
    """One bar over the shards of all designs, however they are launched: it looks at what is there.

    Parameters
    ----------
    jobs : list of Job
        Those with a design are watched.
    progress : bool
        Show it.
    """

    def __init__(self, jobs, progress):
        self.jobs = [job for job in jobs if job.is_design]
        self.total = sum(job.sweep.runs for job in self.jobs)
        self.progress = progress and bool(self.jobs)
        self._over = threading.Event()

    def __enter__(self):
        """Begin to look."""
        self._thread = threading.Thread(target=self._look, daemon=True)
        if self.progress:
            self._thread.start()
        return self

    def __exit__(self, *_):
        """Look once more, and stop."""
        self._over.set()
        if self.progress:
            self._thread.join()

    def _look(self):
        with bar_over(self.total, initial=self._done()) as bar:
            over, cold = False, not is_warm()  # other processes may have to compile before they play
            while not over:
                over = self._over.wait(LOOK)
                done = self._done()
                if cold and done > bar.n:
                    begin_here(bar, done)
                    cold = False
                bar.update(done - bar.n)

    def _done(self):
        """Runs in complete shards."""
        done = 0
        for job in self.jobs:
            sweep, missing = job.sweep, set(job.kept.missing())
            rows = [shard_rows(k, sweep.shards, sweep.runs) for k in range(sweep.shards) if k not in missing]
            done += sum(end - first for first, end in rows)
        return done


def _show_jobs(done, places, folder):
    """One summary of all jobs that left results, now or earlier: printed, and saved beside them."""
    parts, rows = [], []
    for number, job in done:
        varied = _varied(job, [other for _, other in done])
        if job.is_wrong:  # what may be there is not its own
            continue
        with contextlib.suppress(ValueError):  # a job that failed has left none
            runs = load_results(places[number]).runs.assign(job=number)
            long, wide = measures(runs, "job"), summary(runs, "job")
            for column, (name, value) in enumerate(varied.items()):
                long.insert(column + 1, name, value)
                wide.insert(column, name, value)
            parts.append(long)
            rows.append(wide)
    if not parts:
        return
    show_summary(pd.concat(rows), f"What became of ISIS: {len(parts)} of {len(done)} jobs")
    whole = pd.concat(parts, ignore_index=True)
    for suffix in (".csv", ".parquet"):
        write_table(whole, folder / f"{TABLE}{suffix}")
    print(f"\nResults: {folder} (the whole table: {TABLE}.csv, {TABLE}.parquet)")


def _varied(job, jobs):
    """Settings of a job that are not the same in all jobs, by name."""
    own = [dict(word.split("=", 1) for word in other.words) for other in jobs]
    return {
        name: value
        for name, value in dict(word.split("=", 1) for word in job.words).items()
        if len({other.get(name) for other in own}) > 1
    }
