"""python -m sim: the command line, and what ``run`` does: runs in results/, and what became of ISIS."""

import sys


def job(options, folder, cfg):
    """Run what is missing, keep, show, draw, report; the objective. See `sim.cli.launching.run`."""
    from sim.cli.launching import run  # here: --help and a misspelt option do not wait for the compiler

    return run(options, folder, cfg)


def main(words=None):
    """The command line (``infighting``); exits with 130, and one line, when it is interrupted."""
    try:
        from sim.cli.command import call  # here: an interrupt while libraries are read is one line as well

        code = call(job, sys.argv[1:] if words is None else words)
    except BaseException as error:
        interrupt = error  # where a library tidies up after it and fails, it is the cause of that
        while interrupt is not None and not isinstance(interrupt, KeyboardInterrupt):
            interrupt = interrupt.__context__
        if interrupt is None or isinstance(error, SystemExit):
            raise
        print(f"infighting: interrupted{'; ' if interrupt.args else ''}{interrupt}", file=sys.stderr)
        code = 130
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()
