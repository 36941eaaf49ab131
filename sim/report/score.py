"""A score as tables in the terminal and files in a folder."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

import sim
from sim import plots
from sim._util.files import whole
from sim._util.tables import Cell, interval_text, number, say_date, table
from sim.ensemble.store.layout import ResultsError
from sim.plots.score import picture
from sim.record import town_scores
from sim.record.observe import MEANINGS

WIDE = 120  # letters in a line that every column needs; what is no terminal is taken to have them
LET_GO = "The runs were let go on the first evening and know nothing of the record since."
WORST = -99.0  # skill below which tables do not tell apart
FILES = ("score_targets.parquet", "score_towns.parquet", "score.png")


def show(score, console=None):
    """Print a score to a console, by default the terminal."""
    console = console or Console()
    if not console.is_terminal:
        console.width = WIDE
    console.print(target_table(score, console.width >= WIDE).terminal())
    unscored = score.targets[score.targets["unscored"] != ""]
    for t in unscored.itertuples(index=False):
        console.print(f"unscored: {t.id}, {t.measure}: {t.unscored}", highlight=False, style="italic")
    for rows in town_scores.ROWS:
        console.print(town_table(score, rows).terminal())
    if score.issue:
        console.print(horizon_table(score.towns, score.record.scenario, score.issue, LET_GO).terminal())
    seen = "as it happened" if score.observation is None else "as a monitor would have reported it"
    console.print(
        f"{score.runs:,} runs of {score.days} days, {seen}, against {score.record.folder}.", highlight=False
    )
    for note in score.notes:
        console.print(f"- {note}", highlight=False)


def target_table(score, wide=True):
    """Table of the targets that were scored; a narrow one does without measure and band of half."""
    scored = score.scored
    inside, n = int(scored["inside"].sum()), len(scored)
    c50, c90 = (int(scored[f"covered_{band}"].sum()) for band in ("50", "90"))
    note = (
        f"The bands of half of the runs hold {c50} of {n} targets, those of nine in ten {c90}. record: what "
        "the record's own files give through the same code (-: they cannot tell)."
    )
    rows = []
    for t in scored.itertuples(index=False):
        few = f", {t.told:.0%} of runs" if t.told < 1 else ""
        side = t.side if t.side != score.record.scenario.focal else ""
        bands = (t.median, (t.low_50, t.high_50), (t.low_90, t.high_90))
        where = "inside" if t.inside else "OUTSIDE"
        rows.append(
            (
                t.id,
                f"{t.measure} {side}".strip() + few,
                t.value,
                (t.lo, t.hi),
                number(t.record) or "-",
                *bands,
                where,
            )
        )
    head = ("target", "measure", "value", "tolerance", "record", "median", "50 %", "90 %", "")
    title = f"Targets: the median of {inside} of {n} is inside its tolerance"
    whole = table(head, rows, title=title, note=note)
    return whole if wide else replace(whole, frame=whole.frame.drop(columns=["measure", "50 %"]))


def town_table(score, rows):
    """Table of town-day scores on some rows of the record."""
    scores = score.towns[score.towns["rows"] == rows]
    scores = scores[scores["horizon"] == scores["horizon"].max()]
    note = (
        "95 % intervals by a bootstrap of whole towns. skill: 1 - Brier score of the model over that of the "
        f"baseline. {_baselines(score)}."
    )
    lines, sections = [], set()
    for held, part in scores.groupby("held", sort=False):
        for k, t in enumerate(part.itertuples(index=False)):
            label = {0: held, 1: f"{t.town_days:,} town-days", 2: f"{t.towns} towns"}.get(k, "")
            brier, log = _score(t.brier, t.brier_low, t.brier_high), _score(t.log, t.log_low, t.log_high)
            lines.append((label, _name(score.record.scenario, t.forecast), brier, log, _skill(t)))
        sections.add(len(lines) - 1)
    head = ("held", "forecast", "Brier", "log score", "skill of the model")
    about = {"title": f"Town by day: {rows} rows of the record", "sections": sections}
    return table(head, lines, note=note if rows == town_scores.ROWS[-1] else "", **about)


def horizon_table(towns, scenario, issue, said):
    """Table of the skill of the model over each baseline, by days after the day of issue.

    said : what the model knows, in a sentence.
    """
    scores = towns[(towns["rows"] == town_scores.ROWS[0]) & (towns["held"] == MEANINGS[0])]
    lines, sections = [], set()
    for horizon, part in scores.groupby("horizon"):
        for k, t in enumerate(part.itertuples(index=False)):
            brier = _score(t.brier, t.brier_low, t.brier_high)
            label = f"{horizon} days" if k == 0 else ""
            lines.append((label, _name(scenario, t.forecast), brier, _skill(t)))
        sections.add(len(lines) - 1)
    title = f"Town by day, by days after {_date(scenario, issue)}"
    note = (
        f"Held by {MEANINGS[0]}, all rows. Below 0 the baseline is better, empty where it makes no error; "
        f"{WORST:g} stands for all below. {said}"
    )
    return table(
        ("up to", "forecast", "Brier", "skill of the model"), lines, title=title, note=note, sections=sections
    )


def _skill(row):
    """Skill with its interval, at least WORST."""
    return _score(*np.maximum((row.skill, row.skill_low, row.skill_high), WORST), 2, sign=True)


def _date(scenario, day):
    """A day in words."""
    return say_date(scenario.date(day), year=False)


def _name(scenario, forecast):
    """A forecast as it is called in tables: that of the eve by its date."""
    return f"as on {_date(scenario, 0)}" if forecast == town_scores.EVE else forecast


def _baselines(score):
    """What each baseline of a score says, after its name."""
    scenario = score.record.scenario
    dates = {"eve": _date(scenario, 0), "issue": _date(scenario, score.issue)}
    there = set(score.towns["forecast"])
    said = {name: what for name, what in town_scores.BASELINES.items() if name in there}
    return "; ".join(f"{_name(scenario, name)}: {what.format(**dates)}" for name, what in said.items())


def _score(value, low, high, digits=3, *, sign=False):
    """A score with its interval in brackets; empty where there is none."""
    span = interval_text(low, high, "", digits, sign=sign)
    return Cell(f"{number(value, '', digits, sign=sign)} ({span})", value) if span else Cell("")


def prepare(folder, overwrite):
    """Make a folder ready, or say in one sentence why not."""
    folder = Path(folder)
    there = [name for name in FILES if (folder / name).exists()]
    if there and not overwrite:
        raise ResultsError(
            f"{folder} holds a score already: give another folder (--out), or ask for it to be replaced "
            "(--overwrite)"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResultsError(f"cannot write to {folder}: {error.strerror}") from error


def write(score, ensemble, folder):
    """Write the two tables and the figure of a score, with their origin inside; returns the files."""
    folder, about = Path(folder), getattr(ensemble.tables, "manifest", None)
    origin = {
        "infighting": sim.__version__,
        "record": score.record.files,
        "issue": str(score.record.scenario.date(score.issue)),
        "observation": None if score.observation is None else asdict(score.observation),
        "results": about,
    }
    meta = {b"infighting": json.dumps(origin, sort_keys=True, default=str).encode()}
    for name, frame in zip(FILES, (score.targets, score.towns), strict=False):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        with whole(folder / name) as part:
            pq.write_table(
                table.replace_schema_metadata(table.schema.metadata | meta), part, compression="zstd"
            )
    plots.save(picture(score, ensemble), folder / FILES[2], about, dpi=200)
    return [folder / name for name in FILES]
