"""python -m sim.cli.score RESULTS --record DIR: results held against what history left."""

import argparse
import sys
from dataclasses import fields
from pathlib import Path


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
        prog="python -m sim.cli.score",
        description="Hold results against a record: targets with bands, town-day Brier and log scores with "
        "intervals, skill over four baselines; and what the record itself gives through the same code.",
        epilog="Prints tables; writes score_targets.parquet, score_towns.parquet and score.png. Results need "
        "detail=full (with daily, engagements are left unscored). Any dates: what lies outside the runs is "
        "named and left unscored.",
    )
    parser.add_argument("results", metavar="RESULTS", help="a folder of results, as results/NAME")
    parser.add_argument(
        "--record", metavar="DIR", required=True,
        help="a folder with control.csv, targets.csv and, if there, ucdp_weekly.csv, fatalities_sohr.csv",
    )  # fmt: skip
    parser.add_argument(
        "--observe", nargs="*", metavar="NAME=VALUE",
        help="turn what happened into what a monitor would have reported (off unless asked for); alone, with "
        "the declared chances of sim.record.observe.Observation, or with some of them changed, as rebels=0.8",
    )  # fmt: skip
    parser.add_argument("--out", metavar="DIR", help="where to write; by default RESULTS/score_RECORD")
    parser.add_argument("--overwrite", action="store_true", help="replace a score that is there")
    return parser.parse_args(words)


def observation_of(words):
    """Reporting as asked for: None if not asked."""
    from sim.params import ParameterError
    from sim.record.observe import Observation

    if words is None:
        return None
    names, values = [f.name for f in fields(Observation)], {}
    for word in words:
        name, _, value = word.partition("=")
        if name not in names:
            raise ParameterError([f"--observe {word}: expected NAME=VALUE with a name of {', '.join(names)}"])
        try:
            values[name] = float(value)
        except ValueError:
            raise ParameterError([f"--observe {word}: expected a number after ="]) from None
    out = Observation(**values)
    if problems := [p.replace("params.", "--") for p in out.problems("observe")]:
        raise ParameterError(problems)
    return out


def main(words=None):
    """Score, show and write."""
    wanted = asked(words)
    # here, because --help and a misspelt option should not wait for the libraries
    from sim.ensemble import load_results
    from sim.record.scoring import score
    from sim.report import score as telling

    try:
        observation = observation_of(wanted.observe)
        ensemble = load_results(wanted.results)
        scored = score(ensemble, wanted.record, observation)
        out = Path(wanted.out or Path(wanted.results) / f"score_{Path(wanted.record).resolve().name}")
        telling.prepare(out, wanted.overwrite)
        telling.show(scored)
        files = telling.write(scored, ensemble, out)
    except ValueError as error:  # of results, record, parameters and scenario
        leave(error)
    except OSError as error:
        leave(f"cannot read or write {error.filename}: {error.strerror}")
    except KeyboardInterrupt:
        print("infighting: interrupted", file=sys.stderr)
        sys.exit(130)
    print(f"\nScore: {', '.join(str(file) for file in files)}")


if __name__ == "__main__":
    main()
