"""The ledger: named flows of men and money, and the decisions behind them (ODD 4, observation).

Men under arms, prisoners and money change only through the flows named here. Their sums per faction are
always kept; single entries, with the numbers that decided them, only where a run is to be explained.
"""

import numpy as np

from sim.core.kernel import kernel
from sim.core.records import block
from sim.core.state import HOW_LOST, HOW_WON

# flow: (change of men under arms, change of prisoners held elsewhere, meaning)
FLOWS = {
    "recruited": (1, 0, "joined where they live"),
    "reinforced": (1, 0, "came from abroad through a crossing, or by a dated event"),
    "from_iraq": (1, 0, "came from Iraq"),
    "joined": (1, 0, "came over from another faction"),
    "defected": (-1, 0, "went over to another faction"),
    "deserted": (-1, 0, "went home, unpaid or beaten"),
    "melted": (-1, 0, "went home out of hiding"),
    "killed": (-1, 0, "killed in battle"),
    "bombed": (-1, 0, "killed by a suicide attack"),
    "spent": (-1, 0, "died as suicide attackers"),
    "lost_on_march": (-1, 0, "killed breaking through on the road"),
    "captured": (-1, 1, "taken prisoner"),
    "released": (1, -1, "freed or escaped from prison"),
    "executed": (0, -1, "killed as prisoners"),
    "edited": (1, 0, "set by hand (negative when men were taken away)"),
    "marched": (0, 0, "left a town in a column"),
    "arrived": (0, 0, "reached a town in a column"),
    "sheltered": (0, 0, "slipped away in small groups"),
    "reappeared": (0, 0, "came back from shelter"),
}
# happening: meaning; counted per faction that does it, moves nobody by itself
HAPPENINGS = {
    "incident": "a clash at a checkpoint, an arrest, a killing between factions not at war",
    "joined_war": "it joined a war in a province",
    "left_war": "it left a war in a province",
    "attack": "it sent men against a town",
    "storm": "it pressed an assault in a town it shared with an enemy",
    "reinforce": "it sent men to hold a town",
    "withdraw": "it decided to leave a town in order",
    "offer": "it offered a truce",
    "slipped_away": "hopelessly outnumbered, its men left a town in small groups",
    "made_deal": "hopelessly outnumbered, it left a town by a deal",
    "surrendered": "hopelessly outnumbered, it surrendered a town",
    "took": "it took a town",
    "bombing": "a suicide attack",
    "threat": "it threatened its enemies",
    "execution": "it killed prisoners",
    "raid": "it raided an enemy on the road to a town",
    "advance": "it advanced from the regime's front line",
    "leader": "it lost a commander",
    "event": "a dated event of the scenario",
}
MONEY = {
    "taxes": (1, "taxes on the people it rules"),
    "tolls": (1, "tolls at open crossings"),
    "oil": (1, "oil and gas"),
    "aid": (1, "money from sponsors"),
    "pay": (-1, "pay of the men"),
    "seized": (1, "depots and money seized, negative when lost"),
    "edited_money": (1, "set by hand"),
}
CODES = (*FLOWS, *HAPPENINGS)
(
    RECRUITED, REINFORCED, FROM_IRAQ, JOINED, DEFECTED, DESERTED, MELTED, KILLED, BOMBED, SPENT,
    LOST_ON_MARCH, CAPTURED, RELEASED, EXECUTED, EDITED, MARCHED, ARRIVED, SHELTERED, REAPPEARED,
    INCIDENT, JOINED_WAR, LEFT_WAR, ATTACKED, STORMED, REINFORCING, WITHDREW, OFFERED, SLIPPED_AWAY,
    MADE_DEAL, SURRENDERED, TOOK, BOMBING, THREATENED, EXECUTION, RAIDED, ADVANCED, LEADER, EVENT_HAPPENED,
) = range(len(CODES))  # fmt: skip
TAXES, TOLLS, OIL, AID, PAY, SEIZED, EDITED_MONEY = range(len(MONEY))
ENTRIES = 8192  # most entries of one day
CAUSES = ("battle", "front", "execution", "bomb", "march")
IN_BATTLE, AT_FRONT, BY_EXECUTION, BY_BOMB, ON_MARCH = range(len(CAUSES))

ENTRY = {
    "day": ("i8", "day", "day it happened"),
    "what": ("i8", "", "code of CODES"),
    "town": ("i8", "", "row of the town, -1 if none"),
    "province": ("i8", "", "row of the province, -1 if none"),
    "faction": ("i8", "", "row of the faction"),
    "other": ("i8", "", "row of the other faction, or of the other town for marches; -1 if none"),
    "men": ("i8", "men", "how many"),
    "value": ("f8", "1", "the number that decided it (odds, score), NaN if none"),
    "limit": ("f8", "1", "what that number was held against, NaN if none"),
}


def empty_ledger(towns, factions, explain=False):
    """A ledger with nothing in it: one record of tables.

    Parameters
    ----------
    towns, factions : int
        T and F.
    explain : bool
        Keep the entries of the day, so that it can be explained.

    Returns
    -------
    sim.core.records.Tables
        - flows (F, CODES): men, or happenings, so far
        - money (F, MONEY): kUSD so far
        - toll (CAUSES, F + 1, F): dead so far by cause, victim (last row: civilians) and killer
        - fights (T, F): who fought whom today: bit j of fights[t, i] if i fought j in t
        - lost_towns (F, HOW_LOST), won_towns (F, HOW_WON): towns lost and won so far, by how
        - entries (ENTRIES,) of ENTRY: those of today; used: how many; room: ENTRIES, or 0 to keep none
    """
    ledger = block(
        {
            "flows": ("i8", (factions, len(CODES))),
            "money": ("f8", (factions, len(MONEY))),
            "toll": ("i8", (len(CAUSES), factions + 1, factions)),
            "fights": ("i8", (towns, factions)),
            "lost_towns": ("i8", (factions, len(HOW_LOST))),
            "won_towns": ("i8", (factions, len(HOW_WON))),
            "entries": (ENTRY, (ENTRIES,)),
            "used": ("i8", ()),
            "room": ("i8", ()),
        }
    )
    ledger.room = ENTRIES if explain else 0
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
    """Keep an entry of today, where entries are kept, without adding to any sum."""
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
