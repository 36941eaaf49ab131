"""What the experiments are run with: designs, tables, figures and verdicts (``infighting experiments``).

Each folder has designs (``*.yaml``: what is run; ``design.yaml`` also by ``infighting experiment=``) and
``figures.py`` (what is made of it). Runs are stored under ``runs/`` of the folder of results: a second call
draws anew and runs only what is missing.
"""

import importlib.util
import json
import sys
from pathlib import Path

import pandas as pd
import yaml

import sim
from sim import plots
from sim.core.kernel import source_hash
from sim.ensemble.store.layout import ResultsError
from sim.ensemble.store.manifest import git_state

HERE = Path(__file__).resolve().parent
BEGIN, END = "<!-- verdicts: written by a full run -->", "<!-- end of verdicts -->"
IS_INSTALLED = HERE.name == "_experiments"  # inside the package: results go to the working directory
RESULTS = Path.cwd() / "results" if IS_INSTALLED else HERE.parent / "results"
QUICK = yaml.safe_load((HERE / "quick.yaml").read_text())


class Play:
    """What ``figures.py`` of an experiment runs its designs with.

    Parameters
    ----------
    folder : pathlib.Path
        The experiment.
    size : str
        ``quick`` (the smaller designs of quick.yaml), ``full`` or a multiple of the full number of runs.
    again : bool
        Run anew what is there.

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
        """Run ``NAME.yaml``, or open what was run of it: an Ensemble with points."""
        return self.with_design(name)[0]

    def with_design(self, name="design"):
        """The same, and the design, which analyses need that want its unit cube."""
        settings = yaml.safe_load((self.folder / f"{name}.yaml").read_text())
        smaller = self.quick.get(name, {})
        design = settings.pop("design") | {k: v for k, v in smaller.items() if k in ("points", "over")}
        settings["runs_per_point"] = smaller.get("runs_per_point", design.pop("runs_per_point"))
        design.pop("runs_per_point", None)
        settings |= {k: v for k, v in smaller.items() if k == "days"}
        made = sim.make_design(**design)
        return self.sweep(name, made, **settings), made

    def sweep(self, name, design, *, runs_per_point, **settings):
        """Run a design made in code, as `sim.run_design` would."""
        each = max(2, round(runs_per_point * self.scale))
        folder = self.out / "runs" / name
        self.played[name] = {"points": len(design), "runs_per_point": each, **settings}
        call = {"runs_per_point": each, "out": folder, "progress": sys.stderr.isatty(), **settings}
        try:
            return sim.run_design(design, **call, overwrite=self.again)
        except ResultsError as error:  # of an older version of rules or design: it is only a cache
            print(f"   {name}: run anew ({' '.join(str(error).split())[:90]} ...)")
            return sim.run_design(design, **call, overwrite=True)

    def other(self, name):
        """``figures.py`` of another experiment, for what both work out alike."""
        return load(HERE / name)

    def compare(self, named, name="differences", control="holm"):
        """Compare ensembles with the first in pairs of runs; writes the table."""
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
        """Write a small table as CSV; returns it."""
        frame.to_csv(self.out / f"{name}.csv", index=False, float_format="%.6g")
        return frame

    def figure(self, ax, name):
        """Write a figure as PNG, with its origin inside."""
        metadata = {
            "git": git_state(),
            "code": source_hash(),
            "command": [f"infighting experiments {self.folder.name}"],
        }
        metadata["scenario"] = {"name": "january_2014", "hash": sim.load_scenario().hash}
        plots.save(ax, self.out / f"{name}.png", metadata, dpi=200)

    def verdicts(self, *rows):
        """Write what became of each prediction, for a full run into its README as well.

        Parameters
        ----------
        *rows : tuple of (int, str, str)
            Number of the prediction, verdict (`sim.analysis.claims`), what was found.
        """
        table = pd.DataFrame(rows, columns=["prediction", "verdict", "found"])
        self.table(table, "verdicts")
        if self.size != "full" or IS_INSTALLED:
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
        """What was run, in a line."""
        parts = [f"{n}: {' '.join(f'{key} {v}' for key, v in p.items())}" for n, p in self.played.items()]
        return [f"Run with rules {source_hash()}, version {sim.__version__} ({'; '.join(parts)}).", ""]

    def answer(self, **numbers):
        """Write the numbers an answer in words is made of, with what made them."""
        content = {
            "experiment": self.folder.name,
            "size": self.size,
            "played": self.played,
            "answer": numbers,
            "code": source_hash(),
            "version": sim.__version__,
            "scenario": sim.load_scenario().hash,
        }
        text = json.dumps(content, indent=1, ensure_ascii=False, default=_plain)
        (self.out / "answer.json").write_text(text + "\n")


def _plain(value):
    """Numbers of numpy and tables as JSON takes them."""
    if isinstance(value, pd.DataFrame):
        return json.loads(value.to_json(orient="records", double_precision=6))
    return value.item() if hasattr(value, "item") else str(value)


def load(folder):
    """The ``figures.py`` of an experiment, as a module."""
    spec = importlib.util.spec_from_file_location(f"experiment_{folder.name}", folder / "figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(folder, size, again=False):
    """Run an experiment and draw what is made of it.

    Parameters
    ----------
    folder, size, again
        As for `Play`.

    Returns
    -------
    pathlib.Path
        Where tables and figures are.
    """
    play = Play(folder, size, again)
    module = load(folder)
    play.shown = module.SHOWN
    module.answer(play)
    return play.out
