"""What the ODD takes from the scenario of the record: sizes, dates, scripted events."""

from sim._util.tables import say_date
from sim.docs.tables import rows
from sim.scenario import load_scenario, scenario_names

COUNTED = ("towns", "roads", "factions", "sponsors", "patronage", "relations", "control", "garrisons")


def numbers(name="january_2014"):
    """Sizes and dates of a scenario, and its tables of events and factions, by name for the template."""
    scenario = load_scenario(name)
    return {
        "scenario": scenario,
        "size": {table: len(getattr(scenario, table)) for table in COUNTED},
        "first": say_date(scenario.date(1)),
        "last": say_date(scenario.date(scenario.days)),
        "factions": factions(scenario),
        "events": dated(scenario),
        "scenarios": len(scenario_names()),
    }


def factions(scenario):
    """Who takes part: side, bloc, men on the eve, provinces."""
    body = (
        (f.name, f"`{f.id}`", f.side, f.bloc or "", f"{f.men:,}", ", ".join(f.provinces))
        for f in scenario.factions.itertuples(index=False)
    )
    return rows(("faction", "id", "side", "bloc", "men", "core provinces"), body)


def dated(scenario):
    """Dated events: day, kind, scripted or older cause."""
    body = []
    for event in scenario.events.drop_duplicates("id").itertuples(index=False):
        when = say_date(scenario.date(event.day)) if event.day > 0 else "before (day 0)"
        cause = "scripted" if event.scripted else "older cause or context"
        body.append((f"`{event.id}`", when, event.kind, cause))
    return rows(("event", "when", "kind", ""), body)
