"""The ledger: named flows of men, money and weapons, and the decisions behind them (ODD 4, observation).

Men under arms, prisoners, money and weapons change only through the flows named here. Their sums per faction
are always recorded; single entries, with the numbers that decided them, only where a run is to be explained.
"""

import numpy as np

from sim.core.kernel import kernel
from sim.core.records import Tables
from sim.core.state import HOW_LOST, HOW_WON

FLOWS = {}  # name: (change of men under arms, change of prisoners held elsewhere, meaning)
HAPPENINGS = {}  # name: meaning; counted per faction that does it, moves nobody by itself
MONEY = {}  # name: (sign in the treasury, meaning)
WEAPONS = {}  # name: (sign in the weapons in hand, 0 if either, meaning)
CAUSES = {}  # of death: name: meaning


def _flow(name, men, prisoners, meaning):
    """Declare a flow of men; returns its code."""
    FLOWS[name] = men, prisoners, meaning
    return len(FLOWS) - 1


def _happening(name, meaning):
    """Declare a happening; returns its code: happenings are counted in the same table as flows."""
    HAPPENINGS[name] = meaning
    return len(FLOWS) + len(HAPPENINGS) - 1


def _money(name, sign, meaning):
    """Declare a flow of money; returns its code."""
    MONEY[name] = sign, meaning
    return len(MONEY) - 1


def _weapons(name, sign, meaning):
    """Declare a flow of weapons; returns its code."""
    WEAPONS[name] = sign, meaning
    return len(WEAPONS) - 1


def _cause(name, meaning):
    """Declare a cause of death; returns its code."""
    CAUSES[name] = meaning
    return len(CAUSES) - 1


# The order is that of the tables of every ledger and result: append to a kind, never reorder.
RECRUITED = _flow("recruited", 1, 0, "joined where they live")
REINFORCED = _flow("reinforced", 1, 0, "came from abroad through a crossing, or by a dated event")
FROM_IRAQ = _flow("from_iraq", 1, 0, "came from Iraq")
JOINED = _flow("joined", 1, 0, "came over from another faction")
DEFECTED = _flow("defected", -1, 0, "went over to another faction")
DESERTED = _flow("deserted", -1, 0, "went home, unpaid or beaten")
MELTED = _flow("melted", -1, 0, "went home out of hiding")
KILLED = _flow("killed", -1, 0, "killed in battle")
BOMBED = _flow("bombed", -1, 0, "killed by a suicide attack")
SPENT = _flow("spent", -1, 0, "died as suicide attackers")
LOST_ON_MARCH = _flow("lost_on_march", -1, 0, "killed breaking through on the road")
CAPTURED = _flow("captured", -1, 1, "taken prisoner")
RELEASED = _flow("released", 1, -1, "freed or escaped from prison")
EXECUTED = _flow("executed", 0, -1, "killed as prisoners")
EDITED = _flow("edited", 1, 0, "set by hand (negative when men were taken away)")
MARCHED = _flow("marched", 0, 0, "left a town in a column")
ARRIVED = _flow("arrived", 0, 0, "reached a town in a column")
SHELTERED = _flow("sheltered", 0, 0, "slipped away in small groups")
REAPPEARED = _flow("reappeared", 0, 0, "came back from shelter")
RISEN = _flow("risen", 1, 0, "hidden men who came out against the holder of a town")

INCIDENT = _happening("incident", "a clash at a checkpoint, an arrest, a killing between factions not at war")
JOINED_WAR = _happening("joined_war", "it joined a war in a province")
LEFT_WAR = _happening("left_war", "it left a war in a province")
ATTACKED = _happening("attack", "it sent men against a town")
PREPARED = _happening("prepare", "it began a campaign against a town")
GAVE_UP = _happening("give_up", "it gave a campaign up")
STORMED = _happening("storm", "it pressed an assault in a town it shared with an enemy")
REINFORCING = _happening("reinforce", "it sent men to hold a town")
WITHDREW = _happening("withdraw", "it decided to leave a town in order")
OFFERED = _happening("offer", "it offered a truce")
SLIPPED_AWAY = _happening("slipped_away", "hopelessly outnumbered, its men left a town in small groups")
MADE_DEAL = _happening("made_deal", "hopelessly outnumbered, it left a town by a deal")
SURRENDERED = _happening("surrendered", "hopelessly outnumbered, it surrendered a town")
TOOK = _happening("took", "it took a town")
BOMBING = _happening("bombing", "a suicide attack")
THREATENED = _happening("threat", "it threatened its enemies")
EXECUTION = _happening("execution", "it killed prisoners")
RAIDED = _happening("raid", "it raided an enemy on the road to a town")
ADVANCED = _happening("advance", "the regime sent men against a town")
LEADER = _happening("leader", "it lost a commander")
EVENT_HAPPENED = _happening("event", "a dated event of the scenario")
FOLLOWED = _happening("follow", "it sent men under the lead of another faction")
AGREED = _happening("agree", "it left a town by agreement with an enemy, before it was beaten")

TAXES = _money("taxes", 1, "taxes on the people it rules")
TOLLS = _money("tolls", 1, "tolls at open crossings")
OIL = _money("oil", 1, "oil and gas")
AID = _money("aid", 1, "money from sponsors")
PAY = _money("pay", -1, "pay of the men")
SEIZED = _money("seized", 1, "depots and money seized, negative when lost")
EDITED_MONEY = _money("edited_money", 1, "set by hand")
PURCHASES = _money("purchases", -1, "weapons bought")

BOUGHT = _weapons("bought", 1, "bought")
GIVEN = _weapons("given", 0, "given by a dated event, negative when taken away")
WORN = _weapons("worn", -1, "worn out, used up, or destroyed with the men who carried them")
CAPTURED_WEAPONS = _weapons("captured_weapons", 0, "captured from enemies, negative when lost to them")
SEIZED_WEAPONS = _weapons("seized_weapons", 0, "seized from depots, negative when lost")
BROUGHT = _weapons("brought", 0, "brought by men who came over, negative when gone with them")
EDITED_WEAPONS = _weapons("edited_weapons", 0, "set by hand")

IN_BATTLE = _cause("battle", "in battle or a raid")
AT_FRONT = _cause("front", "against the regime, or by rebels on its side")
BY_EXECUTION = _cause("execution", "as prisoners")
BY_BOMB = _cause("bomb", "by suicide attacks")
ON_MARCH = _cause("march", "breaking through on the road")

CODES = (*FLOWS, *HAPPENINGS)
ENTRIES = 8192  # most entries of one day; what is above is counted, and a reader is told so

ENTRY = {
    "day": ("i8", "day", "day it happened"),
    "what": ("i8", "", "code of CODES"),
    "town": ("i8", "", "row of the town, -1 if none"),
    "province": ("i8", "", "row of the province, -1 if none"),
    "faction": ("i8", "", "row of the faction"),
    "other": ("i8", "", "row of the other faction, or of the other town for marches; -1 if none"),
    "men": ("i8", "men", "how many"),
    "value": ("f8", "1", "the number that decided it (odds, score), NaN if none"),
    "limit": ("f8", "1", "what that number was compared with, NaN if none"),
}


class Ledger(
    Tables,
    fields={
        "flows": ("i8", ("factions", len(CODES))),
        "money": ("f8", ("factions", len(MONEY))),
        "weapons": ("f8", ("factions", len(WEAPONS))),
        "toll": ("i8", (len(CAUSES), "victims", "factions")),
        "fights": ("i8", ("towns", "factions")),
        "lost_towns": ("i8", ("factions", len(HOW_LOST))),
        "won_towns": ("i8", ("factions", len(HOW_WON))),
        "entries": (ENTRY, ("entries",)),
        "used": ("i8", ()),
        "room": ("i8", ()),
    },
):
    """The sums of a run so far, and the entries of its day."""


def empty_ledger(towns, factions, explain=False):
    """A ledger with nothing in it: one record of tables.

    Parameters
    ----------
    towns, factions : int
        T and F.
    explain : bool
        Record the entries of the day, so that it can be explained.

    Returns
    -------
    Ledger
        - flows (F, CODES): men, or happenings, so far
        - money (F, MONEY): kUSD so far
        - weapons (F, WEAPONS): men they arm, so far
        - toll (CAUSES, F + 1, F): dead so far by cause, victim (last row: civilians) and killer
        - fights (T, F): who fought whom today: bit j of fights[t, i] if i fought j in t
        - lost_towns (F, HOW_LOST), won_towns (F, HOW_WON): towns lost and won so far, by how
        - entries (ENTRIES or 0,) of ENTRY: those of today; used: how many; room: for how many
    """
    room = ENTRIES if explain else 0
    ledger = Ledger.empty(towns=towns, factions=factions, victims=factions + 1, entries=room)
    ledger.room = room
    return ledger


@kernel
def start_day(ledger):
    """Forget yesterday's entries and fights; the sums stay."""
    ledger.used = 0
    ledger.fights[:] = 0


@kernel
def record_flow(ledger, day, what, town, province, faction, other, men, value=np.nan, limit=np.nan):
    """Book ``men`` (or one happening) under ``what``, with the numbers that decided it."""
    if men == 0:
        return
    ledger.flows[faction, what] += men
    record_entry(ledger, day, what, town, province, faction, other, men, value, limit)


@kernel
def record_entry(ledger, day, what, town, province, faction, other, men, value, limit):
    """Record an entry of today, where days are to be explained, without adding to any sum."""
    n = ledger.used
    if n < ledger.room:
        entry = ledger.entries[n]
        entry.day = day
        entry.what = what
        entry.town = town
        entry.province = province
        entry.faction = faction
        entry.other = other
        entry.men = men
        entry.value = value
        entry.limit = limit
    if ledger.room > 0:
        ledger.used = n + 1


@kernel
def book_money(ledger, state, faction, what, amount):
    """Book ``amount`` kUSD into (or, negative, out of) a faction's treasury."""
    ledger.money[faction, what] += amount
    state.factions[faction].treasury += amount


@kernel
def book_weapons(ledger, state, faction, what, amount):
    """Book weapons for ``amount`` men into (or, negative, out of) a faction's hands."""
    ledger.weapons[faction, what] += amount
    state.factions[faction].weapons += amount
