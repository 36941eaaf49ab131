"""`run_ensemble`: one world many times, in memory or into files."""

import sys
from contextlib import suppress

import pandas as pd

from sim._util import validation
from sim._util.progress import bar_over
from sim.ensemble.batches import Beginning
from sim.ensemble.ensemble import Ensemble
from sim.ensemble.posterior import DRAWS
from sim.ensemble.store.manifest import manifest
from sim.ensemble.store.results import START, Writer, load_results

DETAILS = ("summary", "daily", "full")


def check_request(runs, seed, days, detail):
    """Raise ValueError for a request that makes no sense, naming what was given and what is expected."""
    validation.whole("runs", runs, 1)
    validation.whole("seed", seed, 0, validation.HIGHEST_SEED)
    validation.whole("days", days, 1, 3650)
    if detail not in DETAILS:
        raise ValueError(f"detail = {detail!r}: expected one of {', '.join(DETAILS)}")


def check_draw(draw, start=None):
    """Raise ValueError for a way of drawing that does not exist, or that makes no sense."""
    if draw not in DRAWS:
        raise ValueError(f"draw = {draw!r}: expected one of {', '.join(DRAWS)}")
    if draw != "defaults" and start is not None:
        raise ValueError(f"draw = {draw!r}: a stepped world has its parameters and garrisons already")


def watched(blocks, runs, progress):
    """The blocks, with a progress bar; stops at Ctrl-C, leaving what is done."""
    with bar_over(runs, progress) as bar:
        try:
            for block in blocks:
                yield block
                bar.update(len(block["runs"]))
        except KeyboardInterrupt:
            print(f"\nstopped after {bar.n} of {runs} runs; they are kept", file=sys.stderr)


def decides(begin, runs, seed, detail):
    """What decides the numbers of runs that set out from somewhere, for the manifest.

    Parameters
    ----------
    begin : Beginning
        Where they set out from.
    runs, seed, detail
        As for `run_ensemble`.

    Returns
    -------
    dict
        The arguments of `manifest` and `what_decides`.
    """
    return {
        "scenario": begin.scenario,
        "params": begin.params,
        "seed": seed,
        "runs": runs,
        "days": begin.days,
        "detail": detail,
        "start": begin.told,
        "draw": begin.drawn and begin.drawn.posterior.sha256,
        "asked": sorted(begin.drawn.asked) if begin.drawn else [],
    }


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
    progress=True,
):
    """Play a world many times.

    Parameters
    ----------
    scenario : str, path or Scenario
        Name of a scenario, its folder, or one already loaded. Left aside when ``start`` is given.
    runs : int
        How many.
    seed : int
        Seed of all luck, 0 to 2**64 - 1. Run k is the same whatever ``runs`` is.
    params : dict or Params, optional
        ``{dotted name: value}`` on top of the scenario's own parameters, or a whole set.
    days : int, optional
        Days to play; the scenario's horizon (271) by default.
    start : RebelConflict, optional
        A stepped world, changed by hand or not, from whose evening all runs go on with their own luck.
    draw : {"defaults", "posterior"}
        ``"posterior"``: every run has its own parameters and initial garrisons, drawn from the scenario's
        ``posterior.parquet`` by its luck, so that bands carry what is not known as well as chance. What
        the scenario or ``params`` set by name stays as it is, also at the shipped value; of a whole set
        (``Params``), what differs from the shipped values.
    detail : {"summary", "daily", "full"}
        Which tables are kept: one row a run; also what every faction and town did day by day; also who
        fought whom.
    out : path, optional
        A new folder to stream Parquet into, block by block; memory then does not grow with ``runs``.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Ensemble
        After Ctrl-C, of the runs done so far.

    Raises
    ------
    ValueError
        A request that makes no sense; ParameterError and ScenarioError are such.

    Examples
    --------
    >>> import sim
    >>> ensemble = sim.run_ensemble(runs=8, seed=1, days=20, progress=False)
    >>> len(ensemble.runs), ensemble.days
    (8, 20)
    """
    check_draw(draw, start)
    if out is not None:
        validation.path("out", out)
    begin = Beginning(scenario, params, days, start, draw)
    check_request(runs, seed, begin.days, detail)
    said = decides(begin, runs, seed, detail)
    blocks = watched(begin.blocks(int(runs), int(seed), detail), runs, progress)
    if out is not None:
        with Writer(out, manifest(**said)) as writer, suppress(KeyboardInterrupt):
            if start is not None:
                start.save(writer.folder / START)
            for block in blocks:
                writer.write(block)
        return load_results(out)
    done = list(blocks)
    if not done:
        raise KeyboardInterrupt
    tables = {name: pd.concat([b[name] for b in done], ignore_index=True) for name in done[0]}
    return Ensemble(
        scenario=begin.scenario,
        params=begin.params,
        seed=seed,
        days=begin.days,
        detail=detail,
        tables=tables,
        start=begin.told,
        world=None if start is None else start.fork(),
        draw=draw,
        posterior=said["draw"],
        asked=said["asked"],
    )
