"""python -m sim: play a scenario many times, keep the runs in results/, show what became of it."""

import sys

from sim.config import command


def job(options, folder, cfg):
    """One call: play, keep, show, draw.

    Parameters
    ----------
    options : sim.config.Options
        What was asked for.
    folder : pathlib.Path
        Where results go.
    cfg : dict
        The whole configuration, for the manifest.
    """
    # here, because --help and a misspelt option should not wait for the compiler
    from sim import results, table
    from sim.ensemble import run_ensemble

    results.prepare(folder, options.overwrite)
    played = ("runs", "seed", "params", "days", "detail", "progress")
    asked = {name: getattr(options, name) for name in played}
    ensemble = run_ensemble(options.scenario.name, out=folder, **asked)
    if "runs" not in ensemble.tables:
        sys.exit("infighting: interrupted before the first runs were done")
    results.amend(folder, config=cfg)
    table.show(ensemble)
    if options.figures and options.detail != "summary":
        draw(ensemble, folder)
    print(f"\nResults: {folder}")
    if len(ensemble.runs) < options.runs:
        sys.exit(130)  # as a shell expects of a command that was interrupted


def draw(ensemble, folder):
    """Towns over time against the record, and the map of chances at month-ends."""
    from sim import plots
    from sim.record import record_towns
    from sim.results import FIGURES

    (folder / "figures").mkdir(exist_ok=True)
    over_time = plots.towns_over_time(ensemble, record=record_towns(ensemble.scenario))
    over_time.figure.savefig(folder / FIGURES["towns_over_time"], dpi=200)
    maps = plots.chance_maps(ensemble)
    maps[0].figure.savefig(folder / FIGURES["chance_map"], dpi=200)


main = command(job)

if __name__ == "__main__":
    main()
