"""`run_ensemble` and `run_design`: one way to play a plan, in memory or into a folder."""

import pandas as pd

from sim._util import validation
from sim.ensemble.design import DesignError, Setting, make_design
from sim.ensemble.engine import fill, play_here
from sim.ensemble.ensemble import Ensemble
from sim.ensemble.load import load_results
from sim.ensemble.plan import Plan, check_draw
from sim.ensemble.store.writer import Store


def run_ensemble(
    scenario="january_2014",
    *,
    runs=1000,
    seed=1,
    params=None,
    days=None,
    start=None,
    draw="defaults",
    detail="summary",
    out=None,
    overwrite=False,
    progress=True,
    threads=None,
):
    """Play a world many times.

    Parameters
    ----------
    scenario : str, path or Scenario
        Name of a scenario, its folder, or one already loaded. Left aside when ``start`` is given.
    runs : int
        How many.
    seed : int
        Seed of all random numbers, 0 to 2**64 - 1. Run k is the same whatever ``runs`` is.
    params : dict, pandas.Series or Params, optional
        ``{dotted name: value}`` on top of the scenario's own parameters, or a whole set.
    days : int, optional
        Days to play; the scenario's horizon (271) by default.
    start : RebelConflict, optional
        A stepped world, changed by hand or not, from whose evening all runs go on with random numbers of
        their own.
    draw : {"defaults", "posterior"}
        ``"posterior"``: every run has its own parameters and initial garrisons, drawn from the scenario's
        ``posterior.parquet``, so that bands carry what is not known as well as chance. What the scenario or
        ``params`` set by name stays as it is, also at the shipped value; of a whole set (``Params``), what
        differs from the shipped values.
    detail : {"summary", "daily", "full"}
        Which tables are kept: one row a run; also what every faction and town did day by day; also who
        fought whom.
    out : path, optional
        A folder to write into, shard by shard; memory then does not grow with ``runs``. If it holds part of
        the same runs, only the rest is played; several processes may fill one folder.
    overwrite : bool
        Replace results that ``out`` holds, once the new ones are whole.
    progress : bool
        Show a progress bar.
    threads : int, optional
        Cores to use; by default those that NUMBA_NUM_THREADS names, or all. Results are the same with any
        number: take 1 where other processes play beside this one.

    Returns
    -------
    Ensemble
        After Ctrl-C, of the runs done so far; with ``out``, whole shards are kept and Ctrl-C goes on.

    Raises
    ------
    ValueError
        A request that makes no sense, or a folder that holds something else or cannot be written;
        ParameterError, ScenarioError and ResultsError are such.

    Examples
    --------
    >>> import sim
    >>> ensemble = sim.run_ensemble(runs=8, seed=1, days=20, progress=False)
    >>> len(ensemble.runs), ensemble.days
    (8, 20)
    """
    check_draw(draw, start)
    setting = Setting(scenario, params, start)
    request = {"seed": seed, "days": days, "detail": detail, "draw": draw, "threads": threads}
    plan = Plan(setting, runs_per_point=runs, **request)
    plan.start(plan.at(0))  # whatever is wrong with the world is found before anything is written
    return run_plan(plan, out, overwrite, progress)


def run_design(
    design,
    scenario="january_2014",
    *,
    runs_per_point=20,
    seed=1,
    params=None,
    days=None,
    draw="defaults",
    detail="summary",
    out=None,
    shards=None,
    overwrite=False,
    progress=True,
    threads=None,
):
    """Play every point of a design with the same seeds.

    Parameters
    ----------
    design : Design or pandas.DataFrame
        As from `sim.make_design`; or the points themselves, one row each and one column a factor, such as
        the sample of another program.
    scenario : str, path or Scenario
        Played where scenario is no factor of the design.
    runs_per_point : int
        Runs of each point. Run k has the same random numbers in every point, so compare points run by run.
    seed, params, days, draw, detail, out, overwrite, progress, threads : as for `run_ensemble`
        Seed and days where they are no factors; factors of the design are not drawn.
    shards : int, optional
        Parts that are written one by one; by default of some 1,000 runs each, or 200 where more than a
        summary is kept.

    Returns
    -------
    Ensemble
        With ``points``, ``failures``, and the column ``point`` first in every table.

    Raises
    ------
    ValueError
        A request that makes no sense, a design of which no point could be played, or a folder that holds
        something else or cannot be written (ResultsError).

    Examples
    --------
    >>> import sim
    >>> design = sim.make_design("grid", {"plans.pursuit": [0, 0.5]})
    >>> swept = sim.run_design(design, runs_per_point=3, days=5, progress=False)
    >>> swept.runs[["point", "run"]].values.tolist()
    [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    >>> swept.points["plans.pursuit"].tolist()
    [0.0, 0.5]
    """
    if design is None:
        raise DesignError(["None is no design: make one with sim.make_design"])
    design = make_design("list", design) if isinstance(design, pd.DataFrame) else design
    request = {"seed": seed, "days": days, "detail": detail, "draw": draw, "threads": threads}
    request |= {"runs_per_point": runs_per_point, "shards": shards}
    plan = Plan(Setting(scenario, params), design, **request)
    return run_plan(plan, out, overwrite, progress)


def run_plan(plan, out=None, overwrite=False, progress=True):
    """Play a plan, in memory or into a folder; an `Ensemble`."""
    if out is not None:
        store = store_of(plan, validation.path("out", out)).open(overwrite)
        fill(plan, store, progress=progress)
        store.finish()
        return load_results(out)
    tables, failed = play_here(plan, progress)
    setting = plan.setting
    return Ensemble(
        *(setting.scenario, setting.params, plan.seed, plan.days, plan.detail, tables),
        points=plan.points,
        failed=failed,
        start=setting.start,
        posterior=plan.draw,
        set_by_name=tuple(plan.set_by_name),
        setting=setting,
        origin=setting.world and setting.world.fork(),
    )


def store_of(plan, folder, **more):
    """The folder of a plan's results, not opened yet; ``more`` goes into a new manifest."""
    return Store(folder, plan.manifest() | more, plan.points, plan.setting.world)


def save_results(ensemble, folder, overwrite=False):
    """Write an ensemble of one world, such as one point of a design, to a folder.

    Parameters
    ----------
    ensemble : Ensemble
        As from `sim.run_ensemble`, or from `Ensemble.at` with one point.
    folder : path
        Where to.
    overwrite : bool
        Replace results that are there.

    Raises
    ------
    ResultsError
        The folder holds something else, or cannot be written.

    Examples
    --------
    >>> import sim, tempfile
    >>> folder = tempfile.mkdtemp() + "/point"
    >>> swept = sim.run_design(sim.make_design("grid", {"plans.pursuit": [0, 1]}), days=2, progress=False)
    >>> save_results(swept.at(1), folder)
    >>> sim.load_results(folder).params.plans.pursuit
    1.0
    """
    store = Store(folder, manifest_of(ensemble), world=ensemble.world).open(overwrite)
    store.write(0, dict(ensemble.tables), {}, 0.0)
    store.finish()


def manifest_of(ensemble):
    """What a manifest says of an ensemble of one world, kept in one shard."""
    if ensemble.points is not None:
        raise DesignError(["a design is kept by run_design(out=...); save one of its points: .at(point)"])
    if ensemble.selection:
        raise DesignError(
            [f"these runs were chosen ({ensemble.selection}): save all of them, and choose again"]
        )
    setting = Setting(ensemble.scenario, ensemble.params)
    request = {"runs_per_point": len(ensemble.runs), "seed": ensemble.seed, "days": ensemble.days}
    own = {"start": ensemble.start, "draw": ensemble.posterior, "set_by_name": list(ensemble.set_by_name)}
    return Plan(setting, detail=ensemble.detail, shards=1, **request).manifest() | own
