"""What a report says of where its numbers come from: configuration, parameters, origin, doubts."""

import json
import shlex

from sim._util.tables import Cell, percent, say_date, table
from sim.core.kernel import source_hash
from sim.ensemble.posterior import DRAWN_FROM, shipped_sha256
from sim.params import Params, as_dict, declared, with_values
from sim.plots import frames, saving
from sim.record import record_of

JUDGED = ("assumed", "judgement", "none")  # how the source of a number begins that nobody measured


def configuration(ensemble, manifest):
    """What was run, as a table."""
    scenario = ensemble.scenario
    first, last = say_date(scenario.date(1)), say_date(scenario.date(ensemble.days))
    start = manifest["start"]
    setting_out = "the scenario's first evening" if not start else "a stepped world, by hand: " + _flat(start)
    rows = [
        ["scenario", f"{scenario.title} ({scenario.name})"],
        ["a variant of", ", ".join(scenario.parents) or "nothing: it stands by itself"],
        ["runs", f"{len(ensemble.runs):,} runs of {ensemble.days} days, {first} to {last}"],
        ["seed", f"{ensemble.seed}: run k of a seed is the same however many runs there are"],
        ["set out from", setting_out],
        ["detail", ensemble.detail],
        ["parameters changed", _changed_words(ensemble)],
        ["differs from run to run", drawn_words(ensemble)],
        [
            "size",
            f"{len(scenario.towns)} towns, {len(scenario.roads)} roads, {len(scenario.factions)} factions",
        ],
    ]
    return table(("what", "value"), rows, sortable=False)


def drawn_words(ensemble):
    """What differs between the runs of a result."""
    if ensemble.draw != "posterior":
        return "random numbers"
    return (
        f"random numbers, and parameters and initial garrisons drawn from {DRAWN_FROM} "
        f"(sha256 {ensemble.posterior[:12]})"
    )


def _flat(values):
    return ", ".join(f"{name} {value}" for name, value in values.items())


def changed(ensemble):
    """Parameters that differ from those shipped: ``{name: (shipped, used)}``."""
    shipped, used = as_dict(Params()), as_dict(ensemble.params)
    return {name: (shipped[name], used[name]) for name in used if used[name] != shipped[name]}


def _changed_words(ensemble):
    """The parameters that were changed, and by whom."""
    own = as_dict(with_values(Params(), ensemble.scenario.params))
    words = [
        f"{name} {plain(now)} (shipped {plain(was)}{', by the scenario' if own[name] == now else ''})"
        for name, (was, now) in changed(ensemble).items()
    ]
    return "; ".join(words) or "none: all as shipped"


def plain(value):
    """A parameter's value in words."""
    return {True: "on", False: "off"}.get(value, "") if isinstance(value, bool) else f"{value:g}"


def parameter_table(ensemble):
    """Every parameter with unit, bounds and source; those changed are marked."""
    other, rows, marked = changed(ensemble), [], set()
    for k, (name, p) in enumerate(declared(ensemble.params).items()):
        if name in other:
            marked.add(k)
        limits = "" if p.kind == "switch" else f"{p.low:g} to {p.high:g}"
        rows.append([name, Cell(plain(p.value), float(p.value)), p.unit, limits, p.meaning, p.source])
    note = "Marked rows differ from what is shipped. Bounds say what is believable."
    if ensemble.draw == "posterior":
        note += " What was fitted and not set by name is drawn anew for each run, whatever the value here."
    head = ("parameter", "value", "unit", "bounds", "meaning", "source")
    return table(head, rows, note=note, marked=marked)


def origin(manifest):
    """What made the results, as a table."""
    git = manifest["git"]
    commit = git["commit"] or "not known: made outside a checkout"
    done = f"{manifest['runs_done']:,} of {manifest['runs']:,} runs"
    rows = [
        ["program", f"{manifest['program']} {manifest['version']}"],
        ["commit", f"{commit}{', edited since' if git['edited'] else ''}"],
        ["rules (hash)", manifest["code"]],
        ["scenario (hash)", f"{manifest['scenario']['name']} {manifest['scenario']['hash']}"],
        ["configuration (hash)", saving.configuration_hash(manifest)],
        ["command", saving.command(manifest["command"])],
        ["done", done if manifest["complete"] else f"{done}: interrupted"],
        ["took", f"{manifest['wall_seconds']:,.1f} s"],
        ["Python", f"{manifest['python']} on {manifest['platform']}"],
        ["packages", _flat(manifest["packages"])],
    ]
    return table(("what", "value"), rows, sortable=False)


def files(manifest):
    """The files of the results, with rows and fingerprints."""
    rows = [[name, file["rows"], file["sha256"]] for name, file in manifest["files"].items()]
    return table(("file", "rows", "sha256"), rows, sortable=False)


def again(ensemble, manifest):
    """The command that makes the same results again; None where no command can."""
    if manifest["start"]:
        return None
    own = as_dict(with_values(Params(), ensemble.scenario.params))
    used = as_dict(ensemble.params)
    words = [f"scenario={ensemble.scenario.name}", f"runs={manifest['runs']}", f"seed={ensemble.seed}"]
    words += [f"days={ensemble.days}", f"detail={ensemble.detail}"]
    if ensemble.draw != "defaults":
        words.append(f"draw={ensemble.draw}")
    stay = set(ensemble.set_by_name) - set(ensemble.scenario.params)  # not drawn, because they were asked for
    words += [
        f"params.{name}={json.dumps(value)}"
        for name, value in used.items()
        if value != own[name] or name in stay
    ]
    return shlex.join(["python", "-m", "sim", *words])


def warnings_of(ensemble, manifest):
    """What a reader must know before anything else; empty where there is nothing."""
    found = []
    if not manifest["complete"]:
        found.append(
            f"This result was interrupted: {manifest['runs_done']:,} of {manifest['runs']:,} runs were done."
        )
    if manifest["scenario"]["hash"] != ensemble.scenario.hash:
        found.append(
            "The scenario has changed since these runs were made: their numbers stand, but the record, the "
            "map and the description are those of today."
        )
    if manifest["code"] != source_hash():
        found.append(
            "The rules have changed since these runs were made: the same command may give other numbers."
        )
    if ensemble.posterior != (ensemble.posterior and shipped_sha256(ensemble.scenario)):
        found.append(
            "The posterior has changed since these runs were drawn from it: their numbers stand, but the "
            "same command will give others."
        )
    if len(ensemble.runs) < frames.FULL_BANDS:
        found.append(f"With {len(ensemble.runs):,} runs these shares and bands say very little.")
    return found


def doubts(ensemble):
    """What the page on doubts needs: runs, parameters that nobody measured, how much record there is."""
    numbers = [p for p in declared().values() if p.kind != "switch" and not p.name.startswith("outcomes.")]
    found = {
        "drawn": ensemble.draw == "posterior",
        "drawn_from": DRAWN_FROM,
        "runs": f"{len(ensemble.runs):,}",
        "numbers": len(numbers),
        "judged": sum(p.source.lower().startswith(JUDGED) for p in numbers),
        "last": None,
    }
    record = record_of(ensemble.scenario)
    if record is not None:
        spells = record.spells
        changed_later = set(spells.loc[spells["from"] > 0, "town"])
        found |= {
            "last": say_date(ensemble.scenario.date(int(spells["to"].max()))),
            "low": percent((spells["confidence"] == "low").mean(), 0),
            "rows": len(spells),
            "silent": len(set(ensemble.scenario.town_ids) - changed_later),
        }
    return found
