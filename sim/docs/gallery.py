"""``infighting docs gallery``: every figure of sim.plots, small, from real runs, into results/gallery/.

The pictures of the README. Twenty runs and a few days make it a quick look (``--runs 20 --days 40``).
"""

import inspect
import itertools
from pathlib import Path

from tqdm.auto import tqdm

from sim import plots
from sim.analysis import attribution, discovery, sensitivity
from sim.analysis.comparison import compare
from sim.ensemble import run_design, run_ensemble
from sim.ensemble.design import Setting, make_design
from sim.ensemble.plan import Plan
from sim.ensemble.run import manifest_of
from sim.params import problem
from sim.plots import style
from sim.report import figures

DOTS = 100  # per inch: 700 pixels wide
OTHER = "truce"  # the scenario that comparisons show
SWITCHES = {
    "provocation.on": "provocation",
    "grievance.on": "grievance",
    "plans.withdrawal": "ordered withdrawal",
}
MOVED = [
    "alignment.hostility",
    "battle.yielding",
    "alignment.threshold_mean",
    "grievance.half_life",
    "grievance.rise",
    "plans.threat_weight",
    "plans.pinning",
    "march.speed",
]
PHASE = ("alignment.hostility", "battle.yielding")
BACK = ("regrouped", "resurgent")


class Designs:
    """Small designs, a look at the figures and not an answer; all points share their random numbers."""

    def __init__(self, runs, days):
        self.asked = {"seed": 1, "days": days, "progress": False}
        self.runs = runs
        self.made, self.note = None, ""

    def played(self, runs, *words):
        """Whether the focal faction comes back: a list of runs for each point; and the points."""
        design, runs = make_design(*words), max(runs, 1)
        swept = run_design(design, runs_per_point=runs, **self.asked)
        self.made = Plan(Setting(), design, runs_per_point=runs, seed=1, days=swept.days).manifest()
        each = f"{runs} run{'s' if runs > 1 else ''} each (seed 1), {swept.days} days"
        self.note = f"{len(design):,} points of {swept.scenario.name}, {each}"
        back = swept.runs["outcome"].astype(str).isin(BACK)
        return back.groupby(swept.runs["point"]).agg(list), swept.points

    def phase(self, points=4):
        """Share of runs that regroup over two parameters, from the lower to the upper bound of each."""
        back, played = self.played(self.runs, "grid", dict.fromkeys(PHASE), points)
        return played.assign(share=back.map(lambda runs: sum(runs) / len(runs)))

    def effects(self, trajectories=6):
        """Elementary effects of a few parameters on the share that regroups (Morris)."""
        over = dict.fromkeys(MOVED)
        back, played = self.played(self.runs // 4, "morris", over, trajectories)
        bounds = problem(MOVED)
        share = back.map(lambda runs: sum(runs) / len(runs))
        return sensitivity.morris(bounds, played[bounds["names"]].to_numpy(float), share.to_numpy())

    def shares(self):
        """What each switch adds to the share that regroups, over all orders of switching them on."""
        players = list(SWITCHES)
        back, played = self.played(self.runs, "grid", {name: [False, True] for name in players})
        on = {tuple(name for name in players if row[name]): point for point, row in played.iterrows()}
        worth = [back[on[part]] for part in attribution.subsets(players)]
        return attribution.shapley(worth, players).replace({"mechanism": SWITCHES})

    def boxes(self):
        """Where in the space of a few parameters ISIS is not broken, or does not come back (PRIM)."""
        back, played = self.played(1, "latin_hypercube", dict.fromkeys(MOVED), max(8 * self.runs, 20))
        return discovery.prim(played[MOVED], ~back.map(any).to_numpy())


def of_an_ensemble(ensemble, other):
    """Figures of one ensemble, and of two: name and Axes."""
    past = figures.Past(ensemble.scenario, ensemble.days)
    for kind in figures.kinds_for(ensemble.detail):
        if kind.name != "control_raster":
            drawn = kind.draw(ensemble, past)
            if drawn is not None:
                yield kind.name, drawn
    run = figures.typical_run(ensemble)
    model = ensemble.replay(run)
    happenings = model.explain(day=(1, ensemble.days)).table
    yield "control_raster", plots.control_raster(ensemble, run, happenings=happenings)
    yield "chance_map", plots.chance_map(ensemble, min(88, ensemble.days), record=past.held)
    yield "holders_map", plots.holders_map(ensemble, run)
    yield "holders_maps", plots.holders_maps(ensemble, run)
    yield "columns_map", plots.columns_map(ensemble, run, min(10, ensemble.days))
    yield "provinces_at_war", plots.over_time(ensemble, "provinces_at_war", events=past.events)
    named = {each.scenario.name: each for each in (ensemble, other)}
    yield "outcome_shares_compared", plots.outcome_shares(named)
    yield "regrouping_compared", plots.regrouping(named)
    yield "difference_map", plots.difference_map(other, ensemble)
    paired = compare(ensemble, other)
    yield "paired_differences", plots.paired_differences(paired)
    yield "paired_over_time", plots.paired_over_time(paired)


def of_the_rest(ensemble, files):
    """Figures of an ensemble alone that no file shows yet: a new one is in the gallery by itself."""
    for name in sorted({*plots.__all__} - {"animate", "over_time", *(file.stem for file in files)}):
        parameters = inspect.signature(getattr(plots, name)).parameters.values()
        if [p.name for p in parameters if p.default is p.empty] in (["ensemble"], ["results"]):
            yield name, getattr(plots, name)(ensemble)


def of_designs(runs, days):
    """Figures of small designs: name, Axes, and what made them."""
    designs = Designs(runs, days)
    x, y = PHASE
    labels = ("weight of hostility (alignment.hostility)", "yielding of the hopeless a day (battle.yielding)")
    table = designs.phase()
    drawn = plots.phase_diagram(table, x, y, "share", labels=labels, note=designs.note)
    yield "phase_diagram", drawn, designs.made
    words = "mean effect on the share of runs that regroup, from bound to bound"
    table = designs.effects()
    yield "sensitivity", plots.sensitivity(table, words=words, note=designs.note), designs.made
    table = designs.shares()
    yield "shapley", plots.shapley(table, width=style.COLUMN + 1.5, note=designs.note), designs.made
    table = designs.boxes()
    if len(table):
        title = "Where ISIS is not broken, or does not come back"
        yield "discovery_boxes", plots.discovery_boxes(table, title=title, note=designs.note), designs.made


def make(folder, runs=200, days=None, design_runs=24, progress=True):
    """Draw the gallery into a folder, in place of an earlier one; returns the files."""
    folder, files = Path(folder), []
    asked = {"runs": runs, "seed": 1, "days": days, "detail": "full", "progress": False}
    bar = tqdm(unit="picture", disable=not progress)
    ensemble, other = run_ensemble(**asked), run_ensemble(OTHER, **asked)
    made = [manifest_of(e) for e in (ensemble, other)]
    of_ensembles = ((name, axes, made) for name, axes in of_an_ensemble(ensemble, other))
    of_the_others = ((name, axes, made) for name, axes in of_the_rest(ensemble, files))
    for name, axes, by in itertools.chain(of_ensembles, of_designs(design_runs, days), of_the_others):
        files += plots.save(axes, folder / f"{name}.png", by, dpi=DOTS)
        bar.set_postfix_str(name, refresh=False)
        bar.update()
    run = figures.typical_run(ensemble)
    look = {"step": 3, "dpi": 72, "per_second": 8, "manifest": made[0], "progress": False}
    files.append(plots.animate(ensemble, run, folder / "run.gif", **look))
    bar.update()
    bar.close()
    return files
