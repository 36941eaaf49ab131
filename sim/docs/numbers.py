"""What the ODD takes from the scenario of the record: sizes, dates, scripted events."""

from sim.docs.tables import rows
from sim.scenario import load_scenario, scenario_names

COUNTED = (
    "towns",
    "roads",
    "factions",
    "sponsors",
    "patronage",
    "relations",
    "control",
    "garrisons",
    "events",
)


def numbers(name="january_2014"):
    """Sizes and dates of a scenario, and its tables of events and factions, by name for the template.

    Examples
    --------
    >>> numbers()["size"]["towns"]
    60
    """
    story = load_scenario(name)
    events = story.events.drop_duplicates("id", keep="first") if "id" in story.events else story.events
    return {
        "story": story,
        "size": {table: len(getattr(story, table)) for table in COUNTED},
        "first": f"{story.date(1).day} {story.date(1):%B %Y}",
        "last": f"{story.date(story.days).day} {story.date(story.days):%B %Y}",
        "factions": factions(story),
        "events": dated(story, events),
        "scenarios": len(scenario_names()),
    }


def factions(story):
    """Who takes part: side, bloc, men on the eve, provinces."""
    body = (
        (f.name, f"`{f.id}`", f.side, f.bloc or "", f"{f.men:,}", ", ".join(f.provinces))
        for f in story.factions.itertuples(index=False)
    )
    return rows(("faction", "id", "side", "bloc", "men", "core provinces"), body)


def dated(story, events):
    """Dated events: day, kind, scripted or older cause."""
    body = []
    for event in events.itertuples(index=False):
        date = story.date(event.day)
        when = f"{date.day} {date:%B %Y}" if event.day > 0 else "before (day 0)"
        body.append(
            (f"`{event.id}`", when, event.kind, "scripted" if event.scripted else "older cause or context")
        )
    return rows(("event", "when", "kind", ""), body)
