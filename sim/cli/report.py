"""python -m sim.cli.report results/NAME [results/OTHER ...]: one self-contained HTML file about results."""

import argparse
import sys


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message):
        """Leave with exit code 2."""
        leave(message)


def leave(message):
    """Say what is wrong in one line; exit code 2."""
    print(f"infighting: {' '.join(str(message).split())}", file=sys.stderr)
    sys.exit(2)


def asked(words):
    """What was asked for on the command line."""
    parser = Parser(
        prog="python -m sim.report",
        description="Write one self-contained HTML file about results; about several, a comparison.",
        epilog="One folder: report.html inside it. Several: comparison_….html beside them, each held against "
        "the first. A report of the same results is replaced; any other file is left alone.",
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="a folder of results, as results/NAME")
    parser.add_argument("--out", metavar="FILE", help="the file to write")
    parser.add_argument("--overwrite", action="store_true", help="replace the file whatever it is")
    return parser.parse_args(words)


def main(words=None):
    """Write the report asked for and name it."""
    wanted = asked(words)
    # here, because --help and a misspelt option should not wait for the libraries
    from sim.ensemble.store.layout import ResultsError
    from sim.report import ReportError, write

    try:
        file = write(wanted.folders, wanted.out, overwrite=wanted.overwrite)
    except (ReportError, ResultsError) as error:
        leave(error)
    except OSError as error:
        leave(f"cannot read or write {error.filename}: {error.strerror}")
    except KeyboardInterrupt:
        print("infighting: interrupted", file=sys.stderr)
        sys.exit(130)
    print(f"Report: {file}")


if __name__ == "__main__":
    main()
