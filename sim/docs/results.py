"""What results are on disk, as a page: ``infighting docs results`` writes it to sim/RESULTS.md.

The columns come from where they are declared, so that the page cannot say something else; a test compares it.
"""

from sim.core.kernel import PACKAGE
from sim.core.measures import DAILY, SERIES
from sim.docs.tables import fill, rows
from sim.ensemble.frames import RUNS
from sim.ensemble.store.manifest import SCHEMA

PAGE = PACKAGE / "RESULTS.md"
KEYS = {
    "point": ("", "of a design only: number of the point, as in design.parquet; first column of every table"),
    "run": (
        "",
        "number of the run within its world or its point; run k has the same random numbers in every point",
    ),
    "day": ("day", "0 is the evening before the first step"),
    "faction": ("", "id of a faction of the scenario"),
    "town": ("", "id of a town of the scenario"),
    "province": ("", "name of a province of the scenario"),
}
CONTROL = {
    "holder": ("", "id of the faction that holds the town, none or contested"),
    "isis": ("", "presence of the focal faction: sole, shared or none"),
}
ENGAGEMENTS = {
    "faction_a": ("", "id of one side; the pair is named once"),
    "faction_b": ("", "id of the other"),
}
TABLES = {  # name: (detail from which on it is kept, one row for each, columns)
    "runs": ("summary", "run", ("point", "run"), {k: v for k, v in RUNS.items() if k != "run"}),
    "focal": ("daily", "run and day: the focal faction", ("point", "run", "day"), SERIES),
    "daily": ("daily", "run, day and faction", ("point", "run", "day", "faction"), DAILY),
    "control": (
        "daily",
        "change of a town, and all towns on day 0",
        ("point", "run", "day", "town"),
        CONTROL,
    ),
    "alignment": (
        "daily",
        "change, and all that is true on day 0",
        ("point", "run", "day", "province", "faction"),
        {"at_war": ("", "whether the faction is at war with the focal faction in the province")},
    ),
    "engagements": (
        "full",
        "pair of factions that fought in a town on a day",
        ("point", "run", "day", "town", "province"),
        ENGAGEMENTS,
    ),
}


def page():
    """The page as text."""
    parts = []
    for name, (detail, row, keys, columns) in TABLES.items():
        named = {key: KEYS[key] for key in keys} | dict(columns)
        body = rows(("column", "unit", "meaning"), ((n, u, m) for n, (*_, u, m) in named.items()))
        parts.append(f'\n## {name}\n\nFrom detail="{detail}" on. One row a {row}.\n\n{body}\n')
    return fill("results.md", schema=SCHEMA, tables="".join(parts))
