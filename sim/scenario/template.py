"""A new war from one that is there: a folder that can be read at once, its rows marked until replaced."""

import csv
import io
import re
from pathlib import Path

import yaml

from sim._util.files import write_text
from sim.scenario.cells import ScenarioError, shown
from sim.scenario.folder import Folder, find, scenario_names
from sim.scenario.read import load_scenario, write_garrisons
from sim.scenario.schema import PLACES, TABLES

MARK = "template: "  # how the source of a row begins that still says what the other war was
COPIED = [table for table in TABLES if table not in (*PLACES, "garrisons")]
MEANING = {  # keys of scenario.yaml: what they say
    "title": "what it is called in figures",
    "about": "what happened, and why one should look at it",
    "starts": "day 1, the first step; everything is stated for the evening before",
    "days": "how long a run is by default",
    "focal": "the faction whose fate is asked; its side in factions.csv is focal",
    "theatre": "what lies outside the map",
    "apart": "men dealt apart from a faction's strength",
    "posterior": "whose draws of parameters draw=posterior takes",
    "geography": "whose towns, roads and base map these are; control.csv names those that are played",
}
GUIDE = """# {name}

A template, made from `{like}` by `infighting scenario new {name} --like {like}`. It can be played: as
`{like}` under another name. Every row whose `source` begins with `{mark}` still says what that war was.
`infighting scenario check {name}` counts them, table by table, and reads the rest.

In this order:

1. `scenario.yaml`: title, about, first day, days, focal faction, provinces, what lies outside.
2. `towns.csv`, `roads.csv`: places and roads that `{like}` lacks; the others are read from there
   (`geography`). For another map take the line `geography` out, and bring every place and road, and a base
   map if there is one.
3. `factions.csv`: who, how many (low, middle, high), what they believe, how they rule; one is `focal`.
4. `control.csv`: who held each place on the eve. Places it does not name are not played.
5. `relations.csv`: total hostility on the eve, less what stands as older causes in `events.csv`, dated up to
   the eve.
6. `groups.csv`, `sponsors.csv`, `patronage.csv`, `events.csv`: what words in `control.csv` mean, money, what
   is dated.
7. `infighting garrisons {name}` deals the men again; `infighting scenario={name} runs=100` plays.

What the war brought is never an input: it goes to `record/` (see `scenarios/idlib_2018/record`). Say in this
file what is known, judged and assumed, and name the source of every row.
"""


def new_scenario(name, like, folder="scenarios"):
    """Write the template of a new war, on the geography of one that is there.

    Parameters
    ----------
    name : str
        What it is to be called: lower-case letters, digits and underscores.
    like : str or Path
        The scenario whose tables are taken to begin with; of a variant, its base.
    folder : str or Path
        Where the new folder goes.

    Returns
    -------
    pathlib.Path
        The new folder.

    Raises
    ------
    ScenarioError
        No such scenario, a name that cannot be one, or a folder that is there already.

    Examples
    --------
    >>> import tempfile
    >>> made = new_scenario("my_war", "idlib_2018", tempfile.mkdtemp())
    >>> load_scenario(made).focal, sum(left_over(made).values()) > 100
    ('hts', True)
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ScenarioError(
            [f"{shown(name)} is no name; expected lower-case letters, digits and underscores"]
        )
    base, target = Folder(find(like)).root, Path(folder) / name
    if target.exists():
        raise ScenarioError([f"{target} is there already; expected a name that is free"])
    texts = {"scenario.yaml": _head(base, name)}
    for table in COPIED:
        texts[f"{table}.csv"] = _marked(base.text(base.head["tables"][table]), base.path.name)
    for table in PLACES:
        texts[f"{table}.csv"] = ",".join(TABLES[table]) + "\n"
    texts["README.md"] = GUIDE.format(name=name, like=base.path.name, mark=MARK.strip())
    target.mkdir(parents=True)
    for file, text in texts.items():
        write_text(target / file, text)
    write_garrisons(target)
    load_scenario(target)
    return target


def left_over(name_or_path):
    """Rows of each table that still say what another war was, after everything is read and checked.

    Examples
    --------
    >>> left_over("idlib_2018")
    {}
    """
    scenario = load_scenario(name_or_path)
    found = {}
    for table in COPIED:
        rows = getattr(scenario, table)
        count = int(rows.loc[rows["source"].str.startswith(MARK), "source"].size)
        found |= {table: count} if count else {}
    return found


def _head(base, name):
    """The scenario.yaml of a template: that of its base, with what is taken from there by name."""
    known = base.path.name if base.path.name in scenario_names() else str(base.path)
    head = {key: base.head[key] for key in base.head if key not in ("basemap", "geography", "tables")}
    head |= {"title": f"{name} (template)", "about": f"A template made from {base.path.name}, not yet a war."}
    if (base.path / "posterior.parquet").is_file():
        head["posterior"] = known
    head |= {"geography": known, "tables": {table: f"{table}.csv" for table in TABLES}}
    lines = []
    for key, value in head.items():
        lines += [f"# {MEANING[key]}"] if key in MEANING else []
        lines.append(yaml.safe_dump({key: value}, allow_unicode=True, sort_keys=False, width=100))
    return "\n".join(line.rstrip("\n") for line in lines) + "\n"


def _marked(text, name):
    """A table whose sources say that its rows are those of another war."""
    rows = list(csv.reader(io.StringIO(text)))
    column = rows[0].index("source")
    for row in rows[1:]:
        row[column] = f"{MARK}{name}: {row[column]}"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
