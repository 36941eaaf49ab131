"""What there is already of a job of several (``-m``), started again: finished ones are not played again."""

from sim.cli.config import set_by_name
from sim.ensemble.batches import Beginning
from sim.ensemble.run import decides
from sim.ensemble.store.manifest import MANIFEST, what_decides
from sim.ensemble.store.results import FIGURES, REPORT, is_finished
from sim.report.figures import kinds_for
from sim.scenario import load_scenario


def has_runs(folder, options, overrides):
    """Whether a folder holds the runs that a job asks for, all of them.

    Parameters
    ----------
    folder : pathlib.Path
        Where its results go.
    options : sim.cli.options.Options
        Checked, without a design.
    overrides : sequence of str
        As given for the job.

    Returns
    -------
    bool
        False also of runs that were stopped or killed.

    Raises
    ------
    ResultsError
        It holds other results, or damaged ones.
    """
    if not (folder / MANIFEST).exists():  # the usual case, without reading a world
        return False
    scenario = load_scenario(options.scenario.name)
    begin = Beginning(scenario, set_by_name(options, scenario, overrides), options.days, None, options.draw)
    return is_finished(folder, what_decides(**decides(begin, options.runs, options.seed, options.detail)))


def has_pictures(folder, options):
    """Whether the figures and the report that a job asks for are there as well.

    Parameters
    ----------
    folder, options
        As for `has_runs`.

    Returns
    -------
    bool
    """
    last = FIGURES[kinds_for(options.detail)[-1].name]  # they are drawn in order, after the report
    return (not options.report or (folder / REPORT).exists()) and (
        not options.figures or (folder / last).exists()
    )
