"""Discovery: boxes in which ISIS regroups, or is beaten; found on half the points, judged on the other."""

import pandas as pd

from sim import plots
from sim.analysis import discovery
from sim.analysis.claims import FAILED, at_least, every, plain
from sim.analysis.comparison import measured
from sim.core.outcomes import interval

SHOWN = ("prim_regroups", "prim_beaten")  # figures of the README


def answer(play):
    """Sample, play, find, judge, draw, keep."""
    swept = play()
    chosen, runs = list(swept.points), len(swept.runs) // len(swept.points)
    point = swept.runs["point"].to_numpy()
    shares = {
        "regroups": pd.Series(measured(swept.runs, "regroups").astype(float)).groupby(point).mean(),
        "beaten": 1 - pd.Series(measured(swept.runs, "stands").astype(float)).groupby(point).mean(),
    }
    points = swept.points.astype(float)
    half = len(points) // 2
    found, shares_of_points = [], {}
    for name, share in shares.items():
        cases = (share >= 0.5).to_numpy()
        shares_of_points[f"share_of_points_{name}"] = float(cases.mean())
        for method, find in (("PRIM", discovery.prim), ("CART", discovery.cart)):
            boxes = find(points[:half], cases[:half])
            if boxes.empty:
                continue
            boxes = judged(boxes, points[half:], cases[half:]).assign(outcome=name, method=method)
            found.append(boxes)
            shown = boxes[boxes["box"] == boxes["box"].iloc[0]]
            shown = shown.assign(density=shown["held_out_density"], coverage=shown["held_out_coverage"])
            note = (
                f"{method} on {half} of {len(points):,} points (Latin hypercube over {len(chosen)} "
                f"parameters, {runs} runs a point, seed {swept.seed}), judged on the "
                f"other half: {in_words(shown)}"
            )
            ax = plots.discovery_boxes(shown, title=f"Where ISIS {WORDS[name]} ({method})", caption=note)
            play.figure(ax, f"{method.lower()}_{name}")
    columns = ["outcome", "method", "box", "parameter"]  # there also where nothing is found
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    table = play.table(table[[*columns, *(c for c in table if c not in columns)]], "boxes")
    play.verdicts(*verdicts(table))
    play.answer(boxes=table, **shares_of_points)


def verdicts(table):
    """What became of each prediction."""

    def first(outcome, method):
        found = table[(table["outcome"] == outcome) & (table["method"] == method)]
        return found[found["box"] == found["box"].iloc[0]] if len(found) else found

    box = first("regroups", "PRIM")
    if box.empty:
        yield 1, FAILED, "no box: the cases of interest do not crowd"
    else:
        row = box.iloc[0]
        dense = at_least(row["low_density"], row["high_density"], 0.9)
        covered = at_least(row["low_coverage"], row["high_coverage"], 0.25)
        verdict = every([dense, covered, plain(len(box) <= 5)])
        worth = (
            f"density {row['held_out_density']:.2f} ({row['low_density']:.2f} to {row['high_density']:.2f})"
        )
        worth += (
            f", coverage {row['held_out_coverage']:.2f} ({row['low_coverage']:.2f} to "
            f"{row['high_coverage']:.2f})"
        )
        yield 1, verdict, f"{worth}: {', '.join(box['parameter'])}"
    beaten = first("beaten", "PRIM")["parameter"].tolist()
    fought = any(name.startswith("battle.") for name in beaten)
    yield 2, plain(fought), ", ".join(beaten) or "no box: hardly any point is beaten in half of its runs"
    leaf = first("regroups", "CART")["parameter"].tolist()
    shared = sorted(set(leaf) & set(box["parameter"]))
    yield (
        3,
        plain(bool(shared)),
        f"shared: {', '.join(shared) or 'none'}; the leaf: {', '.join(leaf) or 'none'}",
    )


def in_words(box):
    """What a box is worth on the held-out half, for its caption."""
    row = box.iloc[0]
    return (
        f"density {100 * row['density']:.0f} % ({row['held_out_cases']} of {row['held_out_points']} points; "
        f"95 % interval {100 * row['low_density']:.0f} to {100 * row['high_density']:.0f} %), coverage "
        f"{100 * row['coverage']:.0f} %. Grey: range searched; bar: the box. Greatest quasi-p value "
        f"{box['quasi_p'].max():.1g}."
    )


WORDS = {"regroups": "regroups", "beaten": "is beaten"}


def judged(boxes, points, cases):
    """What the boxes are worth on points they were not found on."""
    rows = []
    for name, box in boxes.groupby("box", sort=False):
        inside = discovery.within({r["parameter"]: (r["low"], r["high"]) for _, r in box.iterrows()}, points)
        hits, total = int(cases[inside].sum()), int(inside.sum())
        low, high = interval(hits, max(total, 1))
        low_coverage, high_coverage = interval(hits, max(int(cases.sum()), 1))
        rows.append(
            {
                "box": name,
                "held_out_points": total,
                "held_out_cases": hits,
                "held_out_density": hits / total if total else 0.0,
                "low_density": low,
                "high_density": high,
                "held_out_coverage": hits / max(int(cases.sum()), 1),
                "low_coverage": low_coverage,
                "high_coverage": high_coverage,
            }
        )
    return boxes.merge(pd.DataFrame(rows), on="box")
