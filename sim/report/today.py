"""What happened on a day of a stepped world, in words: a handful of headings, the most telling first."""

import re
from collections import defaultdict

import numpy as np

from sim.core.ledger import CODES, EVENT_HAPPENED
from sim.core.state import ATTACK, ENTER, EXIT, REINFORCE, STAGE, WITHDRAW
from sim.model.explain import chronicle
from sim.plots import palette, town_dots

MOST = 5  # lines under a heading
LEAST_MEN = 20  # on the march, to be told of
DEADLY = ("killed", "bombed", "executed", "lost_on_march", "spent")
FIGHTS = ("killed", "bombed")  # which of them are of a fight in a town
NO_LEDGER = "who fought, marched and died: this world keeps no ledger (explain=False)"
HOW = {  # a town changes hands
    "took": "by force",
    "surrendered": "surrendered",
    "made_deal": "left by a deal",
    "agree": "left by agreement",
    "slipped_away": "slipped away from",
    "withdraw": "left in order",
    "defected": "went over",
}
WHAT_FOR = {
    WITHDRAW: "to withdraw",
    REINFORCE: "to hold it",
    ATTACK: "to attack",
    EXIT: "to get out",
    ENTER: "to come in",
    STAGE: "to gather",
}


class Day:
    """Entries of the ledger of one day, and the short names of whom they concern."""

    def __init__(self, model, day):
        self.model, self.day = model, day
        entries = model._history.entries
        first, end = np.searchsorted(entries["day"], (day, day + 1))
        self.entries = entries[first:end]
        looks = palette.looks(model.scenario)
        self.factions = [looks[name].label for name in model.faction_ids]
        self.towns = town_dots.full_names(model.scenario)

    def of(self, *names):
        """Entries of some kinds."""
        return self.entries[np.isin(self.entries["what"], [CODES.index(name) for name in names])]

    def fights(self):
        """Rows of the towns in which men were killed fighting."""
        found = self.of(*FIGHTS)
        return np.unique(found["town"][(found["town"] >= 0) & (found["men"] > 0)]).tolist()


def told(model, day):
    """Headings of a day with their lines.

    Parameters
    ----------
    model : RebelConflict
        With its entries (``explain=True``); without them it tells of towns alone.
    day : int
        A day that it has played.

    Returns
    -------
    list of (str, list of str)

    Examples
    --------
    >>> from sim.model import RebelConflict
    >>> told(RebelConflict(seed=1).run(1), 1)[0][0]
    'From the record'
    """
    if day == 0:
        return [("The evening before", ["Nothing has been played yet: step, or play."])]
    today = Day(model, day)
    found = [
        ("From the record", list(_dated(today))),
        ("Changes hands", list(_towns(today))),
        ("War and truce", list(_wars(today))),
        ("Sets out", list(_marches(today))),
        ("Losses", list(_losses(today))),
    ]
    shown = [(head, _cut(lines)) for head, lines in found if lines]
    if model.ledger.room == 0:
        return [*shown, ("Not known", [NO_LEDGER])]
    return shown or [
        ("A quiet day", ["No town changes hands, nobody sets out in numbers, nobody is killed."])
    ]


def _cut(lines):
    """The first lines, and how many more there are."""
    return lines if len(lines) <= MOST + 1 else [*lines[:MOST], f"and {len(lines) - MOST} more"]


def _dated(today):
    """Events that the scenario gives this date."""
    dated = today.entries[today.entries["what"] == EVENT_HAPPENED]
    where = defaultdict(list)
    for text in chronicle(today.model, dated)["text"] if len(dated) else ():
        words, _, place = text.removeprefix("dated event: ").partition(", in ")
        where[words].append(place)
    for words, places in where.items():
        words = shortened(today.model, words)
        places = ", ".join(filter(None, dict.fromkeys(places)))
        yield words[0].upper() + words[1:] + (f" in {places}" if places else "")


def shortened(model, text):
    """A text with the short names of factions for their long ones and their ids.

    >>> from sim.model import RebelConflict
    >>> shortened(RebelConflict(seed=1), "Held by liwa_al_tawhid; left: Harakat Ahrar al-Sham al-Islamiyya 7")
    'Held by Tawhid; left: Ahrar al-Sham 7'
    """
    looks = palette.looks(model.scenario)
    short = {long: looks[f.name].label for f in model.factions.values() for long in (f.label, f.name)}
    longest_first = sorted(short, key=len, reverse=True)
    return re.sub("|".join(rf"\b{re.escape(long)}\b" for long in longest_first), lambda m: short[m[0]], text)


def holders_on(model, day):
    """Holder of each town on an evening: faction id, contested or none."""
    towns = len(model.town_ids)
    return model.datacollector.tables["towns"]["holder"][day * towns : (day + 1) * towns]


def _towns(today):
    """Towns that have another holder than on the evening before; those of the focal faction first."""
    model = today.model
    labels = dict(zip(model.faction_ids, today.factions, strict=True))
    how = {int(row["town"]): HOW[CODES[row["what"]]] for row in today.of(*reversed(HOW))}
    pairs = enumerate(zip(*(holders_on(model, day) for day in (today.day - 1, today.day)), strict=True))
    changed = [(model.focal.name not in pair, town, *pair) for town, pair in pairs if pair[0] != pair[1]]
    for _, town, before, after in sorted(changed):
        name, manner = today.towns[town], f" ({how[town]})" if town in how else ""
        if after == "contested":
            yield f"{name} is contested{f', no longer held by {labels[before]}' if before in labels else ''}"
        elif after == "none":
            yield f"{name}: nobody holds it{f' after {labels[before]}' if before in labels else ''}{manner}"
        elif before in labels:
            yield f"{name}: {labels[before]} \u2192 {labels[after]}{manner}"
        else:
            yield f"{name}: held by {labels[after]}{manner}"


def _wars(today):
    """Who joined or left whose war, and truces agreed, over the provinces together."""
    factions, provinces = today.factions, today.model.provinces
    where = defaultdict(list)
    for row in today.of("joined_war", "left_war", "offer"):
        kind = CODES[row["what"]]
        if kind != "offer" or row["limit"] < row["value"]:
            pair = int(row["faction"]), int(row["other"])
            where[kind, *(sorted(pair) if kind == "offer" else pair)].append(provinces[row["province"]])
    words = {"joined_war": "{} joins the war on {}", "left_war": "{} leaves the war on {}"}
    words["offer"] = "{} and {} agree on a truce"
    for (kind, one, other), places in where.items():
        yield f"{words[kind].format(factions[one], factions[other])} in {', '.join(dict.fromkeys(places))}"


def _marches(today):
    """Men who set out, by faction, goal and purpose, most first."""
    men = defaultdict(int)
    for row in today.of("marched"):
        if not np.isnan(row["value"]):
            men[int(row["faction"]), int(row["other"]), int(row["value"])] += int(row["men"])
    most = sorted(men.items(), key=lambda item: (-item[1], item[0]))
    for (faction, goal, purpose), number in most:
        if number >= LEAST_MEN:
            yield f"{today.factions[faction]}: {number:,} men for {today.towns[goal]}, {WHAT_FOR[purpose]}"


def _losses(today):
    """Dead and prisoners by faction, and suicide attacks."""
    for names, words in ((DEADLY, "dead"), (("captured",), "taken prisoner")):
        rows = today.of(*names)
        lost = np.bincount(rows["faction"], weights=rows["men"], minlength=len(today.factions))
        order = [int(f) for f in np.argsort(-lost, kind="stable") if lost[f] > 0]
        if order:
            by = [f"{today.factions[f]} {lost[f]:,.0f}" for f in order[:MOST]]
            more = f" and {len(order) - MOST} more" if len(order) > MOST else ""
            yield f"{lost.sum():,.0f} {words}: {', '.join(by)}{more}"
    for row in today.of("bombing"):
        whom = f" on {today.factions[row['other']]}" if row["other"] >= 0 else ""
        yield f"Suicide attack of {today.factions[row['faction']]}{whom} in {today.towns[row['town']]}"
