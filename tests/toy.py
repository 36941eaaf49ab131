"""A small made-up country for the tests: eight towns, five factions, two provinces, one way to Iraq."""

import csv
import functools
import tempfile
from pathlib import Path

from sim.scenario import load_scenario, write_garrisons
from sim.scenario.validate import crow_km

HEAD = """\
title: A made-up country
about: Eight towns in two provinces.
starts: 2014-01-03
days: {days}
focal: caliph
provinces: [East, West]
theatre: {{iraq_men: 300, iraq_flow: 2, pressure: 1}}
tables: {{{tables}}}
"""
SOURCE = "made up"
TOWNS = [  # id, x, y, province, people, border, open, toll, oil
    ("bridge", 37.2, 36.1, "West", 30_000, "", "", "", ""),
    ("dam", 38.0, 36.1, "East", 90_000, "", "", "", ""),
    ("ford", 37.6, 36.2, "East", 20_000, "", "", "", ""),
    ("fort", 37.0, 36.0, "West", 60_000, "", "", "", ""),
    ("gate", 37.4, 36.4, "West", 8_000, "turkey", 1, 1, ""),
    ("hill", 37.2, 36.3, "West", 15_000, "", "", "", ""),
    ("plain", 37.8, 36.0, "East", 12_000, "", "", "", ""),
    ("wells", 38.2, 36.0, "East", "", "iraq", 1, "", 1),
]
KM = {  # of the roads from each town
    "fort": {"bridge": 30},
    "bridge": {"hill": 25, "ford": 70},
    "hill": {"gate": 28},
    "gate": {"ford": 55},
    "ford": {"plain": 40, "dam": 65},
    "plain": {"dam": 45},
    "dam": {"wells": 38},
}
ROADS = [(a, b, km) for a, roads in KM.items() for b, km in roads.items()]
FACTIONS = [  # id, side, bloc, men, scores, ideology, quality, mobile, provinces, bases, core
    ("army", "regime", "", 1200, ("", "", ""), "", 1.2, 0.1, "West", "fort", ""),
    ("brothers", "rebel", "league", 700, (2, 3, 2), 0.333, 1, 0.25, "East;West", "ford", ""),
    ("caliph", "focal", "", 900, (5, 5, 5), 1, 1.8, 0.8, "East;West", "dam", "dam;plain;wells"),
    ("guard", "rebel", "", 800, (1, 1.5, 1), 0.042, 1, 0.25, "West", "bridge", ""),
    ("league", "rebel", "league", 600, (2, 4, 1), 0.333, 1.1, 0.25, "West", "hill", ""),
]
CONTROL = [  # town, holder, focal role, contenders
    ("bridge", "mixed", "shared", "guard;rebels;caliph"),
    ("dam", "caliph", "sole", "caliph"),
    ("ford", "", "shared", "brothers;caliph"),
    ("fort", "army", "none", "army"),
    ("gate", "caliph", "sole", "caliph"),
    ("hill", "league", "unknown", "league"),
    ("plain", "caliph", "shared", "caliph;brothers"),
    ("wells", "caliph", "sole", "caliph"),
]
RELATIONS = [  # a, b, province, tie, hostility
    ("army", "brothers", "", -2, 0.8),
    ("army", "guard", "", -2, 0.8),
    ("army", "league", "", -2, 0.8),
    ("brothers", "league", "", 2, 0),
    ("caliph", "guard", "", -1, 0.35),
    ("caliph", "guard", "East", -1, 0.2),
    ("league", "caliph", "West", -1, 0.5),
]
SPONSORS = [("bank", "gulf_state", 10, 1), ("council", "endorser", 0, 0)]
PATRONAGE = [("bank", "guard", 2, 1), ("bank", "league", 1, 0), ("council", "guard", 2, 1)]
GROUPS = [("rebels", "West", "guard"), ("rebels", "West", "league"), ("rebels", "East", "brothers")]
GROUPS += [("latent", "West", "guard"), ("latent", "East", "brothers")]
EVENTS = [  # id, date, kind, who, whom, province, town, amount, days, scripted
    ("murder", "2013-12-30", "hostility", "brothers;league", "caliph", "", "", 0.3, "", 0),
    ("order", "2014-01-03", "war_order", "guard", "caliph", "West", "", 1, "", 1),
    ("gate_shut", "2014-01-05", "border", "", "", "", "gate", 0, "", 1),
    ("channel", "2014-01-06", "sponsor", "bank", "league", "", "", 1, "", 1),
]


HEADERS = {
    "towns": "id name name_ar latitude longitude province people border open toll oil civic community source",
    "roads": "a b km class via confidence source",
    "factions": "id name side bloc men_low men men_high frame polity territory ideology quality foreign "
    "mobile bombs reach wholesale offers_truce coercion services treasury arms provinces bases core "
    "foreigners iraq source",
    "sponsors": "id name class budget pays_for_fighting source",
    "patronage": "sponsor faction weight open source",
    "relations": "a b province tie hostility source",
    "groups": "group province faction source",
    "control": "town holder focal_role contenders confidence source",
    "events": "id date kind who whom province town amount days scripted source",
}


def tables(towns=TOWNS, roads=ROADS, factions=FACTIONS, control=CONTROL, relations=RELATIONS, events=EVENTS):
    """The tables as lists of lists, header first, as they go to the files."""
    rows = {
        "towns": [[t[0], t[0].title(), "", t[2], t[1], *t[3:9], 0.2, "arab", SOURCE] for t in towns],
        "roads": [[*r, "primary", "", "high", SOURCE] for r in roads],
        "factions": [faction_row(*f) for f in factions],
        "sponsors": [[s[0], *s, SOURCE] for s in SPONSORS],
        "patronage": [[*p, SOURCE] for p in PATRONAGE],
        "relations": [[*r, SOURCE] for r in relations],
        "groups": [[*g, SOURCE] for g in GROUPS],
        "control": [[*c, "high", SOURCE] for c in control],
        "events": [[*e, SOURCE] for e in events],
    }
    return {name: [header.split(), *rows[name]] for name, header in HEADERS.items()}


def faction_row(name, side, bloc, men, scores, ideology, quality, mobile, provinces, bases, core):
    """One row of factions.csv; the focal faction bombs, withdraws wholesale and has friends abroad."""
    focal = int(side == "focal")
    who = [name, name.title(), side, bloc, men // 2, men, men * 2, *scores, ideology]
    skills = [quality, 0.4 * focal, mobile, focal, 1 + 0.6 * focal, focal, focal]
    rule = [0.3 + 0.5 * focal, 0.4, men // 10, 1]
    return [*who, *skills, *rule, provinces, bases, core, 0.7 * focal, focal, SOURCE]


def write(folder, rows=None, days=60):
    """Write the country (or other tables) to a folder, its garrisons dealt; returns the folder."""
    rows = tables() if rows is None else rows
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(lines)
    listed = ", ".join(f"{name}: {name}.csv" for name in (*rows, "garrisons"))
    (folder / "scenario.yaml").write_text(HEAD.format(days=days, tables=listed), encoding="utf-8")
    write_garrisons(folder)
    return folder


@functools.cache
def country():
    """The country as a scenario, read once."""
    with tempfile.TemporaryDirectory() as folder:
        return load_scenario(write(Path(folder) / "toy"))


def random_scenario(rng):
    """Another country: random roads, people, strengths, presence, ties and events (``rng``: numpy's)."""
    towns = [
        (*t[:4], int(rng.integers(1_000, 300_000)), *t[5:])
        for t in TOWNS[: int(rng.integers(4, len(TOWNS) + 1))]
    ]
    ids = [t[0] for t in towns]
    roads = {(ids[int(rng.integers(k))], ids[k]) for k in range(1, len(ids))}
    roads |= {tuple(sorted(rng.choice(ids, 2, replace=False).tolist())) for _ in range(int(rng.integers(4)))}
    roads = {tuple(sorted(r)) for r in roads}
    at = {t[0]: (t[2], t[1]) for t in towns}
    crow = {(a, b): crow_km(*at[a], *at[b]) for a, b in roads}
    factions = [
        (*f[:3], int(rng.integers(1, 3_000)), *f[4:7], float(rng.uniform(0, 1)), f[8], *known(f[9:], ids))
        for f in FACTIONS
    ]
    names = [f[0] for f in factions]
    rows = tables(
        towns,
        [(a, b, max(float(rng.uniform(5, 150)), crow[a, b])) for a, b in sorted(roads)],
        factions,
        [random_control(rng, town, names) for town in ids],
        [(a, b, "", int(rng.integers(-2, 3)), float(rng.uniform(0, 1))) for a, b in pairs(names)],
        [e for e in EVENTS if e[6] in ("", *ids) and rng.uniform() < 0.7] or [EVENTS[0]],
    )
    with tempfile.TemporaryDirectory() as folder:
        return load_scenario(write(Path(folder) / "random", rows))


def known(lists, ids):
    """Lists of towns, less the towns that are not there (the first town where none is left)."""
    return [";".join(t for t in each.split(";") if t in ids) or (ids[0] if each else "") for each in lists]


def random_control(rng, town, names):
    """A row of control.csv with some contenders; the focal role agrees with them."""
    chosen = sorted(rng.choice(names, int(rng.integers(1, 4)), replace=False).tolist())
    role = "none"
    if "caliph" in chosen:
        role = "sole" if len(chosen) == 1 else "shared"
    holder = str(rng.choice([*chosen, ""])) if len(chosen) > 1 else chosen[0]
    return (town, holder, role, ";".join(chosen))


def pairs(names):
    """Every pair of names, once."""
    return [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]]
