"""Runs from the command line: played here, or shard by shard by any launcher of Hydra's; then shown."""

import sys
import threading

import hydra
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf

from sim._util.errors import InfightingError
from sim._util.files import whole
from sim._util.progress import bar_over, begin_here
from sim.analysis.measures import measures
from sim.cli import dry_run
from sim.cli.config import check_request, checked, composed, configs_folder
from sim.cli.grid import Request
from sim.cli.options import OptionError
from sim.core.kernel import is_warm
from sim.ensemble.design import DesignError, Setting, make_design
from sim.ensemble.engine import fill
from sim.ensemble.factors import flat
from sim.ensemble.load import load_results
from sim.ensemble.plan import Plan
from sim.ensemble.run import store_of
from sim.ensemble.store.layout import (
    EXPLORE,
    FIGURES,
    POINTS,
    POINTS_TYPED,
    REPORT,
    SHARDS,
    SUMMARY,
    check_report,
)
from sim.ensemble.store.receipts import shard_rows
from sim.params import Params, as_dict, with_values
from sim.record import record_of
from sim.report import terminal
from sim.report.summary import show_summary, summary
from sim.scenario import load_scenario

LOOK = 1.0  # seconds between two looks at what the jobs have done
FEW = 8  # points that are shown one by one; of more, how they vary
HERE = ("", "basic")  # launchers that play in this process


class LaunchError(OptionError):
    """A launcher gave up; what the jobs have written stays."""


def plan_for(options):
    """The plan that checked options ask for; what is set by name, also to what it is anyway, is not drawn."""
    request, design, runs = options.design, None, options.runs
    scenario = load_scenario(options.scenario.name)
    if request.kind is not None:
        names = ("points", "seed", "levels", "second_order")
        design = make_design(
            request.kind, flat(request.over), **{name: getattr(request, name) for name in names}
        )
        runs = request.runs_per_point
    same = {name: getattr(options, name) for name in ("seed", "days", "detail", "draw", "threads")}
    own, values = as_dict(with_values(Params(), scenario.params)), as_dict(options.params)
    changed = {name: x for name, x in values.items() if name in options.by_name or x != own[name]}
    return Plan(Setting(scenario, changed), design, runs_per_point=runs, shards=request.shards, **same)


def run(options, folder, cfg):
    """Play what is missing, show what became of it, draw, report; ``cfg`` goes into the manifest.

    Returns the objective, if one is asked for. A trial, of which a sweeper is told it, is shown in a line.
    """
    plan, shard = plan_for(options), options.design.shard
    if options.objective is not None:  # whatever is wrong is found before the first run
        from sim.analysis.comparison import check_objectives, objectives  # here: others do not wait for it

        check_objectives(options.objective)
    if shard is not None and not 0 <= shard < plan.shards:
        raise DesignError([f"design.shard={shard}: expected a whole number from 0 to {plan.shards - 1}"])
    if options.dry_run:
        dry_run.show(plan, folder, options)
        return
    if plan.design is None:  # whatever is wrong is found before the first run
        plan.start(plan.at(0))
        record_of(plan.setting.scenario)
        if options.report:
            for page in (REPORT, EXPLORE):
                check_report(folder / page)
    store = store_of(plan, folder, config=cfg).open(options.overwrite, join=shard is not None)
    shards = store.missing() if shard is None else [shard]
    try:
        fill(plan, store, shards, options.progress and not options.is_trial)
    except KeyboardInterrupt:
        print(f"\ninfighting: interrupted; {_how_far(store)}", file=sys.stderr)
        sys.exit(130)  # as a shell expects of a command that was interrupted
    if options.is_trial:
        store.finish()
    elif shard is None and not conclude(store, options, bool(shards)):
        sys.exit(1)
    if options.objective is None:
        return None
    try:
        found = objectives(load_results(store.final).runs, options.objective)
    except ValueError as error:
        raise OptionError(str(error)) from error
    told = ", ".join(f"{name} = {value:.6g}" for name, value in found.items())
    print(f"{told}   {store.final}" if options.is_trial else f"\nObjective: {told}")
    return list(found.values()) if isinstance(options.objective, list) else next(iter(found.values()))


def _how_far(store):
    done = store.shards - len(store.missing())
    return f"{done} of {store.shards} shards are complete: run the same command again to resume"


def conclude(store, options, is_new):
    """Put results in their place, show them (anew if ``is_new``); whether every point was played."""
    store.finish()
    folder, ensemble = store.final, load_results(store.final)
    about = ensemble.tables.manifest
    if ensemble.points is None:
        terminal.show(ensemble)
        report = draw(ensemble, folder, options, is_new)
        pages = f"\nExplore: {folder / EXPLORE}\nReport:  {report}" if report else ""
        print(f"\nResults: {folder}{pages}")
        return True
    points, failed = about["points"], ensemble.failures
    if len(ensemble.runs):
        write_table(measures(ensemble.runs, "point"), folder / SUMMARY)
        by_point = summary(ensemble)
        for name in (POINTS, POINTS_TYPED):
            write_table(by_point.reset_index(), folder / name)
        show_summary(by_point, f"What became of {ensemble.scenario.focal_name}")
    print(
        f"{points:,} points, {about['runs_done']:,} runs of {ensemble.days} days, seed {ensemble.seed}, "
        f"{about['shards']} shards."
    )
    print(f"\nResults: {folder} (a row a point: {POINTS})")
    if len(failed):
        print(
            f"infighting: {len(failed)} of {points} points could not be played; the first is point "
            f"{failed.index[0]}: {failed['error'].iloc[0]}",
            file=sys.stderr,
        )
    return not len(failed)


def draw(ensemble, folder, options, is_new):
    """Figures and report of one world, as far as they are wanted and not there; the report's file or None."""
    if not (options.figures or options.report):
        return None
    from sim import plots  # here: nothing that draws is imported where nothing is drawn
    from sim.report import figures, writing

    last = folder / FIGURES[figures.kinds_for(options.detail)[-1].name]  # they are drawn in order
    to_draw = options.figures and (is_new or not last.exists())
    report = options.report and (is_new or not all((folder / page).exists() for page in (REPORT, EXPLORE)))
    drawn = list(figures.draw(ensemble)) if to_draw or report else []
    if report:  # first: writing a figure lays it out anew, and a report written later is to be the same
        writing.write_result(ensemble, folder, drawn=drawn)
    for kind, axes in drawn if to_draw else ():
        plots.save(axes, folder / FIGURES[kind.name], ensemble.tables.manifest, dpi=200)
    return folder / REPORT if options.report else None


def write_table(table, file):
    """Write a table whole or not at all; several processes may do so at once."""
    with whole(file) as part:
        table.to_parquet(part, index=False) if file.suffix == ".parquet" else table.to_csv(part, index=False)


# --- several values, several processes ------------------------------------------------------------------


def play_grid(words, call, folders=None):
    """``-m``: a grid, or one design after another, here or by a launcher; the highest exit code.

    ``call(words, several)`` plays overrides, through Hydra's launcher if ``several``.
    """
    with hydra.initialize_config_dir(str(configs_folder()), version_base="1.3"):
        request = Request(words, GlobalHydra.instance().config_loader())
        base = hydra.compose("config", overrides=request.fixed)
        if {"experiment", "design.kind"} & request.values.keys() or base.design.kind is not None:
            jobs = request.settings()
        else:
            jobs = [request.design(base.runs, folders or {})]
    problems = []
    for job in jobs if len(jobs) > 1 else ():  # whatever is wrong with one is told before the first is run
        try:
            _job(job)
        except InfightingError as error:
            problems += error.problems
    if problems:
        raise OptionError(list(dict.fromkeys(problems)))
    here = base.dry_run or all(word.partition("=")[2] in HERE for word in request.launcher[:1])
    codes = [_code_of(call, job, False) if here else launch(job, request.launcher, call) for job in jobs]
    return max(codes)


def _code_of(call, words, several):
    """Exit code of a call; 130 ends all."""
    try:
        call(words, several)
    except SystemExit as left:
        if left.code == 130:
            raise
        return left.code or 0
    return 0


def launch(words, launcher, call):
    """Play a plan by a launcher of Hydra's, a job for every shard that is missing; the exit code."""
    options, folder, cfg = _job(words)
    store = store_of(plan_for(options), folder, config=cfg).open(options.overwrite)
    missing = store.missing()
    if missing:
        place = store.folder / SHARDS
        mine = [word for word in words if word.partition("=")[0] not in ("overwrite", "progress")]
        mine += [*launcher, "overwrite=false", "progress=false"]
        mine += [f"hydra.sweep.dir='{place}'", "hydra.sweep.subdir=."]
        try:
            with Watch(store, options.progress):
                call([*mine, f"design.shard={','.join(map(str, missing))}"], True)
        except Exception as error:
            text = str(error).strip().splitlines()
            reason = ": ".join([type(error).__name__, *text[:1]])
            raise LaunchError(f"the launcher gave up ({reason}); {_how_far(store)}") from error
        finally:
            (place / "multirun.yaml").unlink(missing_ok=True)
    if store.missing():
        raise LaunchError(f"the jobs have ended; {_how_far(store)}")
    return 0 if conclude(store, options, bool(missing)) else 1


def _job(words):
    """Checked options, folder and whole configuration of some overrides."""
    with hydra.initialize_config_dir(str(configs_folder()), version_base="1.3"):
        cfg, folder = composed(words)
    check_request(cfg, words)
    return checked(cfg, words), folder, OmegaConf.to_container(cfg, resolve=True)


class Watch:
    """One bar over the shards of a store, however they are launched: it looks at what is there."""

    def __init__(self, store, progress):
        self.store, self.progress = store, progress
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        """Begin to look."""
        if self.progress:
            self._thread.start()
        return self

    def __exit__(self, *_):
        """Look once more, and stop."""
        self._over.set()
        if self.progress:
            self._thread.join()

    def _look(self):
        with bar_over(self.store.about["runs"], initial=self._done()) as bar:
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
        shards, runs, missing = self.store.shards, self.store.about["runs"], set(self.store.missing())
        edges = (shard_rows(k, shards, runs) for k in range(shards) if k not in missing)
        return sum(end - first for first, end in edges)
