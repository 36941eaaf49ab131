"""A score as tables in the terminal and files in a folder."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

import sim
from sim import plots
from sim.ensemble.store.layout import ResultsError
from sim.plots.score import picture
from sim.record import town_scores

WIDE = 120  # letters in a line that every column needs; what is no terminal is taken to have them
FILES = ("score_targets.parquet", "score_towns.parquet", "score.png")


def show(score, console=None):
    """Print a score.

    Parameters
    ----------
    score : Score
        As from `sim.record.score`.
    console : rich.console.Console, optional
        Where to; the terminal if not given.
    """
    console = console or Console()
    if not console.is_terminal:
        console.width = WIDE
    console.print(target_table(score, console.width >= WIDE))
    unscored = score.targets[score.targets["unscored"] != ""]
    for t in unscored.itertuples(index=False):
        console.print(f"unscored: {t.id}, {t.measure}: {t.unscored}", highlight=False, style="italic")
    for rows in town_scores.ROWS:
        console.print(town_table(score, rows))
    seen = "as it happened" if score.observation is None else "as a monitor would have reported it"
    console.print(
        f"{score.runs:,} runs of {score.days} days, {seen}, against {score.record.folder}.", highlight=False
    )
    for note in score.notes:
        console.print(f"- {note}", highlight=False)


def number(value):
    """Write a value in a few letters; never is a day that does not come."""
    if np.isnan(value):
        return "-"
    if np.isinf(value):
        return "never"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"


def target_table(score, wide=True):
    """Table of the targets that were scored; a narrow one does without measure and band of half."""
    scored = score.scored
    inside, n = int(scored["inside"].sum()), len(scored)
    c50, c90 = (int(scored[f"covered_{band}"].sum()) for band in ("50", "90"))
    out = Table(title=f"Targets: the median of {inside} of {n} is inside its tolerance", title_justify="left")
    out.caption = (
        f"The bands of half of the runs hold {c50} of {n} targets, those of nine in ten {c90}. record: what "
        "the record's own files give through the same code (-: they cannot tell)."
    )
    out.caption_justify = "left"
    columns = {
        "target": "left", "measure": "left", "value": "right", "tolerance": "right", "record": "right",
        "median": "right", "50 %": "right", "90 %": "right", "": "left",
    }  # fmt: skip
    shown = [column for column in columns if wide or column not in ("measure", "50 %")]
    for column in shown:
        out.add_column(column, justify=columns[column], no_wrap=column != "measure")
    for t in scored.itertuples(index=False):
        few = f", {t.told:.0%} of runs" if t.told < 1 else ""
        side = t.side if t.side != "isis" else ""
        cells = dict(zip(columns, (
            t.id, f"{t.measure} {side}".strip() + few, number(t.value),
            f"{number(t.lo)} to {number(t.hi)}", number(t.record), number(t.median),
            f"{number(t.low_50)} to {number(t.high_50)}", f"{number(t.low_90)} to {number(t.high_90)}",
            "inside" if t.inside else "OUTSIDE",
        ), strict=True))  # fmt: skip
        out.add_row(*(cells[column] for column in shown))
    return out


def town_table(score, rows):
    """Table of town-day scores on some rows of the record."""
    table = score.towns[score.towns["rows"] == rows]
    out = Table(title=f"Town by day: {rows} rows of the record", title_justify="left", caption_justify="left")
    out.caption = (
        f"95 % intervals by a bootstrap of whole towns. skill: 1 - Brier score of the model over that of the "
        f"baseline. {'; '.join(f'{name}: {what}' for name, what in town_scores.BASELINES.items())}."
        if rows == town_scores.ROWS[-1]
        else None
    )
    for column in ("held", "forecast", "Brier", "log score", "skill of the model"):
        out.add_column(column, justify="left" if column in ("held", "forecast") else "right", no_wrap=True)
    for held, part in table.groupby("held", sort=False):
        for k, t in enumerate(part.itertuples(index=False)):
            skill = "" if np.isnan(t.skill) else f"{t.skill:+.2f} ({t.skill_low:+.2f} to {t.skill_high:+.2f})"
            out.add_row(
                {0: held, 1: f"{t.town_days:,} town-days", 2: f"{t.towns} towns"}.get(k, ""), t.forecast,
                f"{t.brier:.3f} ({t.brier_low:.3f} to {t.brier_high:.3f})",
                f"{t.log:.3f} ({t.log_low:.3f} to {t.log_high:.3f})", skill,
            )  # fmt: skip
        out.add_section()
    return out


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
    """Write the two tables and the figure, with their origin inside.

    Parameters
    ----------
    score : Score
        As from `sim.record.score`.
    ensemble : Ensemble
        What was scored.
    folder : path
        Where to; see `prepare`.

    Returns
    -------
    list of Path
        The files.
    """
    folder, about = Path(folder), getattr(ensemble.tables, "manifest", None)
    origin = {
        "infighting": sim.__version__,
        "record": score.record.files,
        "observation": None if score.observation is None else asdict(score.observation),
        "results": about,
    }
    meta = {b"infighting": json.dumps(origin, sort_keys=True, default=str).encode()}
    for name, frame in zip(FILES, (score.targets, score.towns), strict=False):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        partial = folder / f"{name}.partial"
        pq.write_table(
            table.replace_schema_metadata(table.schema.metadata | meta), partial, compression="zstd"
        )
        partial.replace(folder / name)
    plots.save(picture(score, ensemble), folder / FILES[2], about, dpi=200)
    return [folder / name for name in FILES]
