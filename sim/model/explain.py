"""Why: the ledger's entries of a day, a town or a faction, in words and as a table (ODD 4, observation)."""

import math
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from sim._util import validation
from sim._util.tables import say_date
from sim._util.validation import row_of
from sim.core.ledger import CODES, EVENT_HAPPENED, FLOWS, HAPPENINGS
from sim.core.state import PURPOSE

LONGEST = 40  # lines of happenings in words; the table has them all
PLACES = 4  # places named in one line of men
TOWN_AS_OTHER = ("marched", "arrived", "withdraw", "reappeared")
GROUPS = {  # heading: flows under it
    "Came": ("recruited", "reinforced", "from_iraq", "joined", "released", "risen", "edited"),
    "Left": ("deserted", "melted", "defected", "captured"),
    "Died": ("killed", "bombed", "executed", "lost_on_march", "spent"),
    "Moved": ("marched", "arrived", "sheltered", "reappeared"),
}
FLOW_WORDS = {
    "recruited": "recruited",
    "reinforced": "from abroad",
    "from_iraq": "from Iraq",
    "joined": "came over from another faction",
    "released": "freed or escaped from prison",
    "risen": "came out of hiding against the holder",
    "edited": "set by hand",
    "deserted": "went home",
    "melted": "went home out of hiding",
    "defected": "went over to another faction",
    "captured": "taken prisoner",
    "killed": "killed in battle",
    "bombed": "killed by suicide attacks",
    "executed": "killed as prisoners",
    "lost_on_march": "killed on the road",
    "spent": "died as suicide attackers",
    "marched": "set out",
    "arrived": "arrived",
    "sheltered": "slipped away to hide",
    "reappeared": "came out of hiding",
}
WHERE_AND_WHO = {  # how place and other one are named for a flow; the rest: in a place
    "marched": "from {p} for {o}",
    "arrived": "in {p} from {o}",
    "joined": "in {p}, from {o}",
    "risen": "in {p} against {o}",
    "defected": "in {p}, to {o}",
    **dict.fromkeys(("killed", "bombed", "captured", "executed", "lost_on_march"), "in {p} by {o}"),
}
HAPPENING_WORDS = {  # {f} the faction, {o} the other one, {p} where; a new one needs no words of its own
    **{name: f"{{f}}: {meaning} ({{p}})" for name, meaning in HAPPENINGS.items()},
    "incident": "{f} clashed with {o} in {p}",
    "joined_war": "{f} joined the war on {o} in {p}",
    "left_war": "{f} left the war on {o} in {p}",
    "attack": "{f} sent men to attack {p}",
    "prepare": "{f} began to gather men against {p}",
    "give_up": "{f} gave up its campaign against {p}",
    "storm": "{f} pressed an assault in {p}",
    "reinforce": "{f} sent men to hold {p}",
    "follow": "{f} sent men to {p} under the lead of {o}",
    "withdraw": "{f} decided to leave {p} in order, for {o}",
    "offer": "{f} offered {o} a truce in {p}",
    "slipped_away": "{f} slipped away from {p} before {o}",
    "made_deal": "{f}, beaten, left {p} by a deal with {o}",
    "agree": "{f} left {p} by agreement with {o}",
    "surrendered": "{f} surrendered {p} to {o}",
    "took": "{f} took {p} from {o}",
    "bombing": "{f} made a suicide attack on {o} in {p}",
    "threat": "{f} threatened {o} in {p}",
    "execution": "{f} killed prisoners of {o} in {p}",
    "raid": "{f} raided {o} on the road to {p}",
    "advance": "{f} sent men against {p}, held by {o}",
    "leader": "{f} lost a commander in {p}, fighting {o}",
}
REASONS = {  # {v} the number that decided, {l} what it was held against
    "joined_war": "its pull towards war, {v:.2f}, reached its threshold, {l:.2f}",
    "left_war": "its pull towards war, {v:.2f}, had stayed below {l:.2f}",
    "attack": "its odds there would be {v:.2f}; it attacks above {l:.2f}",
    "prepare": "with all who would come its odds would be {v:.2f}; it begins above {l:.2f}",
    "give_up": "its odds with all who would come were {v:.2f}; it gives up below {l:.2f}, or out of patience",
    "reinforce": "its odds there were {v:.2f}; it sends help below {l:.2f}",
    "follow": "of men to spare it sends a part of {v:.2f} with that leader",
    "withdraw": "its odds there were {v:.2f}; it leaves below {l:.2f}",
    "storm": "its odds in the town were {v:.2f}; it presses above {l:.2f}",
    **dict.fromkeys(
        ("slipped_away", "made_deal", "surrendered"),
        "the enemy was {v:.1f} times as strong; hopeless above {l:.1f}",
    ),
    **dict.fromkeys(
        ("defected", "agree"), "its odds there were {v:.2f}: a chance of {l:.2g} a day to bargain"
    ),
    "raid": "a chance of {v:.2g} a day",
    "advance": "with all it can bring its odds would be {v:.2f}; it attacks above {l:.2f}",
    "incident": "a chance of {v:.2g} a day, and the draw was {l:.2g}",
    "leader": "a chance of {v:.2g}",
    "threat": "a chance of {v:.2f} a day after losses",
    "execution": "a chance of {v:.2g} a day for each prisoner",
    "executed": "a chance of {v:.2g} a day for each prisoner",
    "recruited": "{v:.2f} expected",
    "risen": "a chance of {v:.2g} a day",
    "reinforced": "{v:.2f} expected",
    "from_iraq": "{v:.2f} expected",
    "deserted": "a chance of {v:.2g} a day for each man",
    "melted": "a chance of {v:.2g} a day for each man",
    "edited": "{l:.0f} men became {v:.0f}",
}
EVENT_WORDS = {  # {f} whom, {o} who, {a} the amount
    "hostility": "hostility of {o} towards {f} changed by {a:+g}",
    "war_order": "{o} was ordered to attack {f}",
    "truce": "{o} and {f} were offered a truce",
    "sponsor": "the money of {o} for {f} became {a:g} of the usual",
    "depot": "{o} seized {a:.1%} of the weapons and money of {f}",
    "endorsement": "the standing of {f} changed by {a:+g}, by {o}",
    "reinforcement": "{a:,.0f} men reached {f}",
    "iraq": "Iraq began to send {a:g} men a day",
    "border": "the border crossing opened (1) or closed (0): {a:g}",
    "pressure": "the regime's pressure became {a:g} of the usual",
    "equipment": "the weapons of {f} changed by {a:+,.0f}, counted as men they arm",
    "leader": "{f} lost a leader, and {a:g} of its command",
}


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """What happened and why.

    Attributes
    ----------
    title : str
        Who or where, and when.
    lines : tuple of str
        The text, line by line.
    table : DataFrame
        Every entry: day, date, what, town, province, faction, other (faction, or town of a march), men,
        value (the number that decided it), limit (what that was held against), text (in words), why.
    """

    title: str
    lines: tuple
    table: pd.DataFrame

    @property
    def text(self):
        """Title and lines."""
        return "\n".join((self.title, *self.lines))

    def __str__(self):
        """Show the text."""
        return self.text

    def __repr__(self):
        """Show the text, so that it prints itself in a prompt."""
        return self.text

    def _repr_html_(self):
        lines = "".join(f"<p style='margin:0.1em 0'>{escape(line)}</p>" for line in self.lines)
        shown = self.table[["day", "text", "why"]].to_html(max_rows=30, index=False, border=0)
        return (
            f"<h4>{escape(self.title)}</h4>{lines}"
            f"<details><summary>{len(self.table)} entries of the ledger</summary>{shown}</details>"
        )


def explain(model, *, day=None, faction=None, town=None):
    """What the ledger holds about days, a faction, a town or any of them: see `RebelConflict.explain`."""
    if model.ledger.room == 0:
        raise ValueError("this model keeps no entries: make it with RebelConflict(..., explain=True)")
    first, last = requested_days(model, day, default_all=faction is not None or town is not None)
    frame = chronicle(model, entries_about(model, first, last, faction, town))
    if town is not None:
        bound_for = (frame["other"] == town) & frame["what"].isin(TOWN_AS_OTHER)
        frame = frame[(frame["town"] == town) | bound_for]
    if faction is not None:
        frame = frame[(frame["faction"] == faction) | (frame["other"] == faction)]
    frame = frame.reset_index(drop=True)
    lines = tuple(render(model, frame, first, last, faction, town))
    return Explanation(title_of(model, first, last, faction, town), lines, frame)


def entries_about(model, first, last, faction, town):
    """Entries of these days that may concern the faction and the town; dated events always."""
    entries = model._history.entries
    chosen = (entries["day"] >= first) & (entries["day"] <= last)
    for kind, name in (("faction", faction), ("town", town)):
        if name is not None:
            row = row_of(kind, name, model.rows[kind])
            concerned = (entries[kind] == row) | (entries["other"] == row)
            chosen &= concerned | (entries["what"] == EVENT_HAPPENED)
    return entries[chosen]


def requested_days(model, day, default_all):
    """First and last day requested; ValueError for days that have not been played."""
    if day is None:
        return (0, model.day) if default_all else (model.day, model.day)
    pair = day if isinstance(day, tuple) else (day, day)
    if len(pair) != 2:
        raise ValueError(f"give a day, or a pair of first and last day, not {day!r}")
    first, last = (validation.day("day", one, model.scenario) for one in pair)
    if not 0 <= first <= last <= model.day:
        eve = model.scenario.date(0)
        raise ValueError(f"days 0 to {model.day} have been played ({eve} to {model.date}), not {day!r}")
    return first, last


def chronicle(model, entries):
    """Entries of the ledger as a DataFrame with names for rows, and the reason in words."""
    town_names, faction_names = (*model.town_ids, ""), (*model.faction_ids, "")
    provinces = (*model.provinces, "")
    what = np.array(CODES)[entries["what"]]
    is_town = np.isin(what, TOWN_AS_OTHER)
    frame = pd.DataFrame(
        {
            "day": entries["day"],
            "date": [model.scenario.date(day) for day in entries["day"]],
            "what": what,
            "town": [town_names[row] for row in entries["town"]],
            "province": [provinces[row] for row in entries["province"]],
            "faction": [faction_names[row] for row in entries["faction"]],
            "other": [
                (town_names if place else faction_names)[max(row, -1)] if code != EVENT_HAPPENED else ""
                for row, place, code in zip(entries["other"], is_town, entries["what"], strict=True)
            ],
            "men": entries["men"],
            "value": entries["value"],
            "limit": entries["limit"],
        }
    )
    reasons = zip(frame["what"], frame["value"], frame["limit"], strict=True)
    frame["text"] = pd.Series([sentence(model, row) for row in frame.itertuples()], dtype=object)
    frame["why"] = pd.Series([reason(*one) for one in reasons], dtype=object)
    name_events(model, frame)
    return frame


def name_events(model, frame):
    """Put the scenario's own row behind each dated event: whom, who, what, and its source."""
    rows = frame.index[frame["what"] == "event"]
    order = frame.loc[rows].groupby("day").cumcount()
    events = model.scenario.events
    for index, place in zip(rows, order, strict=True):
        event = events[events["day"] == frame.at[index, "day"]].iloc[place]
        frame.at[index, "faction"], frame.at[index, "other"] = event["whom"] or "", event["who"] or ""
        words = EVENT_WORDS[event["kind"]].format(
            f=label(model, event["whom"]), o=label(model, event["who"]), a=event["amount"]
        )
        place = label(model, event["town"] or event["province"])
        frame.at[index, "text"] = f"dated event: {words}" + (f", in {place}" if place else "")
        frame.at[index, "why"] = f"{event['id']}; {event['source'].partition(' <')[0].partition(' | ')[0]}"


def label(model, name):
    """Short name of a faction, town or sponsor; other names as they are."""
    for agents in (model.factions, model.towns, model.sponsors):
        if name in agents:
            return agents[name].label
    return name


def reason(what, value, limit):
    """Why, in words; empty if nothing was decided."""
    if what in ("marched", "arrived") and not math.isnan(value):
        return f"to {PURPOSE[int(value)]}"
    if what == "joined_war" and limit == 0.0:
        return f"as ordered; its own pull towards war was {value:.2f}"
    if what == "offer":
        answer = "accepted" if limit < value else "refused"
        return f"{answer}: a chance of {value:.2f}, and the draw was {limit:.2f}"
    if what not in REASONS or math.isnan(value):
        return ""
    return REASONS[what].format(v=value, l=limit)


def title_of(model, first, last, faction, town):
    """Who or where, and when."""
    who = [model.towns[town].title] if town else []
    who = [model.factions[faction].label, *who] if faction else who
    when = say_date(model.scenario.date(first)) + f" (day {first}"
    when += ")" if first == last else f") to {say_date(model.scenario.date(last))} (day {last})"
    return f"{' in '.join(who) or 'Everybody'}, {when}"


def render(model, frame, first, last, faction, town):
    """The lines of the text."""
    if model._history.dropped:
        yield f"The ledger was full: {model._history.dropped} entries are missing."
    if town is not None:
        yield town_line(model, town, first, last)
    elif faction is not None:
        yield men_line(model, faction, first, last)
    if frame.empty:
        yield "Nothing is in the ledger."
        return
    own = frame if faction is None else frame[frame["faction"] == faction]
    for heading, flows in GROUPS.items():
        parts = [flow_line(model, own[own["what"] == flow], flow, faction, town) for flow in flows]
        if any(parts):
            yield f"{heading}: {'; '.join(part for part in parts if part)}."
    if faction is not None:
        yield from to_others(model, frame[(frame["other"] == faction) & frame["what"].isin(GROUPS["Died"])])
    yield from happenings(frame[~frame["what"].isin(list(FLOWS))], several=first != last)


def men_line(model, faction, first, last):
    """Men under arms before and after, reckoned back from today by the signed flows."""
    entries = model._history.entries
    row = model.rows["faction"][faction]
    sign = np.array([FLOWS[code][0] if code in FLOWS else 0 for code in CODES])
    change = np.where(entries["faction"] == row, sign[entries["what"]] * entries["men"], 0)
    now = model.factions[faction].strength
    before = now - change[entries["day"] >= max(first, 1)].sum()
    after = now - change[entries["day"] > last].sum()
    return f"Men under arms: {before:,} before, {after:,} after ({after - before:+,})."


def town_line(model, town, first, last):
    """Who held a town and how many armed men were in it, on the evenings before and at the end."""
    holder, men = (model.history("towns", column, town) for column in ("holder", "men"))
    before = max(first - 1, 0)
    changed = "" if holder[last] == holder[before] else f" before, by {holder[last]} after"
    men_text = f"armed men of all sides: {men[before]:,} before, {men[last]:,} after"
    return f"Held by {holder[before]}{changed}; {men_text}."


def flow_line(model, rows, flow, faction, town):
    """One flow: how many men, and where or who and why, most first."""
    if rows.empty:
        return ""
    by = "town" if town is None else "faction" if faction is None else None
    text = f"{rows['men'].sum():,} {FLOW_WORDS[flow]}"
    if by is None or (town is None and faction is None):
        return text + shared_reason(rows)
    share = rows.groupby(by)["men"].sum().sort_values(ascending=False, kind="stable")
    names = model.towns if by == "town" else model.factions
    places = [f"{names[name].label} {men:,}" for name, men in share.head(PLACES).items() if name]
    more = f" and {len(share) - PLACES} more" if len(share) > PLACES else ""
    return f"{text} ({', '.join(places)}{more}){shared_reason(rows)}"


def shared_reason(rows):
    """The reason if all rows share one, or the least with the greatest number beside it."""
    least = rows.sort_values("value").iloc[0]
    if rows["why"].nunique() == 1 and least.why:
        return f" [{least.why}]"
    if rows["what"].iloc[0] in REASONS and not math.isnan(least.value):
        return f" [{least.why}, up to {rows['value'].max():.2g}]"
    return ""


def to_others(model, rows):
    """Whom the faction killed."""
    if rows.empty:
        return
    dead = rows.groupby("faction")["men"].sum().sort_values(ascending=False, kind="stable")
    yield f"Killed by it: {', '.join(f'{model.factions[name].label} {men:,}' for name, men in dead.items())}."


def happenings(rows, several):
    """Decisions and happenings, one line each with the reason; those alike on one day are one line."""
    lines = rows.groupby(["day", "text", "why"], sort=False).size().reset_index(name="times")
    for line in lines.head(LONGEST).itertuples():
        times = f", {line.times} times" if line.times > 1 else ""
        why = f" ({line.why})" if line.why else ""
        yield f"- {f'day {line.day}: ' if several else ''}{line.text}{times}{why}"
    if len(lines) > LONGEST:
        yield f"... and {len(lines) - LONGEST} more; all are in .table"


def sentence(model, row):
    """One entry in words; dated events get theirs from the scenario."""
    if row.what == "event":
        return ""
    place = model.towns[row.town].label if row.town else row.province
    force = model.factions[row.faction].label
    other = label(model, row.other) or "nobody"
    if row.what in FLOWS:
        where = WHERE_AND_WHO.get(row.what, "in {p}").format(p=place, o=other)
        return f"{force}: {row.men:,} {FLOW_WORDS[row.what]} {where}"
    return HAPPENING_WORDS[row.what].format(f=force, o=other, p=place)
