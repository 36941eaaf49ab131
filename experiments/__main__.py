"""Play the experiments: ``python -m experiments [NN_question ...] [--size quick | full | 0.5]``.

Each folder has designs (``*.yaml``: what is played; ``design.yaml`` also by ``python -m sim experiment=``)
and ``figures.py`` (what is made of it). Runs are kept under ``runs/`` of the folder of results, so that a
second call draws anew and plays only what is missing.
"""

import argparse
import importlib.util
import json
import sys
import time
from pathlib import Path

import pandas as pd
import yaml

import sim
from sim import plots
from sim.core.kernel import source_hash
from sim.ensemble.design import DesignError
from sim.ensemble.store.layout import ResultsError
from sim.ensemble.store.manifest import git_state

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- verdicts: written by a full run -->", "<!-- end of verdicts -->"
RESULTS = HERE.parent / "results"
QUICK = yaml.safe_load((HERE / "quick.yaml").read_text())


class Play:
    """What ``figures.py`` of an experiment plays with.

    Parameters
    ----------
    folder : pathlib.Path
        The experiment.
    size : str
        ``quick`` (the smaller designs of quick.yaml), ``full`` or a multiple of the full number of runs.
    again : bool
        Play anew what is there.

    Attributes
    ----------
    out : pathlib.Path
        Where tables and figures go: ``results/NN_question/`` for the full size.
    """

    def __init__(self, folder, size, again=False):
        self.folder, self.size, self.again = folder, size, again
        self.quick = QUICK.get(folder.name, {}) if size == "quick" else {}
        self.scale = 1.0 if size in ("quick", "full") else float(size)
        self.out = RESULTS / folder.name if size == "full" else RESULTS / f"{size}_size" / folder.name
        self.out.mkdir(parents=True, exist_ok=True)
        self.played, self.shown = {}, ()

    def __call__(self, name="design"):
        """Play ``NAME.yaml``, or open what was played of it: an Ensemble with points."""
        return self.with_design(name)[0]

    def with_design(self, name="design"):
        """The same, and the design, which analyses need that want its unit cube."""
        asked = yaml.safe_load((self.folder / f"{name}.yaml").read_text())
        smaller = self.quick.get(name, {})
        design = asked.pop("design") | {k: v for k, v in smaller.items() if k in ("points", "over")}
        asked["runs_per_point"] = smaller.get("runs_per_point", design.pop("runs_per_point"))
        design.pop("runs_per_point", None)
        asked |= {k: v for k, v in smaller.items() if k == "days"}
        made = sim.make_design(**design)
        return self.sweep(name, made, **asked), made

    def sweep(self, name, design, *, runs_per_point, **asked):
        """Play a design made in code, as `sim.run_design` would."""
        each = max(2, round(runs_per_point * self.scale))
        folder = self.out / "runs" / name
        self.played[name] = {"points": len(design), "runs_per_point": each, **asked}
        call = {"runs_per_point": each, "out": folder, "progress": sys.stderr.isatty(), **asked}
        try:
            return sim.run_design(design, **call, overwrite=self.again)
        except ResultsError as error:  # of an older version of rules or design: it is only a cache
            print(f"   {name}: played anew ({' '.join(str(error).split())[:90]} ...)")
            return sim.run_design(design, **call, overwrite=True)

    def other(self, name):
        """``figures.py`` of another experiment, for what both work out alike."""
        return load(HERE / name)

    def compare(self, named, name="differences", control="holm"):
        """Hold ensembles against the first, twin by twin; keeps the table."""
        found = sim.compare(named, control=control)
        self.table(found.table, name)
        return found

    @staticmethod
    def one(table, **where):
        """The one row of a table where columns have these values, as a dict."""
        for column, value in where.items():
            table = table[table[column] == value]
        (row,) = table.to_dict("records")
        return row

    def runs(self, name, full):
        """A number of runs for what is no design: of quick.yaml, or the full one times the scale."""
        count = self.quick.get(name, {}).get("runs", full)
        count = max(2, round(count * self.scale))
        self.played[name] = {"runs": count}
        return count

    def setting(self, name, key, full):
        """Another setting, which quick.yaml may make smaller."""
        return self.quick.get(name, {}).get(key, full)

    def table(self, frame, name):
        """Keep a small table as CSV; returns it."""
        frame.to_csv(self.out / f"{name}.csv", index=False, float_format="%.6g")
        return frame

    def figure(self, ax, name):
        """Keep a figure as PNG, with its origin inside."""
        said = {"git": git_state(), "code": source_hash(), "command": [f"experiments {self.folder.name}"]}
        said["scenario"] = {"name": "january_2014", "hash": sim.load_scenario().hash}
        plots.save(ax, self.out / f"{name}.png", said, dpi=200)

    def verdicts(self, *rows):
        """Keep what became of each prediction, and write it into the README of a full run.

        Parameters
        ----------
        *rows : tuple of (int, str, str)
            Number of the prediction, verdict (`sim.analysis.claims`), what was found.
        """
        table = pd.DataFrame(rows, columns=["prediction", "verdict", "found"])
        self.table(table, "verdicts")
        if self.size != "full":
            return
        lines = [BEGIN, *self._provenance(), "| prediction | verdict | found |", "| --- | --- | --- |"]
        lines += [f"| {row.prediction} | {row.verdict} | {row.found} |" for row in table.itertuples()]
        shown = [name for name in self.shown if (self.out / f"{name}.png").exists()]
        lines += ["", *(f"![{name}](../../results/{self.folder.name}/{name}.png)" for name in shown)]
        readme = self.folder / "README.md"
        text = readme.read_text()
        before, _, rest = text.partition(BEGIN)
        _, _, after = rest.partition(END)
        if not rest:
            raise ValueError(f"{readme} has no line {BEGIN}")
        readme.write_text(before + "\n".join([*lines, END]) + after)

    def _provenance(self):
        """What was played, in a line."""
        parts = [f"{n}: {' '.join(f'{key} {v}' for key, v in p.items())}" for n, p in self.played.items()]
        return [f"Played with rules {source_hash()}, version {sim.__version__} ({'; '.join(parts)}).", ""]

    def answer(self, **numbers):
        """Keep the numbers an answer in words is made of, with what made them."""
        content = {
            "experiment": self.folder.name, "size": self.size, "played": self.played, "answer": numbers,
            "code": source_hash(), "version": sim.__version__, "scenario": sim.load_scenario().hash,
        }  # fmt: skip
        text = json.dumps(content, indent=1, ensure_ascii=False, default=_plain)
        (self.out / "answer.json").write_text(text + "\n")


def _plain(value):
    """Numbers of numpy and tables as JSON takes them."""
    if isinstance(value, pd.DataFrame):
        return json.loads(value.to_json(orient="records", double_precision=6))
    return value.item() if hasattr(value, "item") else str(value)


def questions():
    """Folders of experiments that this program plays, in order; the fit (02) has commands of its own."""
    found = sorted(file.parent for file in HERE.glob("[0-9][0-9]_*/figures.py"))
    return [folder for folder in found if not (folder / "fit.yaml").exists()]


def load(folder):
    """The ``figures.py`` of an experiment, as a module."""
    spec = importlib.util.spec_from_file_location(f"experiment_{folder.name}", folder / "figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked(words):
    """What was asked for on the command line, checked."""
    names = [folder.name for folder in questions()]
    parser = argparse.ArgumentParser(prog="python -m experiments", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NN_question", help=f"one or more of {', '.join(names)}")
    parser.add_argument("--size", default="full", help="quick, full, or a multiple of the runs of full")
    parser.add_argument("--again", action="store_true", help="play anew what is there")
    found = parser.parse_args(words)
    chosen = []
    for name in found.names:
        near = [n for n in names if n == name or n.startswith(f"{name}_") or n.split("_", 1)[1] == name]
        if not near:
            parser.error(f"there is no experiment {name} (there are: {', '.join(names)})")
        chosen += near
    if found.size not in ("quick", "full"):
        try:
            right = 0 < float(found.size) <= 100
        except ValueError:
            right = False
        if not right:
            parser.error(f"--size {found.size}: expected quick, full or a number above 0")
    found.names = chosen or names
    return found


def main(words=None):
    """Play what was asked for, one experiment after the other."""
    wanted = asked(words)
    begun = time.perf_counter()
    for name in wanted.names:
        print(f"== {name} ({wanted.size})", flush=True)
        started = time.perf_counter()
        folder = HERE / name
        play = Play(folder, wanted.size, wanted.again)
        try:
            module = load(folder)
            play.shown = module.SHOWN
            module.answer(play)
        except (DesignError, ResultsError) as error:
            print(f"infighting: {name}: {error}", file=sys.stderr)
            sys.exit(2)
        except KeyboardInterrupt:
            print("infighting: interrupted; what was played is kept", file=sys.stderr)
            sys.exit(130)
        print(f"   {play.out}: {time.perf_counter() - started:.0f} s", flush=True)
    print(f"All: {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
