"""A forecast, and its score, as tables in the terminal."""

from rich.console import Console

from sim._util.tables import Cell, percent, say_date, table
from sim.record.observe import MEANINGS
from sim.report.score import horizon_table

SURE = 0.02  # chances nearer to 0 or 1 are not listed
CAPTION = (
    "A what-if of these rules from what was known on that day. It explains, it does not advise; how far such "
    "forecasts can be trusted, their scores say."
)


def show(forecast, console=None):
    """Print a forecast: what the filter did, and the towns that are not sure at its end."""
    console = console or Console()
    console.print(filter_table(forecast).terminal())
    console.print(town_table(forecast).terminal())
    console.print(CAPTION, style="italic", highlight=False)


def show_score(forecast, towns, console=None):
    """Print the score of a forecast by horizon."""
    console = console or Console()
    said = f"A forecast of {forecast.about['worlds']:,} worlds that knows the record to its day of issue."
    console.print(horizon_table(towns, forecast.scenario, forecast.issue, said).terminal())


def filter_table(forecast):
    """Table of the looks at the record."""
    rows = [
        (
            say_date(forecast.scenario.date(look.day)),
            look.towns,
            percent(look.told),
            Cell(f"{look.exponent:.2f}", look.exponent),
            Cell(f"{look.effective:.0f}", look.effective),
        )
        for look in forecast.looks.itertuples(index=False)
    ]
    edits = int(forecast.edits["worlds"].sum())
    worlds = forecast.about["worlds"]
    note = (
        "told: share of the towns of which the record knows something that worlds have right before they are "
        f"drawn anew; exponent: of the weights, below 1 where they are tempered. On the last day {edits:,} "
        f"towns of {worlds:,} worlds were set to what the record knows ({edits / worlds:.1f} a world, in "
        f"{len(forecast.edits)} towns)."
    )
    head = ("look at the record", "towns", "told", "exponent", "effective worlds")
    return table(head, rows, title=f"{worlds:,} worlds that agree with the record so far", note=note)


def town_table(forecast):
    """Table of the towns of which the holder at the end is not sure, the likeliest first."""
    last = forecast.chances[forecast.chances["day"] == forecast.days]
    doubtful = last[(last[MEANINGS[0]] > SURE) & (last[MEANINGS[0]] < 1 - SURE)]
    doubtful = doubtful.sort_values([MEANINGS[0], "town"], ascending=[False, True])
    names = dict(zip(forecast.scenario.town_ids, forecast.scenario.towns["name"], strict=True))
    rows = [
        (names[t.town], percent(t.controller), percent(t.sole), percent(t.any))
        for t in doubtful.itertuples(index=False)
    ]
    sure = (last[MEANINGS[0]] >= 1 - SURE).sum()
    end = say_date(forecast.scenario.date(forecast.days))
    note = f"{sure} towns more are held in nearly all worlds; all others in hardly any."
    return table(
        ("town", *MEANINGS), rows, title=f"Chance that the focal faction holds it on {end}", note=note
    )
