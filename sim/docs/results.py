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
    "run": ("", "number of the run within its world or its point; run k has the same luck in every point"),
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

Made by `infighting docs results`. Results of another schema than the program's own cannot be read; the number
is raised when an older reader would go wrong.

**One world** (`infighting`, `run_ensemble(out=...)`): one file a table, `runs.parquet` and so on, and
`manifest.json`, written last, with rows and sha256 of every file.

**A design** (`infighting experiment=...`, `run_design(out=...)`): one folder a table, and in it one file a
shard, `runs/00000.parquet` and so on, and

| | |
| --- | --- |
| `manifest.json` | what made it; `identity` is all that decides the numbers, and a hash of it |
| `design.parquet` | one row a point: `point`, then a column a factor; tables join to it by `point` |
| `shards/00000.json` | written last: files with rows, bytes, sha256; points that failed, and why |
| `summary.parquet` | one row a point and outcome measure: mean, standard error, 95 % interval, runs |

A design leaves no figures and no report, and refuses `figures=` and `report=`: many points want a figure of
their question (`experiments/NN_question/figures.py`). `sim.load_results(FOLDER).at(POINT)` is an ensemble as
any other, for `sim.plots` to draw.

**Several settings** (`-m`): one numbered folder a job, and `sweep.csv` and `sweep.parquet` with one row a job
and outcome measure. The same command again skips the jobs that are finished, plays those that were stopped or
killed anew into their folders, and refuses a folder with other results in it.

`sim.load_results` opens all of them but the last; pandas, polars and DuckDB open the tables as they are:

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
