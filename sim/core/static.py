"""What does not change during a run: places, roads, distances, kinds of faction, dated events (ODD 2, 6)."""

from sim.core.records import Tables

PLACE = {
    "uid": ("i8", "", "stable number made from the town's id"),
    "province": ("i8", "", "row of the province"),
    "degree": ("i8", "roads", "roads that meet here"),
    "toll": ("f8", "1", "1 at a border post where tolls are taken, else 0"),
    "oil": ("f8", "1", "oil and gas nearby, 0 none to 1 main field"),
    "border": ("i8", "", "0 none, 1 crossing to Turkey, 2 way to Iraq"),
    "civic": ("f8", "1", "the town's own leaning on the axis of ideology, 0 to 1"),
}
KIND = {  # one row per faction
    "uid": ("i8", "", "stable number made from the faction's id"),
    "side": ("i8", "", "code of SIDE: rebel, the focal faction, regime, Kurdish"),
    "bloc": ("i8", "", "number of its bloc; factions of one bloc are loyal to each other"),
    "quality": ("f8", "1", "fighting quality per man, 1 is usual"),
    "foreign": ("f8", "1", "share of foreign fighters"),
    "mobile": ("f8", "1", "share of its men who can be sent anywhere"),
    "bombs": ("f8", "1", "capability for suicide attacks, 0 none to 1"),
    "reach": ("f8", "1", "strength with distance: multiple of the rebels' scale length"),
    "wholesale": ("i8", "", "1 if local men too join an ordered withdrawal"),
    "offers_truce": ("i8", "", "1 if it offers truces when attacked in several places"),
    "coercion": ("f8", "1", "coerciveness on the eve"),
    "foreigners": ("f8", "1", "share of arriving foreign fighters who join it"),
    "iraq": ("f8", "1", "1 if Iraq is its reservoir"),
}
HOME = {  # one row per town and faction
    "stronghold": ("i1", "", "1 if the town is a base of the faction"),
    "core": ("i1", "", "1 if the town belongs to the core it falls back on"),
    "held": ("i1", "", "1 if the faction held the town on the eve"),
    "native": ("i1", "", "1 if the town's province is one of its core provinces"),
}
EVENT = {
    "day": ("i8", "day", "day it happens, 1 is the first step"),
    "kind": ("i8", "", "code of EVENT_KINDS"),
    "who": ("i8", "", "row of the faction (or sponsor) acting, -1 if all or none"),
    "whom": ("i8", "", "row of the faction concerned, -1 if all or none"),
    "province": ("i8", "", "row of the province, -1 if all"),
    "town": ("i8", "", "row of the town, -1 if none"),
    "amount": ("f8", "", "size; its unit depends on the kind"),
    "days": ("i8", "days", "how long it lasts; 0 for good"),
}

SIDE = ("rebel", "focal", "regime", "kurdish")
REBEL, FOCAL, REGIME, KURDISH = range(4)
EVENT_MEANINGS = {}  # name of a kind of event: what it does


def _event(name, meaning):
    """Declare a kind of dated event; returns its code."""
    EVENT_MEANINGS[name] = meaning
    return len(EVENT_MEANINGS) - 1


HOSTILITY_SHOCK = _event("hostility", "amount added to the hostility of who towards whom")
WAR_ORDER = _event("war_order", "who attacks whom; amount is the chance a day that a named mover starts")
TRUCE_MADE = _event("truce", "who and whom stop for days; amount is the chance that a province keeps it")
SPONSOR_CHANGE = _event("sponsor", "flow of sponsor who (to faction whom if given) becomes amount")
DEPOT_SEIZED = _event("depot", "who seizes amount of whom's weapons and money, as a share")
ENDORSEMENT = _event("endorsement", "legitimacy of whom changes by amount")
REINFORCEMENT = _event("reinforcement", "amount men of faction whom reach town")
IRAQ_FLOW = _event("iraq", "men a day that Iraq sends becomes amount")
BORDER = _event("border", "crossing of town becomes open (amount 1) or shut (amount 0)")
PRESSURE_CHANGE = _event("pressure", "the regime's pressure becomes amount for days")
EQUIPMENT = _event("equipment", "weapons of whom change by amount, counted as the men they arm")
LEADER_KILLED = _event("leader", "command of whom loses amount")
EVENT_KINDS = tuple(EVENT_MEANINGS)


class Static(
    Tables,
    fields={
        "places": (PLACE, ("towns",)),
        "kinds": (KIND, ("factions",)),
        "homes": (HOME, ("towns", "factions")),
        "events": (EVENT, ("events",)),
        "distance": ("f8", ("factions", "factions")),
        "leaning": ("f8", ("towns", "factions")),
        "rival": ("i2", ("factions", "factions")),
        "links": ("i2", ("towns", "links")),
        "link_km": ("f8", ("towns", "links")),
        "ahead": ("i2", ("towns", "towns")),
        "ahead_km": ("f8", ("towns", "towns")),
        "km": ("f8", ("towns", "towns")),
        "near": ("i2", ("towns", "towns")),
        "focal": ("i8", ()),
    },
):
    """The unchanging world."""


def empty_static(towns, factions, links, events=0):
    """The unchanging world, read by every rule and written by none: one record of tables, all zero.

    Parameters
    ----------
    towns, factions : int
        T and F.
    links : int
        K, most roads that meet in one town.
    events : int
        E, dated events, each for one pair or place.

    Returns
    -------
    Static
        Tables of PLACE (T,), KIND (F,), HOME (T, F) and EVENT (E,), and:

        - distance (F, F): ideological distance of two factions, 0 to 1
        - leaning (T, F): ideological distance of town and faction, 0 to 1
        - rival (F, F): 1 if close in ideology with overlapping provinces
        - links, link_km (T, K): rows of neighbouring towns by road, -1 where there are fewer, and km
        - ahead, ahead_km (T, T): next town on the shortest road from one to the other and its km, -1 if none
        - km, near (T, T): km by the shortest road; towns in order of that distance, itself first
        - focal: row of the faction whose fate is studied (ISIS)
    """
    return Static.empty(towns=towns, factions=factions, links=links, events=events)
