"""The tables of a scenario: every column, declared once (ODD 6)."""

import math

import pandas as pd

from sim.core.state import SPONSOR_KINDS
from sim.core.static import EVENT_KINDS, SIDE
from sim.scenario.cells import Column, number, ref
from sim.scenario.garrisons import FOCAL_ROLE

ASSUMED_PEOPLE = 5_000.0
ASSUMED_CIVIC = 0.25

ID, TEXT, MAYBE = Column("id"), Column(), Column(blank="")
NOTE = Column(blank="", may_lack=True)
SHARE, FLAG = number(0, 1), Column("flag")
FEW = number(0, 1e7, kind="whole")
SCORE = number(1, 5, math.nan)  # blank where the faction is off the axis
CONFIDENCE = Column("one", of=("high", "medium", "low"))
TABLES = {
    "towns": {
        "id": ID, "name": TEXT, "name_ar": MAYBE, "latitude": number(-90, 90), "longitude": number(-180, 180),
        "province": ref("provinces"), "people": number(0, 5e7, ASSUMED_PEOPLE),
        "border": Column("one", of=("turkey", "iraq"), blank=""), "open": Column("flag", blank=0),
        "toll": number(0, 1, 0.0), "oil": number(0, 1, 0.0), "civic": number(0, 1, ASSUMED_CIVIC),
        "community": Column("one", of=("arab", "kurdish", "mixed")), "source": TEXT, "note": NOTE,
    },
    "roads": {
        "a": ref("towns"), "b": ref("towns"), "km": number(0.1, 2000), "class": TEXT, "via": MAYBE,
        "river": NOTE, "confidence": CONFIDENCE, "source": TEXT, "note": NOTE,
    },
    "factions": {
        "id": ID, "name": TEXT, "side": Column("one", of=SIDE), "bloc": MAYBE,
        "men_low": FEW, "men": FEW, "men_high": FEW,
        "frame": SCORE, "polity": SCORE, "territory": SCORE,
        "ideology": number(0, 1, math.nan), "quality": number(0.01, 10), "foreign": SHARE, "mobile": SHARE,
        "bombs": SHARE, "reach": number(0.01, 10), "wholesale": FLAG, "offers_truce": FLAG, "coercion": SHARE,
        "services": SHARE, "treasury": number(0, 1e9), "arms": number(0, 10),
        "provinces": ref("provinces", many=True), "bases": ref("towns", blank=(), many=True),
        "core": ref("towns", blank=(), many=True), "foreigners": SHARE, "iraq": SHARE,
        "source": TEXT, "note": NOTE,
    },
    "sponsors": {
        "id": ID, "name": TEXT, "class": Column("one", of=SPONSOR_KINDS), "budget": number(0, 1e6),
        "pays_for_fighting": SHARE, "source": TEXT, "note": NOTE,
    },
    "patronage": {
        "sponsor": ref("sponsors"), "faction": ref("factions"), "weight": number(0, 3), "open": SHARE,
        "channel": NOTE, "source": TEXT, "note": NOTE,
    },
    "relations": {
        "a": ref("factions"), "b": ref("factions"), "province": ref("provinces", blank=""),
        "tie": number(-2, 2, kind="whole"), "hostility": SHARE, "source": TEXT, "note": NOTE,
    },
    "groups": {
        "group": ID, "province": ref("provinces"), "faction": ref("factions"), "source": TEXT, "note": NOTE,
    },
    "control": {
        "town": ref("towns"), "holder": ref("factions", "groups", "mixed", blank=""),
        "focal_role": Column("one", of=tuple(FOCAL_ROLE)),
        "contenders": ref("factions", "groups", many=True), "confidence": CONFIDENCE,
        "source": TEXT, "note": NOTE,
    },
    "garrisons": {
        "town": ref("towns"), "faction": ref("factions"), "local": FEW, "mobile": FEW, "latent": FLAG,
        "source": TEXT, "note": NOTE,
    },
    "events": {
        "id": ID, "date": Column("date"), "kind": Column("one", of=EVENT_KINDS),
        "who": ref("factions", "sponsors", blank=(), many=True), "whom": ref("factions", blank=(), many=True),
        "province": ref("provinces", blank=(), many=True), "town": ref("towns", blank=""), "amount": number(),
        "days": number(0, 10_000, 0, kind="whole"), "coordination": number(0, 1, 0.0), "scripted": FLAG,
        "source": TEXT, "note": NOTE,
    },
}  # fmt: skip
KEYS = {  # what names a row; no two rows may share it (events: rows of one id belong together)
    "towns": ("id",), "roads": ("a", "b"), "factions": ("id",), "sponsors": ("id",),
    "patronage": ("sponsor", "faction"), "relations": ("a", "b", "province"),
    "groups": ("group", "province", "faction"), "control": ("town",),
    "garrisons": ("town", "faction", "latent"),
}  # fmt: skip
EVENT_RULES = {  # kind: (table of who, who needed, whom needed, town needed, lowest amount, highest)
    "hostility": ("factions", True, True, False, -1, 1),
    "war_order": ("factions", True, True, False, 0, 1),
    "truce": ("factions", True, True, False, 0, 1),
    "sponsor": ("sponsors", True, False, False, 0, 100),
    "depot": ("factions", True, True, False, 0, 1),
    "endorsement": ("sponsors", False, True, False, -1, 1),
    "reinforcement": ("factions", False, True, True, 0, 100_000),
    "iraq": ("factions", False, False, False, 0, 10_000),
    "border": ("factions", False, False, True, 0, 1),
    "pressure": ("factions", False, False, False, 0, 10),
    "equipment": ("factions", False, True, False, -1, 10),
    "leader": ("factions", False, True, False, 0, 1),
}
BASE_KEYS = (
    "title",
    "about",
    "starts",
    "days",
    "focal",
    "provinces",
    "basemap",
    "theatre",
    "apart",
    "tables",
    "params",
)
VARIANT_KEYS = (
    "parent", "title", "about", "days", "theatre", "apart", "drop_events", "events", "garrisons", "changes",
    "params",
)  # fmt: skip
NEEDED_KEYS = ("title", "starts", "days", "focal", "provinces", "tables")
REDEALT_BY = {  # a variant that changes one of these columns has its garrisons dealt anew
    "towns": {"people", "province"},
    "factions": {"men", "mobile", "bases", "side"},
    "control": {"holder", "focal_role", "contenders"},
    "groups": {"group", "province", "faction"},
    "apart": {"apart"},
}
SCRIPTED = "scripted"  # in drop_events: every scripted event
EVENT_ORDER = ("day", "id", "kind", "who", "whom", "province", "town", "amount", "days")
THEATRE = {"iraq_men": (0, 1e6), "iraq_flow": (0, 1e4), "pressure": (0, 10)}


def frame(table, rows):
    """Make a DataFrame of checked values, one type a column, rows in the order of their ids."""
    found = pd.DataFrame(rows, columns=list(TABLES[table])).sort_values(list(KEYS[table]), ignore_index=True)
    types = {"number": float, "whole": int, "flag": int}
    return found.astype({c: types[k.kind] for c, k in TABLES[table].items() if k.kind in types})
