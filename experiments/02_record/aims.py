"""python experiments/02_record/aims.py: what the rules show, against what a good set of rules should.

Plays 200 runs of january_2014, some worlds day by day, and a Latin hypercube over all bounds;
with ``--scenarios`` every scenario, with ``--switches`` all mechanisms on and off, with ``--parameters``
every parameter at both ends of its bounds (written to parameters.csv beside it). Adds a column, named by
``--label``, to results/02_record/aims.csv: one row a measure, so that every change of rules stands beside
the rules before it. Of the record it knows January to March 2014 only, and it fits nothing.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

import sim
from sim.analysis import compare
from sim.analysis.comparison import HEADLINE, measured
from sim.analysis.mechanisms import MECHANISMS, without
from sim.core.ledger import CODES
from sim.core.outcomes import CLASSES
from sim.core.state import PURPOSE
from sim.core.static import REBEL
from sim.plots.frames import pivot

OUT = Path(__file__).parents[2] / "results" / "02_record" / "aims.csv"
SEED = 1
FAMILY = {  # who hardly fought each other in January: their blocs, and the SRF, which has none
    "blocs": ("islamic_front", "army_of_mujahideen"),
    "ids": ("syrian_revolutionaries_front",),
}
SHAKEN = {"al_bab": (3, 10), "jarabulus": (3, 10), "raqqa": (1, 29), "tell_abyad": (1, 29)}  # days
JANUARY = 29  # the last day of it
NUSRA = {"Aleppo": 0.0, "Idlib": 0.0, "Raqqa": 0.88}  # targets T23a to T23c
LAST_MONTHS = ((151, 180), (181, 210), (211, 240), (241, 271))


def holders(ensemble):
    """Who holds each town on each day of each run: codes of the categories of ``control.holder``."""
    control, days = ensemble.control, ensemble.days + 1
    towns = control["town"].cat.categories
    run = np.searchsorted(np.unique(control["run"]), control["run"])
    out = np.full((run.max() + 1, len(towns), days), -1, np.int16)
    out[run, control["town"].cat.codes, control["day"]] = control["holder"].cat.codes
    for day in range(1, days):
        out[:, :, day] = np.where(out[:, :, day] < 0, out[:, :, day - 1], out[:, :, day])
    return out, list(towns), list(control["holder"].cat.categories)


def of_towns(ensemble):
    """Towns shaken and retaken, and months in which something changes hands."""
    holder, towns, names = holders(ensemble)
    isis = holder == names.index("isis")
    found = {}
    for town, (first, last) in SHAKEN.items():
        held = isis[:, towns.index(town)]
        found[f"2 {town} lost or contested, day {first} to {last}"] = (
            (~held[:, first : last + 1]).any(1).mean()
        )
        if last == JANUARY:
            found[f"2 {town} held on day {last}"] = held[:, last].mean()
    owner = np.where(np.isin(holder, [names.index("contested"), names.index("none")]), -1, holder)
    for day in range(1, owner.shape[2]):
        owner[:, :, day] = np.where(owner[:, :, day] < 0, owner[:, :, day - 1], owner[:, :, day])
    changes = (np.diff(owner, axis=2) != 0).sum(axis=1)
    live = [changes[:, first - 1 : last].sum(axis=1) > 0 for first, last in LAST_MONTHS]
    found["5 a town changes hands in each of the last four months"] = np.all(live, axis=0).mean()
    found["5 changes of hands in 30 days after day 120"] = changes[:, 120:150].sum(axis=1).mean()
    return found


def of_fights(ensemble):
    """Who fought whom."""
    fights, factions = ensemble.engagements, ensemble.scenario.factions.set_index("id")
    rebels = set(factions.index[factions["side"] == "rebel"])
    a, b = (fights[name].astype(str) for name in ("faction_a", "faction_b"))
    inside = (a.isin(rebels) | (a == "isis")) & (b.isin(rebels) | (b == "isis"))
    with_isis = inside & ((a == "isis") | (b == "isis"))
    family = set(factions.index[factions["bloc"].isin(FAMILY["blocs"])]) | set(FAMILY["ids"])
    at_odds = fights.loc[a.isin(family) & b.isin(family), "run"].nunique()
    nusra = (a == "jabhat_al_nusra") | (b == "jabhat_al_nusra")
    nusra &= inside & (fights["day"] <= JANUARY)
    early = with_isis & (fights["day"] <= JANUARY)
    of_isis = fights["province"].astype(str)[early]
    shares = {
        f"3 of ISIS's engagements in {name} in January, with Nusra (record {known})": (
            nusra[early][of_isis == name].mean()
        )
        for name, known in NUSRA.items()
    }
    return shares | {
        "3 ISIS in clashes among rebels and ISIS": with_isis.sum() / max(1, inside.sum()),
        "3 no war within Islamic Front, SRF, Mujahideen, Zenki": 1 - at_odds / len(ensemble.runs),
        "3 of Nusra's engagements in January, with ISIS": (nusra & with_isis).sum() / max(1, nusra.sum()),
    }


def of_orders(worlds, days=JANUARY):
    """Rebels sent to attack and rebels in ordered withdrawals in January, over some worlds."""
    men, decided = dict.fromkeys(("attack", "withdraw"), 0), dict.fromkeys(("attack", "withdraw"), 0)
    for run in range(worlds):
        world = sim.RebelConflict(seed=SEED, run=run, days=days, explain=True).run(days)
        entries = world._history.entries
        entries = entries[world.static.kinds.side[entries["faction"]] == REBEL]
        marched = entries[entries["what"] == CODES.index("marched")]
        for order in men:
            men[order] += marched["men"][marched["value"] == PURPOSE.index(order)].sum()
            decided[order] += (entries["what"] == CODES.index(order)).sum()
    ratio = men["attack"] / max(1, men["withdraw"])
    return {
        "4 rebels sent to attack, of those in ordered withdrawals, January": ratio,
        "4 rebels sent to attack in January": men["attack"] / worlds,
        "4 attacks by rebels in January": decided["attack"] / worlds,
        "4 withdrawals by rebels in January": decided["withdraw"] / worlds,
    }


def of_fates(ensemble):
    """Outcomes of the shipped point."""
    runs, men = ensemble.runs, pivot(ensemble.focal, "men")
    dead = sum(pivot(ensemble.focal, f"dead_{who}") for who in ("focal", "rebels", "civilians"))
    found = {f"1 {name}": (runs["outcome"].astype(str) == name).mean() for name in CLASSES}
    found |= {f"1 ends {name}": share for name, share in runs["state"].value_counts(normalize=True).items()}
    found["1 P(broken)"] = runs["broken"].mean()
    found["1 P(back | broken)"] = runs["back"].mean()
    found["1 median day back"] = runs["back_day"].median()
    for name, values in (("trough", runs["trough_share"]), ("people at the end", runs["end_people_share"])):
        found |= {f"2 {name}, {q} %": np.percentile(values, q) for q in (10, 50, 90)}
    found["2 men at the end, 50 %"] = np.median(men[:, -1] / men[:, 0])
    found["8 dead to 22 January, 50 % (record 1,395)"] = np.median(dead[:, 20])
    found["8 bombs a day after day 120"] = np.diff(pivot(ensemble.focal, "bombings")[:, [120, -1]]).mean() / (
        ensemble.days - 120
    )
    return found | {"2 initiative in all": runs["initiative"].mean(), "2 conquests": runs["conquests"].mean()}


def over_all_bounds(points):
    """Outcomes over a Latin hypercube of every number that is declared."""
    design = sim.make_design("latin_hypercube", "all", points=points, seed=17)
    runs = sim.run_design(design, runs_per_point=2, seed=SEED, progress=False).runs
    found = {f"1 all bounds: {name}": (runs["outcome"].astype(str) == name).mean() for name in CLASSES}
    return found | {"1 all bounds: P(back | broken)": runs["back"].mean()}


def over_scenarios(runs):
    """Scenarios of which a headline measure differs from january_2014 (Holm)."""
    request = {"runs": runs, "seed": SEED, "progress": False}
    named = {name: sim.run_ensemble(name, **request) for name in ("january_2014", *sim.scenario_names())}
    table = compare(named).table
    moved = table[table["measure"].isin(HEADLINE) & (table["p_adjusted"] < 0.05)]
    of = sorted(set(table["comparison"]))
    print("   move a headline measure:", ", ".join(sorted(set(moved["comparison"]))))
    print("   move none:", ", ".join(sorted(set(of) - set(moved["comparison"]))))
    return {f"6 scenarios of {len(of)} that move a headline measure": moved["comparison"].nunique()}


def over_switches(runs):
    """All mechanisms on and all off."""
    found = {}
    for word, params in (("on", {}), ("off", without(*MECHANISMS))):
        played = sim.run_ensemble(runs=runs, seed=SEED, params=params, progress=False).runs
        for name in ("broken", "back", "end_people_share"):
            found[f"7 all {word}: {name}"] = np.nanmean(measured(played, name).astype(float))
    return found


def ends_apart(name, ends, runs):
    """What a parameter does to every measure of runs between the ends of its bounds, and its paired t."""
    low, high = (
        sim.run_ensemble(runs=runs, seed=SEED, params={name: end}, progress=False).runs for end in ends
    )
    numbers = [m for m in low if m != "run" and pd.api.types.is_numeric_dtype(low[m])]
    gap = high[numbers].astype(float) - low[numbers].astype(float)
    t = gap.mean() / (gap.std() / np.sqrt(gap.count()))
    return pd.DataFrame({"difference": gap.mean(), "t": t.where(gap.count() > runs / 4)}).dropna()


def over_parameters(runs):
    """Parameters that move a measure over their bounds: 95 %, Bonferroni over the measures of runs."""
    rows = []
    for name, p in sim.params.declared().items():
        if name.startswith("outcomes."):  # they only say what counts as what
            continue
        found = ends_apart(name, (False, True) if p.kind == "switch" else (p.low, p.high), runs)
        for measure in found.index[found["t"].abs().argsort()[::-1][:3]]:
            surprising = 2 * stats.t.sf(abs(found["t"][measure]), runs - 1) * len(found) < 0.05
            rows.append((name, measure, *found.loc[measure], surprising))
    frame = pd.DataFrame(rows, columns=["parameter", "measure", "difference", "t", "moves"])
    frame.round(3).to_csv(OUT.with_name("parameters.csv"), index=False)
    moves = frame.groupby("parameter", sort=False)["moves"].any()
    print("   move nothing:", ", ".join(moves.index[~moves]))
    return {f"9 parameters of {len(moves)} that move a measure": moves.sum()}


def main(words=None):
    """Measure, show, and add a column to the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--label", default=sim.__version__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--points", type=int, default=100, help="of the Latin hypercube")
    parser.add_argument("--worlds", type=int, default=6, help="played day by day")
    parser.add_argument("--scenarios", action="store_true")
    parser.add_argument("--switches", action="store_true")
    parser.add_argument("--parameters", type=int, default=0, metavar="RUNS", help="at each end of all bounds")
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="NAME=VALUE", help="parameters of the first runs"
    )
    asked = parser.parse_args(words)
    params = {name: float(value) for name, value in (each.split("=") for each in asked.set)}
    ensemble = sim.run_ensemble(runs=asked.runs, seed=SEED, params=params, detail="full", progress=False)
    found = of_fates(ensemble) | of_towns(ensemble) | of_fights(ensemble)
    if asked.worlds:
        found |= of_orders(asked.worlds)
    if asked.points:
        found |= over_all_bounds(asked.points)
    if asked.scenarios:
        found |= over_scenarios(asked.runs)
    if asked.switches:
        found |= over_switches(asked.runs)
    if asked.parameters:
        found |= over_parameters(asked.parameters)
    frame = pd.Series(found, name=asked.label).round(3).to_frame()
    print(frame.to_string())
    if OUT.exists():
        before = pd.read_csv(OUT, index_col="measure").drop(columns=asked.label, errors="ignore")
        frame = before.reindex(before.index.union(frame.index, sort=False)).join(frame)
    frame = frame.sort_index(key=lambda names: names.str[0], kind="stable")
    frame.to_csv(OUT, index_label="measure", float_format="%.3f")


if __name__ == "__main__":
    main()
