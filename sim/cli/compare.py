"""python -m sim.cli.compare results/a results/b [...]: paired differences, printed, drawn and kept."""

import argparse
import sys
from pathlib import Path


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message):
        """Leave with exit code 2."""
        leave(message)


def leave(message):
    """Say what is wrong, a line for each reason; exit code 2."""
    for line in str(message).splitlines():
        print(f"infighting: {line}", file=sys.stderr)
    sys.exit(2)


def asked(words):
    """What was asked for on the command line."""
    parser = Parser(
        prog="python -m sim.cli.compare",
        description="Hold results against the first, run by run: results of one seed share their luck.",
        epilog="Results that do not share seed, days, map, thresholds or rules are refused. With "
        "detail=daily or full, towns and people over time are compared as well.",
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="a folder of results, as results/NAME")
    parser.add_argument(
        "--control", default="holm", choices=("holm", "benjamini-hochberg", "none"),
        help="how p values are adjusted for the number of comparisons (default: holm)",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="FOLDER", help="where tables and figures go (default: beside the first)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a comparison that is there")
    return parser.parse_args(words)


def place(wanted):
    """The folder of the comparison; refused if something is there."""
    names = [Path(folder).name for folder in wanted.folders]
    told = f"compare_{'_and_'.join(names[1:])}_with_{names[0]}"
    folder = Path(wanted.out) if wanted.out else Path(wanted.folders[0]).parent / told[:120]
    if folder.exists() and not wanted.overwrite:
        leave(
            f"{folder} is there already: give another one (--out), or ask for it to be replaced (--overwrite)"
        )
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "comparison.json").exists():
        leave(f"{folder} holds something that is no comparison, and is left alone")
    return folder


def main(words=None):
    """Compare, print, draw, keep."""
    wanted = asked(words)
    if len(wanted.folders) < 2:
        leave("a comparison needs two folders of results or more")
    # here, because --help and a misspelt option should not wait for the libraries
    from sim.analysis.comparison import compare
    from sim.analysis.twins import CompareError
    from sim.ensemble.store.layout import ResultsError
    from sim.report.compare import keep

    try:
        comparison = compare(*wanted.folders, control=wanted.control)
        folder = place(wanted)
        comparison.show()
        keep(comparison, folder, wanted.folders)
    except (CompareError, ResultsError) as error:
        leave(error)
    except OSError as error:
        leave(f"cannot read or write {error.filename}: {error.strerror}")
    except KeyboardInterrupt:
        print("infighting: interrupted", file=sys.stderr)
        sys.exit(130)
    print(f"Comparison: {folder}")


if __name__ == "__main__":
    main()
