"""python -m sim: play a scenario many times, keep the runs in results/, show what became of it."""

from sim.cli.command import command


def job(options, folder, cfg):
    """Play what is missing, keep, show, draw, report; see `sim.cli.launching.run`."""
    from sim.cli.launching import run  # here: --help and a misspelt option do not wait for the compiler

    run(options, folder, cfg)


main = command(job)

if __name__ == "__main__":
    main()
