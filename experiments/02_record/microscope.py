"""python experiments/02_record/microscope.py: one run of January 2014 told day by day beside the record.

Plays one world with its ledger open and writes results/02_record/microscope.md: every day who joined a war,
rose, began, pressed or gave up which campaign and why, left by agreement, went over or took a town; beside it
what the record says changed hands. The run is the first whose dead to 22 January are within a tenth of the
record's.
"""

from pathlib import Path

import sim
from sim.plots.frames import pivot
from sim.record import record_of

OUT = Path(__file__).parents[2] / "results" / "02_record" / "microscope.md"
SEED, DAYS, RUNS = 1, 29, 100
DEAD, UNTIL, WITHIN = 1395, 20, 0.1  # target C7d, to 22 January
TOLD = (
    "joined_war",
    "risen",
    "prepare",
    "attack",
    "give_up",
    "withdraw",
    "agree",
    "made_deal",
    "surrendered",
    "defected",
    "took",
)
MOST = 5  # lines of one kind a day; the others are counted


def typical_run():
    """Number of the first run that is as bloody as the record."""
    ensemble = sim.run_ensemble(runs=RUNS, seed=SEED, days=DAYS, progress=False, detail="daily")
    dead = sum(pivot(ensemble.focal, f"dead_{who}")[:, UNTIL] for who in ("focal", "rebels", "civilians"))
    near = abs(dead - DEAD) <= WITHIN * DEAD
    if not near.any():
        raise SystemExit(
            f"of {RUNS} runs none is as bloody as the record: {dead.min():.0f} to {dead.max():.0f}"
        )
    return int(near.argmax()), int(dead[near.argmax()])


def of_the_run(world, day):
    """Lines of one day: what was decided and why."""
    table = world.explain(day=day).table
    for what in TOLD:
        rows = table[table["what"] == what]
        for row in rows.head(MOST).to_dict("records"):
            men = f" ({row['men']:,} men)" if what in ("risen", "defected") else ""
            yield f"{row['text']}{men}{': ' + row['why'] if row['why'] else ''}"
        if len(rows) > MOST:
            yield f"and {len(rows) - MOST} more of the kind: {rows['what'].iloc[0].replace('_', ' ')}"


def of_the_record(spells, names, day):
    """Lines of one day: what the record says changed hands."""
    before = spells[spells["to"] == day - 1].set_index("town")
    for row in spells[spells["from"] == day].to_dict("records"):
        if row["town"] in before.index:
            was = before.loc[row["town"]]
            if was["holder"] != row["holder"] or was["focal_role"] != row["focal_role"]:
                yield (
                    f"{names[row['town']]}: {was['holder']} to {row['holder']}, ISIS {was['focal_role']} to "
                    f"{row['focal_role']} ({row['confidence']} confidence, to the {row['date_precision']})"
                )


def main():
    """Find the run, play it again with its ledger open, and write the page."""
    run, dead = typical_run()
    world = sim.RebelConflict(seed=SEED, run=run, days=DAYS, explain=True).run(DAYS)
    names = dict(zip(world.scenario.towns["id"], world.scenario.towns["name"], strict=True))
    spells = record_of(world.scenario).spells
    lines = [
        "# January 2014 under a microscope",
        "",
        f"Run {run} of seed {SEED}, january_2014: the first of {RUNS} whose dead to 22 January, {dead:,},",
        f"are within a tenth of the record's, {DEAD:,}. It shows how the rules decide, not what happened.",
        "Made by `python experiments/02_record/microscope.py`.",
    ]
    for day in range(1, DAYS + 1):
        lines += ["", f"## {world.scenario.date(day)}, day {day}", "", "Run:", ""]
        lines += [f"- {line}" for line in of_the_run(world, day)] or ["- nothing to tell"]
        lines += ["", "Record:", ""]
        lines += [f"- {line}" for line in of_the_record(spells, names, day)] or ["- no change of hands known"]
    OUT.write_text("\n".join(lines) + "\n")
    print(OUT.relative_to(Path.cwd()) if OUT.is_relative_to(Path.cwd()) else OUT)


if __name__ == "__main__":
    main()
