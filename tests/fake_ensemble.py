"""A made-up ensemble with the frames of a real one, made in milliseconds: for tests of figures only."""

import datetime
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd

from sim.core.measures import DAILY
from sim.core.outcomes import STATES, passages
from sim.ensemble.design import Setting
from sim.ensemble.plan import Plan
from sim.ensemble.store.writer import Store
from sim.params import Outcomes

START = datetime.date(2014, 1, 2)
OUTCOMES = ("regrouped", "contained", "collapse", "unbroken", "resurgent")


def fake_scenario(towns=6, *, basemap=None, name="made_up", town_table=None, road_table=None, factions=None):
    """A scenario of a few towns in a row (or of given tables), with six factions or the given ones."""
    if town_table is None:
        k = np.arange(towns)
        town_table = pd.DataFrame(
            {
                "id": [f"town_{i:02d}" for i in k],
                "name": [f"Town {i} (of many)" for i in k],
                "latitude": 36.0 + 0.1 * (k % 3),
                "longitude": 36.5 + 0.4 * k,
                "province": ["West" if i < towns / 2 else "East" for i in k],
                "people": [np.nan if i == 1 else 4000.0 * (i + 1) ** 2 for i in k],
            }
        )
    if road_table is None:
        ids = list(town_table["id"])
        road_table = pd.DataFrame(
            {"a": ids[:-1], "b": ids[1:], "class": "primary", "km": 40.0, "via": np.nan}
        )
    factions = factions or ("ahrar_al_sham", "isis", "jabhat_al_nusra", "locals", "syrian_government", "ypg")
    side = {"isis": "focal", "syrian_government": "regime", "ypg": "kurdish"}
    return SimpleNamespace(
        name=name,
        title="A made-up country",
        starts=START + datetime.timedelta(days=1),
        days=271,
        towns=town_table,
        roads=road_table,
        town_ids=tuple(town_table["id"]),
        faction_ids=tuple(sorted(factions)),
        factions=pd.DataFrame(
            {
                "id": sorted(factions),
                "side": [side.get(f, "rebel") for f in sorted(factions)],
                "bloc": ["islamic_front" if f == "ahrar_al_sham" else "" for f in sorted(factions)],
                "name": sorted(factions),
            }
        ),
        provinces=tuple(sorted(set(town_table["province"]))),
        focal="isis",
        basemap=basemap,
        hash="0123456789abcdef",
        date=lambda day: START + datetime.timedelta(days=int(day)),
        day=lambda date: (date - START).days,
    )


def small_basemap(folder):
    """A base map of one province, one river and one border, as a file in a folder."""
    square = [[36.2, 35.5], [38.2, 35.5], [38.2, 36.8], [36.2, 36.8], [36.2, 35.5]]
    line = [[36.2 + 0.1 * k, 36.1 + 0.02 * (k % 5)] for k in range(20)]
    shapes = [
        ({"kind": "governorate", "name": "West"}, {"type": "Polygon", "coordinates": [square]}),
        ({"kind": "lake", "name": "Lake"}, {"type": "MultiPolygon", "coordinates": [[square]]}),
        ({"kind": "river", "name": "River"}, {"type": "LineString", "coordinates": line}),
        ({"kind": "border", "name": "Border"}, {"type": "MultiLineString", "coordinates": [line]}),
        ({"kind": "post", "name": "a kind no figure knows"}, {"type": "Point", "coordinates": [36, 36]}),
    ]
    features = [{"type": "Feature", "properties": p, "geometry": g} for p, g in shapes]
    path = folder / "basemap.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def fake_ensemble(runs=30, days=60, *, scenario=None, seed=1, strength=1.0):
    """An ensemble in which the focal faction dips early and mostly comes back; strength 0: it never was."""
    scenario = scenario or fake_scenario()
    rng = np.random.default_rng(seed)
    holders = _holders(scenario, runs, days, strength, rng)
    control = _control(scenario, holders)
    ensemble = SimpleNamespace(
        scenario=scenario,
        params=SimpleNamespace(outcomes=Outcomes()),
        seed=seed,
        days=days,
        detail="full",
        points=None,
        control=control,
        daily=_daily(scenario, holders, rng),
        focal=None,
        engagements=_engagements(scenario, runs, days, rng),
        alignment=_alignment(scenario, runs, days, rng),
    )
    ensemble.focal = _focal(scenario, ensemble.daily)
    ensemble.runs = _runs(scenario, holders, rng)
    return ensemble


def _holders(scenario, runs, days, strength, rng):
    """Codes of holders, runs by days by towns: rows of faction_ids, one more for contested and for none."""
    t = np.arange(days + 1)
    east = scenario.towns["longitude"].rank(pct=True).to_numpy()
    pull = 1.2 * rng.random((runs, 1)) ** 0.5
    level = 0.55 - 0.4 * np.exp(-(((t - 8) / 6.0) ** 2)) - 0.1 * (t > 40) + 0.3 * pull * (t / (days + 30))
    want = strength * level[:, :, None] * 1.1
    luck = 0.18 * rng.standard_normal((runs, 1, len(east)))
    focal = scenario.faction_ids.index(scenario.focal)
    others = [k for k in range(len(scenario.faction_ids)) if k != focal]
    own = rng.integers(0, len(others), len(east))
    start = np.array(others)[own][None, None, :]
    held = 1 - east + luck < want
    holders = np.where(held, focal, start)
    edge = np.abs(1 - east + luck - want) < 0.012
    return np.where(edge & (strength > 0), len(scenario.faction_ids), holders)


def _control(scenario, holders):
    names = [*scenario.faction_ids, "contested", "none"]
    changed = np.ones(holders.shape, bool)
    changed[:, 1:] = holders[:, 1:] != holders[:, :-1]
    run, day, town = np.nonzero(changed)
    code = holders[run, day, town]
    focal = scenario.faction_ids.index(scenario.focal)
    isis = np.where(code == focal, "sole", np.where(code == len(names) - 2, "shared", "none"))
    return pd.DataFrame(
        {
            "run": run,
            "day": day,
            "town": pd.Categorical.from_codes(town, list(scenario.town_ids)),
            "holder": pd.Categorical.from_codes(code, names),
            "isis": pd.Categorical(isis, ["sole", "shared", "none"]),
        }
    )


def _daily(scenario, holders, rng):
    runs, length, _ = holders.shape
    people = np.minimum(scenario.towns["people"].fillna(5000).to_numpy(float), 100_000)
    t = np.arange(length)
    parts = []
    for k in range(len(scenario.faction_ids)):
        mine = holders == k
        towns = mine.sum(axis=2)
        size = rng.uniform(500, 6000) * (1 + 0.1 * rng.standard_normal((runs, 1)))
        men = np.maximum(size * (1 - 0.3 * np.exp(-(((t - 12) / 9.0) ** 2))), 0).round()
        dead = np.cumsum(rng.poisson(8 * np.exp(-t / 20.0), (runs, length)), axis=1)
        part = {
            "run": np.repeat(np.arange(runs), length),
            "day": np.tile(t, runs),
            "faction": k,
            "towns": towns.ravel(),
            "sole": np.maximum(towns - 1, 0).ravel(),
            "any": (towns + 1).ravel(),
            "people": (mine * people).sum(axis=2).ravel(),
            "men": men.ravel(),
            "cohesion": np.clip(1 - 0.5 * np.exp(-(((t - 9) / 7.0) ** 2)) + 0 * men, 0, 1).ravel(),
        }
        for column in ("battle", "front", "execution", "bomb", "march"):
            part[f"dead_{column}"] = (dead * (0.7 if column == "battle" else 0.08)).round().ravel()
        for column in ("civilians_killed", "bombings", "threats", "incidents", "executions"):
            part[column] = (dead * 0.1).round().ravel()
        for column in ("recruited", "deserted", "reinforced", "on_road", "sheltered", "prisoners"):
            part[column] = (dead * 0.5).round().ravel()
        part["provinces_at_war"] = np.minimum(dead // 40, len(scenario.provinces)).ravel()
        part |= {column: (dead * 0.2).round().ravel() for column in DAILY if column not in part}
        parts.append(pd.DataFrame(part))
    frame = pd.concat(parts, ignore_index=True)
    frame["faction"] = pd.Categorical.from_codes(frame["faction"], list(scenario.faction_ids))
    return frame


def _focal(scenario, daily):
    own = daily[daily["faction"] == scenario.focal].reset_index(drop=True)
    frame = own[["run", "day", "towns", "people", "men", "bombings"]].copy()
    frame["towns_sole"], frame["towns_any"] = own["sole"], own["any"]
    frame["dead_focal"], frame["dead_rebels"] = own["dead_battle"], 2 * own["dead_battle"]
    frame["dead_civilians"] = own["civilians_killed"]
    return frame


def _engagements(scenario, runs, days, rng):
    n = runs * 40
    pair = rng.integers(0, len(scenario.faction_ids), (n, 2))
    pair = np.sort(pair[pair[:, 0] != pair[:, 1]], axis=1)
    ids, n = list(scenario.faction_ids), len(pair)
    town = rng.integers(0, len(scenario.town_ids), n)
    return pd.DataFrame(
        {
            "run": rng.integers(0, runs, n),
            "day": rng.integers(1, days + 1, n),
            "town": pd.Categorical.from_codes(town, list(scenario.town_ids)),
            "province": pd.Categorical(scenario.towns["province"].to_numpy()[town], scenario.provinces),
            "faction_a": pd.Categorical.from_codes(pair[:, 0], ids),
            "faction_b": pd.Categorical.from_codes(pair[:, 1], ids),
        }
    )


def _alignment(scenario, runs, days, rng):
    rows = []
    for run in range(runs):
        for province in scenario.provinces:
            for name in scenario.faction_ids:
                if name in (scenario.focal, "syrian_government"):
                    continue
                first = int(rng.exponential(6 + 5 * len(name) % 17)) + 1
                rows += [(run, 0, province, name, False), (run, first, province, name, True)]
                if rng.random() < 0.4:
                    rows.append((run, first + int(rng.exponential(60)) + 7, province, name, False))
    frame = pd.DataFrame(rows, columns=["run", "day", "province", "faction", "at_war"])
    frame = frame[frame["day"] <= days].reset_index(drop=True)
    return frame.astype({"province": "category", "faction": "category"})


def _runs(scenario, holders, rng):
    focal = scenario.faction_ids.index(scenario.focal)
    people = np.minimum(scenario.towns["people"].fillna(5000).to_numpy(float), 100_000)
    share = ((holders == focal) * people).sum(axis=2)
    share = share / np.maximum(share[:, :1], 1)
    trough = share.min(axis=1)
    end = share[:, -1]
    outcome = np.select(
        [end < 0.1, end > 1.4, (trough < 0.6) & (end > 0.8), trough >= 0.6],
        ["collapse", "resurgent", "regrouped", "unbroken"],
        "contained",
    )
    back = np.argmax(share[:, ::-1] < 0.8, axis=1)
    regroup = np.where(outcome == "regrouped", share.shape[1] - back, np.nan)
    n = len(share)
    towns = (holders == focal).sum(axis=2).astype(float)
    found = passages(share, np.ones(share.shape), towns, Outcomes())
    first = ("broken", "back")
    return pd.DataFrame(
        {
            "run": np.arange(n),
            "outcome": pd.Categorical(outcome, OUTCOMES),
            "outcome_sole": pd.Categorical(outcome, OUTCOMES),
            "outcome_any": pd.Categorical(rng.permutation(outcome), OUTCOMES),
            "trough_day": share.argmin(axis=1),
            "trough_share": trough,
            "regroup_day": np.where(regroup > 0, regroup, np.nan),
            "end_towns": (holders[:, -1] == focal).sum(axis=1),
            "end_people_share": end,
            "end_men_share": np.clip(0.5 + rng.normal(0.5, 0.3, n), 0, None),
            "dead_isis": 900 + np.arange(n) % 7,
            "dead_rebels": 1800 + np.arange(n) % 11,
            "dead_civilians": 300 + np.arange(n) % 5,
            "dead": 3000 + np.arange(n) % 13,
            "state": np.array(STATES)[found.state],
            "state_by_ground": np.array(STATES)[found.state],
            **{name: getattr(found, name) for name in (*first, "broken_day", "back_day", "beaten_day")},
            **{f"{name}_without_largest": getattr(found, name) for name in first},
            "end_without_largest": end,
        }
    )


def keep(ensemble, folder, detail="full", said=None):
    """Write a made-up ensemble of a real scenario to a folder; ``said`` changes what its manifest says.

    By default it says that other rules made it, so that nobody tries to play its runs again.
    """
    depth = ("summary", "daily", "full").index(detail)
    tables = ("runs", "focal", "daily", "control", "alignment", "engagements")[: (1, 5, 6)[depth]]
    said = said or {}
    runs = said.get("runs", len(ensemble.runs))  # of so many; those that are there are the first shard
    request = {"runs_per_point": runs, "shards": runs // len(ensemble.runs), "detail": detail}
    plan = Plan(Setting(ensemble.scenario), seed=ensemble.seed, days=ensemble.days, **request)
    about = plan.manifest() | {"code": "made up"} | said
    store = Store(folder, about).open()
    store.write(0, {name: getattr(ensemble, name) for name in tables}, {}, 0.0)
    return folder
