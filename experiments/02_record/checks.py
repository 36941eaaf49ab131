"""python experiments/02_record/checks.py: what each mechanism is worth against the record.

Plays the posterior again with one thing switched off at a time, and a rival that knows nothing but odds, and
scores all with the same code. Writes results/02_record/checks.csv.
"""

import argparse
import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
from rival import RATES, rival
from worlds import DAYS, TIMING, distance, parts_of

import sim
from sim.ensemble.engine import Start
from sim.record import town_scores as towns
from sim.record.read import read_record
from sim.record.scoring import score, target_row
from sim.record.targets import Names
from sim.scenario.build import Rows, graph, road_distances

ROOT = Path(__file__).parents[2]
OUT = ROOT / "results" / "02_record"
IDEOLOGY = ["frame", "polity", "territory", "ideology"]
OFF = {
    "all of it": {},
    "no dated event after 3 January": {"events.last_day": 1},
    "no ideology": {
        "alignment.distance": 0.0,
        "alignment.rivalry": 0.0,
        "alignment.ideology_scale": 2.0,
        "alignment.oversized_coalition": 0.0,
        "support.distance": 0.0,
        "bargains.ideology_scale": 0.6,
    },
    "no ordered withdrawal": {"plans.withdrawal": False},
    "no pinning by the regime": {"plans.pinning": 0.0},
    "no thresholds of joining (lowest believable)": {
        "alignment.threshold_mean": 0.2,
        "alignment.threshold_sd": 0.05,
    },
    "no raids": {"raids.on": False},
    "no hearing of other provinces": {"provocation.spread": 0.0},
    "no reprisals on foreigners": {"battle.reprisal": 0.0},
    "cut-off garrisons keep their stores (120 days)": {"plans.endurance": 120.0},
    "no retaliation": {"retaliation.on": False},
}


def permuted(scenario, key):
    """The scenario with the ideologies of rebels and the focal faction dealt out among them anew."""
    factions = scenario.factions.copy()
    able = factions.index[factions["side"].isin(["rebel", "focal"])]
    order = np.random.default_rng(key).permutation(able)
    factions.loc[able, IDEOLOGY] = factions.loc[order, IDEOLOGY].to_numpy()
    return dataclasses.replace(scenario, factions=factions)


def row_of(name, targets, town_table, off):
    """One row: targets, town-days, distance."""
    scored = targets[targets["unscored"] == ""]
    model = town_table[(town_table["rows"] == "all") & (town_table["held"] == "controller")]
    model = model[model["horizon"] == model["horizon"].max()]
    own = model[model["forecast"] == "model"].iloc[0]
    lasting = model[model["forecast"] == towns.EVE].iloc[0]
    return {
        "without": name,
        "inside": int(scored["inside"].sum()),
        "scored": len(scored),
        "timing": int(scored.loc[scored["id"].isin(TIMING), "inside"].sum()),
        "covered_90": int(scored["covered_90"].sum()),
        "brier": own["brier"],
        "skill": lasting["skill"],
        "skill_low": lasting["skill_low"],
        "skill_high": lasting["skill_high"],
        "distance": off.mean(),
        "distance_se": off.std() / np.sqrt(len(off)),
    }


def further(off, whole):
    """How much further from the record the same draws are without it, with the 95 % interval."""
    more = off - whole
    half = 1.96 * more.std(ddof=1) / np.sqrt(len(more))
    return {"further": more.mean(), "further_low": more.mean() - half, "further_high": more.mean() + half}


def main(words=None):
    """Run all checks and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draw", default="posterior", help="posterior, or defaults")
    parser.add_argument("--out", type=Path, default=OUT / "checks.csv")
    asked = parser.parse_args(words)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    scenario = sim.load_scenario("january_2014")
    record = read_record(ROOT / "scenarios" / "january_2014" / "record", scenario)
    names, rows, offs = Names.of(scenario), [], []

    def add(name, story, params):
        ensemble = sim.run_ensemble(
            story, runs=asked.runs, seed=asked.seed, params=params, days=DAYS, detail="full", draw=asked.draw
        )
        held = score(ensemble, record)
        off = distance(parts_of(held.observed, record, names, scenario.day))
        offs.append(off)
        rows.append(row_of(name, held.targets, held.towns, off) | further(off, offs[0]))
        print(rows[-1])

    for name, params in OFF.items():
        add(name, scenario, params)
    for key in (1, 2, 3):
        add(f"ideologies permuted, {key}", permuted(scenario, key), {})
    begin = Start(scenario, None, DAYS)
    known = [t for t in record.targets if not t["measure"].startswith("engagements")]
    seen = dataclasses.replace(record, targets=known)

    def far(observed):
        return distance(parts_of(observed, seen, names, scenario.day))

    tried = {rate: far(rival(begin, rate, 64, DAYS, seed=2)).mean() for rate in RATES}
    observed = rival(begin, min(tried, key=tried.get), asked.runs, DAYS, asked.seed)
    targets = pd.DataFrame([target_row(t, observed, record, names, scenario) for t in known])
    km = road_distances(graph(scenario), Rows(scenario))
    model = towns.table(observed, record, km)
    rows.append(row_of("everything but Lanchester's odds", targets, model, far(observed)))
    pd.DataFrame(rows).to_csv(asked.out, index=False, float_format="%.4f")
    print(pd.DataFrame(rows).to_string(float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
