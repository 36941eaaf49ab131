"""What results are on disk, as a page: ``infighting docs results`` writes it to sim/RESULTS.md.

The columns come from where they are declared, so that the page cannot say something else; a test compares it.
"""

from pathlib import Path

from sim.core.measures import DAILY, SERIES
from sim.ensemble.frames import RUNS
from sim.ensemble.store.manifest import SCHEMA

PAGE = Path(__file__).parents[1] / "RESULTS.md"
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
HEAD = f"""# Results on disk, schema {SCHEMA}

Made by `infighting docs results`. A program refuses results of another schema than its own, such as
those of infighting 0.1.0 (schema 1); the number is raised when an older reader would go wrong.

There is one format. Runs of one world are a design with one point: `infighting`,
`run_ensemble(out=...)`, `run_design(out=...)`, an experiment and `-m` all leave the same folder.

| | |
| --- | --- |
| `manifest.json` | what made it, enough to make it again |
| `runs/00000.parquet` ... | one folder a table, and in it one file a shard |
| `shards/00000.json` | receipt of a shard, written last: files with rows, bytes, sha256; points that failed |
| `design.parquet` | of a design: a row a point: `point`, a column a factor; tables join to it by `point` |
| `summary.parquet` | of a design: a row a point and measure: mean, standard error, 95 % interval, runs |
| `points.csv` | of a design: one row a point: its factors, and the mean of every outcome measure |
| `start.world` | of runs that went on from a stepped world: that world |
| `report.html`, `figures/` | of one world, if they were wanted |

**Shards.** The runs are numbered through: run 0, 1, 2 ... of point 0, then of point 1. Shard k of n has the
runs from k R / n to (k + 1) R / n of all R (rounded down). A shard is played in memory, written aside and
renamed, its receipt last: what has a receipt is whole. A killed command is resumed by running the same
command again, which plays the shards that are missing, to the same numbers bit for bit. Several processes
can do so at once: each shard is played by whoever holds its lock.

**The manifest covers itself.** `sha256` is the SHA-256 of its canonical JSON (keys sorted, no spaces)
without that entry, and the rows that the receipts count must be the `runs`, `runs_per_point` and `shards`
that it says: a manifest that was edited is refused. `identity` is a hash of all that decides the numbers:
rules, tables, scenarios, parameters, points, runs, seed, days, detail, start, draw, shards. Results of
another identity are never mixed in.

**Replacing.** With `overwrite=true` the new results grow in a hidden folder beside the old ones,
`.NAME.new-...`, and take their place when they are whole; the report and the figures of the old ones go
with them, and files of others stay. If the command is killed, the old results are still there, and the same
command goes on.

**Several settings** (`-m seed=1,2 params.march.speed=30,60`) are a grid over parameters, scenario, seed and
days.

A design leaves no figures and no report, and refuses `figures=` and `report=`: many points want a figure of
their question (`experiments/NN_question/figures.py`). `sim.load_results(FOLDER).at(POINT)` is an ensemble
as any other, for `sim.plots` to draw.

`sim.load_results` opens every result; pandas, polars and DuckDB open the tables as they are:

    pandas.read_parquet("results/NAME/runs")
    polars.scan_parquet("results/NAME/daily")
    duckdb: select * from 'results/NAME/runs/*.parquet' join 'results/NAME/design.parquet' using (point)
"""


def page():
    """The page as text.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> "| trough_day | day |" in page()
    True
    """
    parts = [HEAD]
    for name, (detail, row, keys, columns) in TABLES.items():
        parts.append(
            f'\n## {name}\n\nFrom detail="{detail}" on. One row a {row}.\n\n| column | unit | meaning |'
        )
        parts.append("\n| --- | --- | --- |\n")
        told = {key: KEYS[key] for key in keys} | dict(columns)
        parts += [f"| {column} | {unit} | {meaning} |\n" for column, (*_, unit, meaning) in told.items()]
    return "".join(parts)
