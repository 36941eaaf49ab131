"""`load_results`: results from a folder, as the ensemble that was played."""

import warnings
from pathlib import Path

from sim._util import validation
from sim.ensemble.design import Setting
from sim.ensemble.ensemble import Ensemble
from sim.ensemble.posterior import shipped_sha256
from sim.ensemble.store.layout import START, ResultsError
from sim.ensemble.store.reader import Tables, warn_if_incomplete
from sim.params import ParameterError
from sim.scenario import ScenarioError, load_scenario


def load_results(folder, points=None):
    """Open a folder of results.

    Parameters
    ----------
    folder : path
        A folder written by `sim.run_ensemble`, `sim.run_design` or ``python -m sim``.
    points : int or array_like, optional
        Of a design, only these points, as in `Ensemble.at`: only the shards they are in are read.

    Returns
    -------
    Ensemble
        Its tables are read when they are first asked for.

    Raises
    ------
    ResultsError
        There are no results, they are damaged or were changed, or their scenario or parameters are not of
        this version; the message names the file.

    Examples
    --------
    >>> import tempfile, sim
    >>> folder = tempfile.mkdtemp() + "/few"
    >>> ensemble = sim.run_ensemble(runs=2, days=3, out=folder, progress=False)
    >>> len(load_results(folder).runs)
    2
    """
    tables = Tables(validation.path("folder", folder))
    warn_if_incomplete(tables)
    about = tables.manifest
    try:
        setting = setting_of(about)
    except (ParameterError, ScenarioError) as error:
        why = " ".join(str(error).split())
        raise ResultsError(f"{folder} cannot be opened by this version: {why}") from error
    _warn_of_changes(folder, tables, setting)
    ensemble = Ensemble(
        *(setting.scenario, setting.params, about["seed"], about["days"], about["detail"], tables),
        points=tables.points,
        failed=tables.failed,
        start=about["start"],
        posterior=about["draw"],
        set_by_name=tuple(about["set_by_name"]),
        setting=setting,
        origin=Path(folder) / START if about["start"] else None,
    )
    if points is None:
        return ensemble
    if ensemble.points is None:
        raise ResultsError(f"{folder} holds runs of one world: it has no points")
    return ensemble.at(points)


def setting_of(about, world=None):
    """The setting that a manifest describes; of runs from a stepped world, with that world if it is given."""
    if world is not None:
        return Setting(None, about["overrides"], world)
    named = about["scenario"]
    scenario = load_scenario(named.get("folder", named["name"]))  # a folder where no name finds it
    return Setting(
        scenario.seen_from(about["start"]["day"]) if about["start"] else scenario, about["overrides"]
    )


def _warn_of_changes(folder, tables, setting):
    """Warn where a scenario or its posterior is not what it was."""
    about, scenario = tables.manifest, setting.scenario
    there = {about["scenario"]["name"]: about["scenario"]["hash"]} | about["scenarios"]
    here = {scenario.name: scenario.hash}
    if about["scenarios"]:
        here |= setting.hashes(tables.points)
    if other := [name for name, content in there.items() if here.get(name) != content]:
        warnings.warn(
            f"{folder} was made from another version of scenario {', '.join(other)}: "
            "its numbers stand, but a replay will differ",
            stacklevel=3,
        )
    if about["draw"] and shipped_sha256(scenario) != about["draw"]:
        warnings.warn(
            f"the runs were drawn from another posterior than scenario {scenario.name} has now: "
            "their numbers stand, but their draws and replays cannot be had",
            stacklevel=3,
        )
