"""A comparison in a folder of its own: tables, figures and their origin."""

import json
import sys
from pathlib import Path

import sim
from sim import plots
from sim.core.kernel import source_hash
from sim.ensemble.store.manifest import git_state


def write(comparison, folder, folders):
    """Write the tables, figures and origin of a comparison of some folders; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    origin = [comparison_origin(name, e) for name, e in comparison.named.items()]
    comparison.table.to_csv(folder / "differences.csv", index=False, float_format="%.9g")
    comparison.regrouping().to_csv(folder / "regrouping.csv", index=False, float_format="%.9g")
    files = [folder / "differences.csv", folder / "regrouping.csv"]
    drawn = {"differences": plots.paired_differences(comparison), "regrouping": incidence(comparison)}
    if all(e.detail != "summary" for e in comparison.named.values()):
        for measure in ("towns", "people"):
            table = comparison.over_time(measure)
            table.to_csv(folder / f"{measure}.csv", index=False, float_format="%.9g")
            files.append(folder / f"{measure}.csv")
            drawn[measure] = plots.paired_over_time(comparison, measure)
    manifests = [Path(each) for each in folders]
    for name, ax in drawn.items():
        files += plots.save(ax, folder / f"{name}.png", manifests, dpi=200)
    about = {"program": "infighting", "version": sim.__version__, "code": source_hash(), "git": git_state()}
    about |= {"command": sys.argv, "control": comparison.control, "horizon": comparison.horizon}
    about |= {"notes": list(comparison.notes), "results": origin}
    file = folder / "comparison.json"
    file.write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return [*files, file]


def incidence(comparison):
    """The figure of regrouping; of designs from the table, since their runs are those of many worlds."""
    first = comparison.named[comparison.base]
    if first.points is None:
        return plots.regrouping(comparison.named)
    note = (
        f"{len(first.points):,} points of a design, paired (seed {first.seed}), {first.days} days each, all "
        "runs. Cumulative incidence (Aalen and Johansen; collapse competes); band: pointwise 95 % interval "
        "of that many runs."
    )
    return plots.regrouping(comparison.regrouping(), start=first.scenario.date(0), caption=note)


def comparison_origin(name, ensemble):
    """What made one of the results."""
    manifest = getattr(ensemble.tables, "manifest", {})
    return {
        "name": name,
        "scenario": manifest.get("scenario"),
        "seed": int(ensemble.seed),
        "runs": len(ensemble.runs),
        "code": manifest.get("code"),
        "git": manifest.get("git"),
    }
