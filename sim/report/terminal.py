"""The table in the terminal: what became of it, how sure the number is, and what history did."""

import math

from rich.console import Console

from sim._util.tables import Cell, percent, say_date, table
from sim.core.outcomes import CLASSES, interval
from sim.ensemble.posterior import DRAWN_FROM
from sim.record import record_classes
from sim.report.headline import headline_table, is_possible, spread

DEAD = {"{focal} dead": "dead_isis", "rebels dead": "dead_rebels", "civilians dead": "dead_civilians"}
CAPTION = "A historical what-if, not a forecast: it says what these rules do, not what will happen."


def show(ensemble, console=None):
    """Print the summary of an ensemble to a console, by default the terminal."""
    console = console or Console()
    runs = len(ensemble.runs)
    console.print(headline_table(ensemble).terminal(wrap=True))
    console.print(outcome_table(ensemble).terminal())
    console.print(measure_table(ensemble).terminal())
    scenario = ensemble.scenario
    drawn = f"; parameters and garrisons drawn from {DRAWN_FROM}" if ensemble.draw == "posterior" else ""
    console.print(
        f"{scenario.name} (hash {scenario.hash}), {runs:,} runs of {ensemble.days} days "
        f"to {say_date(scenario.date(ensemble.days))}, seed {ensemble.seed}{drawn}.",
        highlight=False,
    )
    console.print(CAPTION, style="italic", highlight=False)


def outcome_table(ensemble):
    """Share of runs in each class under the three meanings of held, and the record's own class."""
    recorded, last = record_classes(ensemble.scenario, ensemble.params, ensemble.days)
    missing = ("missing", "", "", "")
    rows = [
        (name, *(_shares(ensemble.runs, name) if is_possible(ensemble, name) else missing))
        for name in CLASSES
    ]
    if last is not None:
        rows.append(("the record", recorded["holder"], "", recorded["sole"], recorded["any"]))
    head = ("outcome", "held", "95 % interval", "held alone", "present")
    about = {
        "title": f"What became of {ensemble.scenario.focal_name}: share of runs",
        "note": _about_record(ensemble, last),
    }
    return table(head, rows, dict.fromkeys(head, ("share", 1)), **about, sections={len(CLASSES) - 1})


def _shares(runs, name):
    """Share by holder with its error, its interval, and the shares under the other meanings."""
    n, count = len(runs), int((runs["outcome"] == name).sum())
    share = count / n
    error = percent(math.sqrt(share * (1 - share) / n))
    held = Cell(f"{percent(share)} ± {error}", share)
    low, high = interval(count, n)
    return held, (low, high), *((runs[f"outcome_{held}"] == name).mean() for held in ("sole", "any"))


def _about_record(ensemble, last):
    text = (
        f"held: {ensemble.scenario.focal_name} is the holder, ± Monte Carlo error, with Wilson's interval; "
        "held alone and present: the same classes by sole and by any presence. The record's class leaves "
        "out conditions on men, whom nobody counted."
    )
    if not is_possible(ensemble, "regrouped"):
        text += f" {ensemble.days} days are too few to regroup or resurge."
    if last is None:
        return f"{text} The scenario has no record to be scored against."
    if last == ensemble.days:
        return f"{text} The record is judged over the same {last} days."
    end = ensemble.scenario.date(last)
    return f"{text} The record covers {last} days, to {say_date(end)}, and is judged at that end."


def measure_table(ensemble):
    """Trough, regrouping and deaths: medians with the range of the runs."""
    runs, half = ensemble.runs, "half of the runs"
    never = percent(runs["regroup_day"].isna().mean(), 0)
    rows = [
        ("day of the trough", *spread(runs["trough_day"], 25, 75), half),
        ("people held then", *spread(runs["trough_share"], 25, 75, "share"), f"the start's; {half}"),
        ("day of regrouping", *spread(runs["regroup_day"], 25, 75), f"half of those that do; {never} never"),
        *(
            (
                label.format(focal=ensemble.scenario.focal_name),
                *spread(runs[column], 5, 95),
                "90 % of the runs",
            )
            for label, column in DEAD.items()
        ),
    ]
    return table(("measure", "median", "range", "of"), rows, title="How it went")
