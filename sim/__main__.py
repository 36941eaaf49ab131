"""python -m sim: the command line, and what ``run`` does: runs in results/, and what became of ISIS."""

import sys


def job(options, folder, cfg):
    """One call: play, keep, show, draw, report.

    Parameters
    ----------
    options : sim.cli.options.Options
        What was asked for.
    folder : pathlib.Path
        Where results go.
    cfg : dict
        The whole configuration, for the manifest.
    """
    # here, because --help and a misspelt option should not wait for the compiler
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    from sim.cli import resuming
    from sim.cli.config import set_by_name
    from sim.ensemble import run_ensemble
    from sim.ensemble.posterior import Posterior
    from sim.ensemble.store import results
    from sim.ensemble.store.manifest import amend
    from sim.report import terminal
    from sim.scenario import load_scenario

    if options.design.kind is not None:
        from sim.cli.launching import play_design

        play_design(options, folder, cfg)
        return
    if options.dry_run:
        from sim.cli.dry_run import show_runs

        show_runs(options, folder)
        return
    scenario = load_scenario(options.scenario.name)  # before anything that is there is removed
    if options.draw == "posterior":
        Posterior(scenario)
    if options.report:
        results.check_report(folder / results.REPORT)
    words = HydraConfig.get().overrides.task
    goes_on = HydraConfig.get().mode == RunMode.MULTIRUN and not options.overwrite
    if goes_on and resuming.has_runs(folder, options, words):  # and only figures or report were left to do
        ensemble = results.load_results(folder)
    else:
        results.prepare(folder, options.overwrite or (goes_on and results.is_begun(folder)))
        played = ("runs", "seed", "days", "detail", "draw", "progress")
        asked = {name: getattr(options, name) for name in played}
        given = set_by_name(options, scenario, words)
        ensemble = run_ensemble(scenario, out=folder, params=given, **asked)
    if "runs" not in ensemble.tables:
        sys.exit("infighting: interrupted before the first runs were done")
    amend(folder, config=cfg)
    terminal.show(ensemble)
    whole = len(ensemble.runs) == options.runs
    report = tell(ensemble, folder, options) if whole and (options.figures or options.report) else None
    print(f"\nResults: {folder}")
    if report:
        print(f"Report:  {report}")
    if not whole:  # who stops it wants it to stop, and not to draw
        print(
            f"No figures of runs that were stopped; a report of those kept: python -m sim.cli.report {folder}"
        )
        sys.exit(130)  # as a shell expects of a command that was interrupted


def tell(ensemble, folder, options):
    """Draw every figure that the detail allows, keep them as asked; the report, if there is to be one."""
    from sim import plots
    from sim.ensemble.store.results import FIGURES
    from sim.report import figures, writing

    drawn = list(figures.draw(ensemble))
    # the report first: writing a figure lays it out anew, and a report written later is to be the same
    report = writing.write_result(ensemble, folder, drawn=drawn) if options.report else None
    if options.figures:
        for kind, axes in drawn:
            plots.save(axes, folder / FIGURES[kind.name], ensemble.tables.manifest, dpi=200)
    return report


def main(words=None):
    """The command line (``infighting``); exits with 130, and one line, when it is interrupted."""
    try:
        from sim.cli.command import call  # here: an interrupt while libraries are read is one line as well

        code = call(job, sys.argv[1:] if words is None else words)
    except KeyboardInterrupt as error:
        print(f"infighting: interrupted{'; ' if error.args else ''}{error}", file=sys.stderr)
        code = 130
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()
