"""The tables of a scenario: every column, declared once (ODD 6)."""

import datetime
import math

import pandas as pd

from sim.core.state import SPONSOR_KINDS
from sim.core.static import EVENT_KINDS, SIDE
from sim.scenario.cells import Column, number, ref

ASSUMED_PEOPLE = 5_000.0
ASSUMED_CIVIC = 0.25
FOCAL_ROLES = ("sole", "shared", "unknown", "none")
MIXED, LATENT = "mixed", "latent"  # a holder: the strongest rebels there; a group: men in waiting
RESERVED = (MIXED, LATENT, "contested", "nobody", "none", "rebels_mixed", "unknown")  # no faction, no group
NOT_FACTIONS = ("all", "civilians", "day", "rebels", "source", "total")  # columns and sides of a record
FIRST_START, LAST_START = datetime.date(1800, 1, 1), datetime.date(2200, 1, 1)
MOST_FACTIONS = 60  # sets of factions are bits of one number

KINDS = {  # what a cell may hold, by the word that COLUMNS uses
    "id": Column("id"),
    "name": Column("name"),
    "name?": Column("name", blank=""),
    "text": Column(),
    "text?": Column(blank=""),
    "note": Column(blank="", may_lack=True),
    "date": Column("date"),
    "via": Column("via", blank=""),
    "latitude": number(-90, 90),
    "longitude": number(-180, 180),
    "people": number(0, 5e7, ASSUMED_PEOPLE),
    "civic": number(0, 1, ASSUMED_CIVIC),
    "km": number(0.1, 2000),
    "share": number(0, 1),
    "share?": number(0, 1, 0.0),
    "flag": Column("flag"),
    "flag?": Column("flag", blank=0),
    "men": number(0, 1e7, kind="whole"),
    "score": number(1, 5, math.nan),  # blank where the faction is off the axis
    "ideology": number(0, 1, math.nan),
    "factor": number(0.01, 10),
    "treasury": number(0, 1e9),
    "arms": number(0, 10),
    "budget": number(0, 1e6),
    "weight": number(0, 3),
    "tie": number(-2, 2, kind="whole"),
    "amount": number(),
    "days": number(0, 10_000, 0, kind="whole"),
    "border": Column("one", of=("turkey", "iraq"), blank=""),
    "community": Column("one", of=("arab", "kurdish", "mixed")),
    "confidence": Column("one", of=("high", "medium", "low")),
    "side": Column("one", of=SIDE),
    "class": Column("one", of=SPONSOR_KINDS),
    "event": Column("one", of=EVENT_KINDS),
    "role": Column("one", of=FOCAL_ROLES),
    "town": ref("towns"),
    "town?": ref("towns", blank=""),
    "towns?": ref("towns", blank=(), many=True),
    "province": ref("provinces"),
    "province?": ref("provinces", blank=""),
    "provinces": ref("provinces", many=True),
    "provinces?": ref("provinces", blank=(), many=True),
    "faction": ref("factions"),
    "factions?": ref("factions", blank=(), many=True),
    "sponsor": ref("sponsors"),
    "actors?": ref("factions", "sponsors", blank=(), many=True),
    "holder?": ref("factions", "groups", "mixed", blank=""),
    "contenders": ref("factions", "groups", many=True),
}
COLUMNS = {  # "column" where it is called as its kind, else "column:kind"; all end with source and note
    "towns": "id name name_ar:name? latitude longitude province people border open:flag? toll:share? "
    "oil:share? civic community",
    "roads": "a:town b:town km class:text via river:note confidence",
    "factions": "id name side bloc:text? men_low:men men men_high:men frame:score polity:score "
    "territory:score ideology quality:factor foreign:share mobile:share bombs:share reach:factor "
    "wholesale:flag offers_truce:flag coercion:share services:share treasury arms provinces bases:towns? "
    "core:towns? foreigners:share iraq:share",
    "sponsors": "id name class budget pays_for_fighting:share",
    "patronage": "sponsor faction weight open:share channel:note",
    "relations": "a:faction b:faction province:province? tie hostility:share",
    "groups": "group:id province faction",
    "control": "town holder:holder? focal_role:role contenders confidence",
    "garrisons": "town faction local:men mobile:men latent:flag",
    "events": "id date kind:event who:actors? whom:factions? province:provinces? town:town? amount days "
    "scripted:flag",
}
TABLES = {
    table: {
        column: KINDS[kind or column]
        for column, _, kind in (word.partition(":") for word in f"{words} source:text note".split())
    }
    for table, words in COLUMNS.items()
}
KEYS = {  # what names a row; no two rows may share it (events: rows of one id belong together)
    "towns": ("id",),
    "roads": ("a", "b"),
    "factions": ("id",),
    "sponsors": ("id",),
    "patronage": ("sponsor", "faction"),
    "relations": ("a", "b", "province"),
    "groups": ("group", "province", "faction"),
    "control": ("town",),
    "garrisons": ("town", "faction", "latent"),
}
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
    "equipment": ("factions", False, True, False, -1e7, 1e7),
    "leader": ("factions", False, True, False, 0, 1),
}
NEEDED_KEYS = ("title", "starts", "days", "focal", "provinces", "tables")
PLACES = ("towns", "roads")  # tables that a scenario with a geography need not bring
BASE_KEYS = (*NEEDED_KEYS, "about", "geography", "posterior", "basemap", "theatre", "apart", "params")
CHANGES = ("drop_events", "events", "garrisons", "changes")
VARIANT_KEYS = ("parent", "title", "about", "days", "theatre", "apart", "params", *CHANGES)
REALLOCATED_BY = {  # a variant that changes one of these columns has its garrisons allocated anew
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
