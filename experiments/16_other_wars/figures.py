"""Other wars: each played from its eve with what was drawn for 2014, and issued before it is scored."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

import sim
from sim.analysis.forecasts import forecast_from_eve, read_forecast
from sim.core.outcomes import interval
from sim.ensemble.design import Setting
from sim.ensemble.plan import Plan
from sim.record import town_scores
from sim.record.observe import MEANINGS, Observed, observed_of
from sim.record.read import record_of
from sim.record.scoring import score
from sim.record.targets import EMPTY, FOCAL, REBELS, SIDE_OF, ratio
from sim.scenario.build import Rows, graph, road_distances

ISSUED = Path(__file__).parent / "issued"
SEED = 160
QUANTILES = {"low_90": 0.05, "low_50": 0.25, "median": 0.5, "high_50": 0.75, "high_90": 0.95}
SCORED, FIRST_DAYS = "idlib_2018", 10  # the war with a record, and the part of it in which the map moves
OUTSIDE = ("syrian_government", "ypg", "syrian_national_army")  # they hold the edge of the theatre
AS_STATED = 0.5  # chance that a doubtful row of control is as the scenario states it (assumed)
SHOWN = ()


class War(NamedTuple):
    """How one war is played."""

    days: int
    maps: int  # start maps: the stated one and others, where rows of control are doubtful


WARS = {
    "idlib_2017": War(days=30, maps=10),
    "west_aleppo_2019": War(days=30, maps=10),
}


def answer(play):
    """Play every war from its eve, and issue or check what came out."""
    for name, war in WARS.items():
        runs = play.runs(name, 1000)
        days = play.setting(name, "days", war.days)
        scenario = sim.load_scenario(name)
        observed = played(scenario, days, war.maps, runs)
        table = play.table(measures(observed, scenario), f"{name}_measures")
        play.table(by_town(observed, scenario), f"{name}_towns")
        if play.size == "full":
            issue(name, observed, scenario, table)
    scored_war(play, play.runs(SCORED, 1000), play.setting(SCORED, "days", 70))


def scored_war(play, runs, days):
    """The war with a record: played with and without its scripted start, and scored against the eve."""
    stated = sim.load_scenario(SCORED)
    unscripted = replace(stated, events=stated.events[stated.events["scripted"] == 0])
    targets, towns, told = [], [], []
    for start, scenario in (("order on day 1", stated), ("no order", unscripted)):
        request = {"runs": runs, "days": days, "seed": SEED, "draw": "posterior", "detail": "full"}
        found = score(sim.run_ensemble(scenario, progress=False, **request), record_of(scenario))
        targets.append(found.targets.drop(columns=["from", "to"]).assign(start=start))
        towns += [found.towns.assign(start=start), first_days(found, scenario).assign(start=start)]
        seen = (found.observed, first_wars(found.observed))
        told.append(measures(seen, scenario).assign(start=start))
        if scenario is stated:
            play.table(against_record(found, by_town(seen, scenario)), f"{SCORED}_towns")
    play.table(pd.concat(targets), f"{SCORED}_targets")
    play.table(pd.concat(towns), f"{SCORED}_map")
    play.table(pd.concat(told), f"{SCORED}_measures")


def first_days(found, scenario):
    """Scores of the map over the first ten days, the part of this record that is a test of it."""
    record = found.record
    km = road_distances(graph(scenario), Rows(scenario))
    rows = []
    for meaning, chances in town_scores.forecasts(found.observed).items():
        truth = record.observed.holds(meaning)[0]
        use, last = town_scores.known(record, meaning), min(len(chances), len(truth)) - 1
        named = {town_scores.MODEL: chances} | town_scores.baselines(record, meaning, km)
        what = {"held": meaning, "rows": "all", "horizon": min(FIRST_DAYS, last)}
        days = slice(1, what["horizon"] + 1)
        cut = {name: chance[: last + 1] for name, chance in named.items()}
        rows += town_scores.scored(cut, truth[: last + 1], use[: last + 1], days, what)
    return pd.DataFrame(rows)


def against_record(found, table):
    """The table of towns, with what the record says of the same days."""
    past, ids = found.record.observed, found.record.scenario.town_ids
    last = min(past.days, found.days)
    for day in sorted({7, 10, 14, last}):
        if day <= last:
            rows = [ids.index(town) for town in table["town"]]
            known = past.seen[0, day, rows]
            table[f"record_day_{day}"] = np.where(known, past.held[0, day, rows].astype(float), np.nan)
            table[f"held_day_{day}"] = found.observed.held[:, day, rows].mean(axis=0)
    return table


def start_maps(scenario, count):
    """The scenario, and others of which the rows of low confidence in control are drawn again.

    The holder of such a town is as stated with chance `AS_STATED`, else one of its contenders or nobody,
    each as likely. Where the focal faction comes to hold it, it shares it; garrisons are dealt anew.
    """
    yield scenario
    rng = np.random.default_rng(SEED)
    doubtful = scenario.control.index[scenario.control["confidence"] == "low"]
    for _ in range(count - 1):
        control = scenario.control.copy()
        for row in doubtful:
            place = control.loc[row]
            choices = ["", *place["contenders"]]
            if rng.random() >= AS_STATED:
                control.loc[row, "holder"] = choices[rng.integers(len(choices))]
                if scenario.focal in place["contenders"]:
                    control.loc[row, "focal_role"] = "shared"
        other = replace(scenario, control=control)
        yield replace(other, garrisons=other.allocate())


def played(scenario, days, maps, runs):
    """What was seen of all runs, over all start maps, evenly."""
    maps = min(maps, runs)
    sizes = [len(part) for part in np.array_split(np.arange(runs), maps)]
    found = []
    for k, (start, size) in enumerate(zip(start_maps(scenario, maps), sizes, strict=True)):
        request = {"runs": size, "days": days, "seed": SEED + k, "draw": "posterior", "detail": "full"}
        seen = observed_of(sim.run_ensemble(start, progress=False, **request))
        wars = first_wars(seen)
        found.append((seen._replace(fights=None), wars))
    parts = zip(*(tuple(seen)[:-1] for seen, _ in found), strict=True)
    together = Observed(*(np.concatenate(part) for part in parts), fights=None)
    return together, np.concatenate([wars for _, wars in found])


def first_wars(seen):
    """First day on which each faction (bit) fought the focal one, by run: inf if it never did."""
    bits = seen.fights.rebels
    out = np.full((len(seen.held), 64), np.inf)
    for faction in range(64):
        with_it = (bits >> faction) & 1 == 1
        np.minimum.at(out[:, faction], seen.fights.run[with_it], seen.fights.day[with_it])
    return out


def theatre(scenario):
    """Whether each town is one that rebels or the focal faction held or shared on the eve."""
    outside = set(scenario.control.loc[scenario.control["holder"].isin(OUTSIDE), "town"])
    return np.array([town not in outside for town in scenario.town_ids])


def measures(played_runs, scenario):
    """Medians and bands of every measure that a record of such a war could be held against."""
    seen, wars = played_runs
    inside, last = theatre(scenario), seen.days
    days = sorted({day for day in (1, 3, 7, 14, 21, 30, 45, last) if day <= last})
    rows = []

    def add(measure, side, day, values):
        told = values[~np.isnan(values)]
        quantiles = {
            name: float(np.quantile(told, q, method="inverted_cdf")) if len(told) else np.nan
            for name, q in QUANTILES.items()
        }
        rows.append({"measure": measure, "side": side, "day": day} | quantiles | {"told": len(told)})

    for meaning in MEANINGS:
        share = seen.holds(meaning)[:, :, inside].mean(axis=2)
        for day in (0, *days):
            add(f"held_share {meaning}", scenario.focal, day, share[:, day])
    for day in days:
        for side, row in SIDE_OF.items():
            add("deaths", scenario.focal if row == FOCAL else side, day, seen.dead[:, day, row])
        dead = seen.dead[:, day]
        add("deaths_ratio", f"rebels/{scenario.focal}", day, ratio(dead[:, REBELS], dead[:, FOCAL]))
        executed = seen.executed[:, day]
        add("executed_share", "rebels", day, ratio(executed[:, 0], dead[:, REBELS]))
        add("executed_share", scenario.focal, day, ratio(executed[:, 1], dead[:, FOCAL]))
        add("suicide_attacks", scenario.focal, day, seen.bombings[:, day])
        add("engagements", f"rebels-{scenario.focal}", day, seen.events[:, : day + 1].sum(axis=(1, 2)))
        add("factions at war", "rebels", day, (wars <= day).sum(axis=1).astype(float))
    add("day of first fight", "rebels", last, wars.min(axis=1))
    for row, faction in enumerate(scenario.faction_ids):
        if scenario.factions["side"].iloc[row] == "rebel":
            rows.append(chance("fights it", faction, last, wars[:, row] <= last))
    held = seen.held[:, :, inside]
    lost = (held[:, :1] & ~held[:, last:]).sum(axis=(1, 2))
    won = (~held[:, :1] & held[:, last:]).sum(axis=(1, 2))
    add("places lost", scenario.focal, last, lost.astype(float))
    add("places won", scenario.focal, last, won.astype(float))
    rows.append(chance("holds more places than on the eve", scenario.focal, last, won > lost))
    changed = seen.held[:, 1:] != seen.held[:, :-1]
    calm = (changed[:, :, inside].sum(axis=2) > 0) & (np.diff(seen.dead[..., 3], axis=1) == 0)
    days_changed = (changed[:, :, inside].sum(axis=2) > 0).sum(axis=1)
    add("days of change without a death, share", "all", last, ratio(calm.sum(axis=1), days_changed))
    return pd.DataFrame(rows)


def chance(measure, side, day, happens):
    """A chance, with Wilson's 95 per cent interval in the columns of the outer band."""
    low, high = interval(int(happens.sum()), len(happens))
    row = {"measure": f"chance: {measure}", "side": side, "day": day, "told": len(happens)}
    return row | {"low_90": low, "median": happens.mean(), "high_90": high}


def by_town(played_runs, scenario):
    """Every place of the theatre: chance to be held at some days, to be left, and when."""
    seen, last = played_runs[0], played_runs[0].days
    rows = []
    for k in np.flatnonzero(theatre(scenario)):
        there = seen.holds("any")[:, :, k]
        gone = np.lib.stride_tricks.sliding_window_view(~there[:, 1:], min(EMPTY, last), axis=1).all(axis=2)
        leaves = gone.any(axis=1) & there[:, 0]
        day = np.where(leaves, gone.argmax(axis=1) + 1.0, np.inf)
        rows.append(
            {
                "town": scenario.town_ids[k],
                "held_day_0": seen.held[:, 0, k].mean(),
                "there_day_0": there[:, 0].mean(),
                **{f"held_day_{d}": seen.held[:, d, k].mean() for d in sorted({7, 14, last}) if d <= last},
                **{f"there_day_{d}": there[:, d].mean() for d in sorted({7, 14, last}) if d <= last},
                "exits": leaves.mean(),
                "median_day_of_exit": np.median(day[leaves]) if leaves.any() else np.nan,
                "ever_taken": (seen.held[:, 1:, k] & ~seen.held[:, :1, k]).any(axis=1).mean(),
            }
        )
    return pd.DataFrame(rows)


def issue(name, played_runs, scenario, table):
    """Write the forecast of a war, once; where it is there, say whether this play gives the same."""
    plan = Plan(Setting(scenario), runs_per_point=len(played_runs[0].held), seed=SEED, draw="posterior")
    made = plan.manifest()
    about = {key: made[key] for key in ("program", "version", "scenario", "seed", "draw", "code")}
    about |= {"start_maps": WARS[name].maps, "measures": table.round(6).astype(object).values.tolist()}
    found = forecast_from_eve(played_runs[0], scenario, about)
    if (ISSUED / name).exists():
        there = read_forecast(ISSUED / name, scenario)
        same = np.allclose(there.chances[list(MEANINGS)], found.chances[list(MEANINGS)], atol=1e-9)
        again = "the same" if same else "another one"
        print(f"   {name}: issued already ({there.sha256[:12]}); this play gives {again}")
    else:
        print(f"   {name}: issued, SHA-256 {read_forecast(found.save(ISSUED / name), scenario).sha256}")
