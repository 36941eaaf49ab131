"""What changes from day to day: the tables of state, one row of columns each (ODD 2).

The only list of columns there is: the tables, the agents' attributes, the checks and the ODD's table
of state variables all read it. A column is ``name: (type, unit, meaning)``.
"""

import numpy as np

from sim.core.records import Tables

TOWN = {
    "uid": ("i8", "", "stable number made from the town's id; draws are keyed by it"),
    "people": ("f8", "persons", "civilians living in the town"),
    "holder": ("i8", "", "row of the faction in control, -1 if none"),
    "contested": ("i8", "", "1 while sides at war both have a real share of the men in it"),
    "combat_intensity": ("f8", "1", "intensity of fighting: 1 in an assault, fading to a siege"),
    "apathy": ("f8", "1", "constant of the choice 'no one', so that it starts at its measured share"),
    "no_one": ("f8", "1", "share of the people who support nobody"),
    "protest": ("f8", "1", "share of the people who protest against the holder"),
    "weariness": ("f8", "1", "how tired of war, 0 to 1"),
    "captor": ("i8", "", "row of the faction that runs the prison, -1 if none"),
    "taken": ("i8", "day", "day the town last changed hands, -1 if never"),
    "lost_by": ("i8", "", "row of the faction that lost it then, -1 if never"),
    "how_lost": ("i8", "", "code of HOW_LOST: how the last holder lost it"),
    "open": ("i8", "", "1 if the town's border crossing is open, else 0"),
    "tax": ("f8", "kUSD/day", "taxes raised today"),
    "toll": ("f8", "kUSD/day", "crossing tolls raised today"),
    "oil": ("f8", "kUSD/day", "oil income today"),
}
GARRISON = {  # one row per town and faction
    "local": ("i4", "men", "armed men who never leave their province"),
    "mobile": ("i4", "men", "armed men who can be sent anywhere"),
    "sheltered": ("i4", "men", "men hiding after slipping away from here"),
    "prisoners": ("i4", "men", "men of this faction held in the town's prison"),
    "support": ("f8", "1", "share of the people who back this faction"),
    "grievance": ("f8", "1", "anger at this faction, 0 calm to 1 open hatred"),
    "hopeless": ("i2", "days", "days running on which the odds were below the withdrawal threshold"),
    "cut_off": ("i2", "days", "days running on which no road leads to its faction's core"),
    "columns_left": ("i2", "", "columns still to leave in an ordered withdrawal, 0 if none"),
    "goal": ("i2", "", "row of the town that withdrawing columns make for, -1 if none"),
    "gave_up": ("i2", "", "code of HOW_LOST: how its men last gave the town up, 0 if they did not"),
    "odds": ("f8", "1", "odds here: own strength within reach over the enemy's, at most MAX_ODDS (99)"),
    "risen": ("i4", "men", "hidden men who have come out here so far"),
    "harm": ("f8", "1/10,000", "civilians harmed here by this faction since yesterday, per 10,000 people"),
}
FACTION = {
    "uid": ("i8", "", "stable number made from the faction's id"),
    "treasury": ("f8", "kUSD", "money in hand"),
    "quality": ("f8", "1", "fighting quality per man, 1 is usual"),
    "weapons": ("f8", "men", "arms and ammunition in hand: men they arm as is usual"),
    "armed": ("f8", "1", "weapons per man this morning, 1 is usual"),
    "arms": ("f8", "1", "fighting value of its arms per man this morning, 1 is usual"),
    "command": ("f8", "1", "working of the command, 1 is whole"),
    "coercion": ("f8", "1", "how harshly it rules, 0 to 1"),
    "services": ("f8", "1", "how well it serves those it rules, 0 to 1"),
    "legitimacy": ("f8", "1", "standing lent or taken by endorsements, 0 is neutral"),
    "remembered": ("f8", "persons", "people it has lately ruled, a fading memory; a city counts as 100,000"),
    "standing": ("f8", "1", "how it has fared of late: -1 lost all it ruled, 0 steady, 1 risen from nothing"),
    "threshold": ("f8", "1", "drawn per run: share already fighting at which it joins a war"),
    "aid": ("f8", "kUSD/day", "sponsors' money received today"),
    "paid": ("f8", "1", "part of the men's pay met today"),
}
FRONT = {  # one row per province and faction
    "cohesion": ("f8", "1", "how well its units hold together, 0 to 1"),
    "rest": ("i8", "days", "days of rest running: no loss to speak of and no town lost"),
    "men": ("i8", "men", "armed men in the province this morning"),
    "lost": ("i8", "men", "men lost in the province today"),
    "towns_lost": ("i8", "towns", "towns lost in the province today"),
    "target": ("i8", "", "row of the town that its campaign in the province is against, -1 if none"),
    "begun": ("i8", "day", "day on which that campaign was begun"),
    "refit": ("i8", "day", "first day on which it may strike in the province again, 0 if it has not yet"),
    "attacked": ("i8", "towns", "towns of its own in the province under attack this morning"),
}
DYAD = {  # one row per province, faction and other faction
    "hostility": ("f8", "1", "of the first towards the second, 0 none to 1 utmost"),
    "tie": ("i2", "", "-2 standing war, -1 rivalry, 0 none, 1 or 2 alliance, before 3 January"),
    "wants": ("i2", "", "1 if the first wants war with the second"),
    "war": ("i2", "", "1 if the two are at war in the province"),
    "calm": ("i2", "days", "days running below the threshold of staying at war"),
    "ordered": ("f8", "1/day", "chance a day that an ordered offensive begins, 0 if none is ordered"),
    "truce": ("i8", "day", "last day of a truce between the two, 0 if none"),
    "score": ("f8", "1", "this morning's pull towards war, against the threshold"),
}
COLUMN = {  # men on the road; a row is free when it holds no men
    "faction": ("i8", "", "row of the faction"),
    "local": ("i8", "men", "men under way who were local"),
    "mobile": ("i8", "men", "men under way who were mobile"),
    "origin": ("i8", "", "row of the town they left"),
    "at": ("i8", "", "row of the town last passed"),
    "goal": ("i8", "", "row of the town they make for"),
    "left": ("i8", "day", "day they set out"),
    "due": ("i8", "day", "day they arrived, or are expected to"),
    "ahead": ("f8", "km", "road still to go to the next town"),
    "next": ("i8", "", "row of the next town on the road"),
    "purpose": ("i8", "", "code of PURPOSE: why they march"),
}
SPONSOR = {
    "uid": ("i8", "", "stable number made from the sponsor's id"),
    "kind": ("i8", "", "code of SPONSOR_KINDS"),
    "rewards": ("f8", "1", "1 if it gives more to those who fight the focal faction, else 0"),
    "budget": ("f8", "kUSD/day", "money given a day when everything it pays for is open"),
    "flow": ("f8", "1", "part of its money that flows, 1 is usual; events change it"),
    "spent": ("f8", "kUSD", "money given so far"),
}
PATRONAGE = {  # one row per sponsor and faction
    "weight": ("f8", "1", "0 none to 3 main: the sponsor's interest in the faction"),
    "open": ("f8", "1", "part of this channel that is open, 0 to 1"),
}
THEATRE = {  # one row: what lies outside the map
    "iraq_men": ("f8", "men", "men in Iraq who could still be sent"),
    "iraq_flow": ("f8", "men/day", "men a day that Iraq sends while the way is open"),
    "pressure": ("f8", "1", "the regime's pressure on the rebels, 1 is usual"),
    "pressure_until": ("i8", "day", "last day of an unusual pressure, 0 if it has no end"),
}

PURPOSE = ("withdraw", "reinforce", "attack", "exit", "enter", "stage")
WITHDRAW, REINFORCE, ATTACK, EXIT, ENTER, STAGE = range(6)
HOW_LOST = ("never", "withdrawal", "deal", "storm", "surrender", "pledge")
BY_NOBODY, BY_WITHDRAWAL, BY_DEAL, BY_STORM, BY_SURRENDER, BY_PLEDGE = range(6)
HOW_WON = ("recapture", "conquest", "pledge")
RECAPTURE, CONQUEST, PLEDGE = range(3)
SPONSOR_KINDS = ("gulf_state", "gulf_private", "turkey", "western", "endorser", "ally")
GULF_STATE, GULF_PRIVATE, TURKEY, WESTERN, ENDORSER, ALLY = range(6)
COLUMNS = 640  # rows for columns on the road, more than January fills; see `with_more_columns`
MAX_ODDS = 99.0  # odds are not counted above this: those against an empty town would be infinite
MOST_PEOPLE = 100000.0  # a city counts as this many people at most, or Aleppo and Raqqa are everything


# The snapshot of the morning, taken anew each day, so that rules visit only who is there. Sets of factions
# are bits of one number: bit f stands for row f.
SNAPSHOT = {  # one row per town and faction
    "present": ("i8", "", "factions with men in the town: the first `count` entries; the rest is undefined"),
    "bound": ("i8", "men", "men held by the regime's front"),
    "free": ("i8", "men", "mobile men not held by it"),
    "might": ("f8", "standard men", "strength of the men not held by the regime's front"),
    "mobile": ("f8", "standard men", "strength of those of them who can be sent elsewhere"),
}
TOWN_INDEX = {  # one row per town
    "count": ("i8", "", "factions with men in the town"),
    "men": ("i8", "men", "armed men of all factions in the town"),
    "facing": ("f8", "men", "strength of the regime felt in the town"),
    "mighty": ("i8", "bits", "factions with strength free to fight in the town"),
    "armed": ("i8", "bits", "factions with men in the town"),
    "barred": ("i8", "bits", "enemies of its holder who have no men in it: it is closed to their columns"),
    "hidden": ("i8", "bits", "factions with men in hiding there"),
    "jailed": ("i8", "bits", "factions of which men are held in its prison"),
    "felt": ("i8", "bits", "factions with men in the town, or whom its people back or bear a grudge"),
}
RELATIONS_INDEX = {  # one row per province and faction
    "wars": ("i8", "bits", "factions it is at war with in the province"),
    "foes": ("i8", "bits", "those of them it may fight today: no truce"),
    "centre": ("i8", "", "row of the town of the province with most of its men, -1 if it has none"),
}
ROOM = {  # one row per town and faction; operations rooms reckon with these, see sim/core/processes/plans
    "zone": ("i8", "", "part of the road net that it can move in, by number; -1 if the town is closed to it"),
    "willing": ("f8", "1", "part of its men that it would send there, regular forces only at home"),
    "bound": ("f8", "standard men", "strength on the road to the town"),
    "spare": ("f8", "standard men", "strength that can be sent from the town"),
    "brings": ("f8", "standard men", "strength that it can bring to the town within the days allowed"),
    "aims": ("f8", "standard men", "strength that the room it leads aims at the town"),
    "threat": ("f8", "standard men", "threat to its garrison"),
    "own": ("f8", "standard men", "strength to hold the town with, what can come counted in part"),
    "reserve": ("f8", "standard men", "strength beyond what threatens the town: it can be sent from afar"),
    "close": ("f8", "standard men", "reserves that come within the days allowed: `brings` has them already"),
}
FOLLOWERS = {  # one row per leading faction and follower
    "ready": ("f8", "1", "part of its men with which the second follows the first"),
}
LOCATION_LISTS = {  # one row per faction and number on its lists
    "town": ("i8", "", "towns where it has men: the first `towns` entries; the rest is undefined"),
    "supply": ("i8", "", "towns held and manned bases: the first `bases` entries; the rest is undefined"),
    "pool": ("f8", "standard men", "all reserves in a part of the road net, by the number of the part"),
}
LOCATION_COUNTS = {  # one row per faction
    "towns": ("i8", "", "towns where it has men"),
    "bases": ("i8", "", "towns that supply it"),
}
COLUMNS_IN_USE = {  # one row; kept up to date through the day
    "rows": ("i8", "", "all columns on the road are in rows before this one"),
    "lacking": ("i8", "columns", "columns that could not set out because every row was in use"),
}
TABLES = {
    "towns": TOWN,
    "garrisons": GARRISON,
    "factions": FACTION,
    "fronts": FRONT,
    "dyads": DYAD,
    "columns": COLUMN,
    "sponsors": SPONSOR,
    "patronage": PATRONAGE,
    "theatre": THEATRE,
    "snapshot": SNAPSHOT,
    "town_index": TOWN_INDEX,
    "relations_index": RELATIONS_INDEX,
    "rooms": ROOM,
    "followers": FOLLOWERS,
    "location_lists": LOCATION_LISTS,
    "location_counts": LOCATION_COUNTS,
    "columns_in_use": COLUMNS_IN_USE,
}
SHAPES = {
    "towns": ("towns",),
    "garrisons": ("towns", "factions"),
    "factions": ("factions",),
    "fronts": ("provinces", "factions"),
    "dyads": ("provinces", "factions", "factions"),
    "columns": ("columns",),
    "sponsors": ("sponsors",),
    "patronage": ("sponsors", "factions"),
    "theatre": (1,),
    "snapshot": ("towns", "factions"),
    "town_index": ("towns",),
    "relations_index": ("provinces", "factions"),
    "rooms": ("towns", "factions"),
    "followers": ("factions", "factions"),
    "location_lists": ("factions", "towns"),
    "location_counts": ("factions",),
    "columns_in_use": (1,),
}


class State(Tables, fields={name: (TABLES[name], shape) for name, shape in SHAPES.items()}):
    """The whole changing world."""


def columns_of(declared):
    """Dotted names of the columns that a process declares to read or to write, table by table.

    Examples
    --------
    >>> columns_of({"towns": "uid holder", "fronts": "men"})
    ['towns.uid', 'towns.holder', 'fronts.men']
    """
    return [f"{table}.{column}" for table, names in declared.items() for column in names.split()]


def empty_state(towns, factions, provinces, sponsors):
    """The whole changing world, all zero: one record with the tables of TABLES.

    Parameters
    ----------
    towns, factions, provinces, sponsors : int
        T, F, P and S.

    Returns
    -------
    State
        towns (T,), garrisons (T, F), factions (F,), fronts (P, F), dyads (P, F, F), columns (COLUMNS,),
        sponsors (S,), patronage (S, F), theatre (1,), and the morning's snapshot: snapshot (T, F),
        town_index (T,), relations_index (P, F), rooms (T, F), followers (F, F), location_lists (F, T),
        location_counts (F,), columns_in_use (1,). Rules write it in place; ``state.copy()`` shares no memory
        with it.

    Examples
    --------
    >>> empty_state(2, 3, 1, 1).garrisons.shape
    (2, 3)
    """
    return State.empty(
        towns=towns, factions=factions, provinces=provinces, sponsors=sponsors, columns=COLUMNS
    )


def lacks_columns(states):
    """True if men stayed because a world's table of columns was full: it is to be played again with more."""
    return bool(np.any(states["columns_in_use"]["lacking"] > 0))


def with_more_columns(state, rows=None):
    """The same world with room for ``rows`` columns on the road, by default twice as many as now.

    Examples
    --------
    >>> len(with_more_columns(empty_state(2, 3, 1, 1)).columns) == 2 * COLUMNS
    True
    """
    return state.resized(columns=rows or 2 * len(state.columns))
