"""What the ODD takes from the code: tables of state and parameters, schedule, draws, nested submodels."""

import ast
import importlib
import inspect
import pkgutil
import re

from sim.core import day, ledger, measures, rng, state, static
from sim.core.kernel import PACKAGE
from sim.core.outcomes import CLASSES
from sim.docs.equations import NotALawError, equation
from sim.ensemble.frames import RUNS
from sim.params import PROCESSES, Params
from sim.params import table as parameter_table

TABLES_OF_STATE = {  # table: one row per
    "towns": "town", "garrisons": "town and faction", "factions": "faction", "fronts": "province and faction",
    "dyads": "province and ordered pair of factions", "columns": "column on the road", "sponsors": "sponsor",
    "patronage": "sponsor and faction", "theatre": "world: what lies off the map",
    "snapshot": "town and faction, made anew each morning", "town_index": "town, made anew each morning",
    "relations_index": "province and faction, made anew each morning", "location_counts": "faction, made anew each morning",
    "location_lists": "faction and place on its lists, made anew each morning", "columns_in_use": "world, kept through the day",
}  # fmt: skip
TABLES_OF_LAND = {"PLACE": "town", "KIND": "faction", "HOME": "town and faction", "EVENT": "dated event"}
KIND_OF_SOURCE = (  # how a parameter came by its value: first match of these words in its source
    ("fitted", r"^fitted"),
    ("set by hand on January 2014", r"set by hand"),
    ("assumed", r"^(assumed|none)"),
    ("judgement", r"judgement"),
    ("declared, an outcome's threshold", r"^declared"),
    ("literature", r""),
)


def rows(head, body):
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines)


def cell(value):
    """One cell: no bar, no line break, numbers short."""
    if isinstance(value, bool):
        return "on" if value else "off"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return prose(text).replace("|", "\\|").replace("\n", " ")


def prose(text):
    """A docstring's words as Markdown: one kind of code mark, indents gone."""
    return inspect.cleandoc(text).replace("``", "`").replace("<", "&lt;")


def columns(declared):
    """Table of the columns of a state table: name, unit, meaning."""
    return rows(("column", "unit", "meaning"), ((f"`{n}`", u, m) for n, (_, u, m) in declared.items()))


def state_tables():
    """Every column that changes, table by table."""
    if set(state.TABLES) != set(TABLES_OF_STATE):
        raise ValueError(
            f"say in sim/docs/tables.py what a row is of: {set(state.TABLES) ^ set(TABLES_OF_STATE)}"
        )
    parts = [f"**`{n}`**, one row per {TABLES_OF_STATE[n]}\n\n{columns(t)}" for n, t in state.TABLES.items()]
    return "\n\n".join(parts)


def land_tables():
    """Every column that does not change."""
    named = TABLES_OF_LAND.items()
    return "\n\n".join(f"**`{n}`**, one row per {of}\n\n{columns(getattr(static, n))}" for n, of in named)


def flows():
    """Named flows of men and money, and happenings."""
    men = [(f"`{n}`", f"{a:+d}", f"{b:+d}", m) for n, (a, b, m) in ledger.FLOWS.items()]
    money = [(f"`{n}`", f"{sign:+d}", m) for n, (sign, m) in ledger.MONEY.items()]
    happenings = [(f"`{n}`", m) for n, m in ledger.HAPPENINGS.items()]
    return "\n\n".join(
        (
            rows(("flow of men", "under arms", "held by others", "meaning"), men),
            rows(("flow of money", "treasury", "meaning"), money),
            rows(("happening", "meaning"), happenings),
        )
    )


def parameters(group):
    """Parameters of one group: value, unit, bounds, source."""
    mine = (row for row in parameter_table() if row[0].startswith(f"{group}."))
    body = (
        (f"`{n}`", value, unit, f"{low:g} to {high:g}", source)
        for n, value, unit, low, high, source, _ in mine
    )
    return rows(("parameter", "value", "unit", "bounds", "source"), body)


def source_kind(source, kind):
    """How a parameter came by its value, in one word or two."""
    if kind == "switch":
        return "switch"
    return next(word for word, pattern in KIND_OF_SOURCE if re.search(pattern, source))


def sources():
    """How many parameters came by their values how, and which."""
    found = {}
    for name, *_, source, kind in parameter_table():
        found.setdefault(source_kind(source, kind), []).append(f"`{name}`")
    order = sorted(found, key=lambda kind: (-len(found[kind]), kind))
    body = (
        (kind, len(found[kind]), ", ".join(found[kind]) if kind != "switch" else "one a process")
        for kind in order
    )
    return rows(("how", "parameters", "which"), body)


def measured(declared):
    """Table of measures: name, unit, meaning."""
    return rows(("name", "unit", "meaning"), ((f"`{n}`", u, m) for n, (*_, u, m) in declared.items()))


def observation():
    """All measures, of every day and of a run."""
    return {"series": measured(measures.SERIES), "daily": measured(measures.DAILY), "runs": measured(RUNS)}


def event_kinds():
    """Kinds of dated events with what the code says of each."""
    meanings = static.EVENT_MEANINGS.items()
    return rows(("kind", "what it does"), ((f"`{kind}`", meaning) for kind, meaning in meanings))


def tree_of(module):
    """The functions of a module by name, as syntax trees."""
    nodes = ast.parse(inspect.getsource(module)).body
    return {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}


def calls_in(node):
    """Names of the functions called in a piece of code, in order, each once."""
    found = [n.func for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return list(dict.fromkeys(f.id for f in sorted(found, key=lambda f: (f.lineno, f.col_offset))))


def schedule():
    """The day as `sim.core.day.day` runs it: one line per call, with the condition under which it is made."""
    lines = []
    for statement in tree_of(day)["day"].body:
        called = [n for n in calls_in(statement) if callable(getattr(day, n, None))]
        for name in called[:1]:
            again = f", then `{called[1]}` if anything came of it" if len(called) > 1 else ""
            module = inspect.getmodule(_plain(getattr(day, name)))
            switch = f" (switch `{name}.on`)" if name in PROCESSES else ""
            words = first_line(getattr(day, name))
            lines.append(f"{len(lines) + 1}. `{name}`{switch}: {words}{again}. {where(module)}")
    if {f"`{p}`" for p in PROCESSES} - {line.split()[1].rstrip(":") for line in lines}:
        raise ValueError("sim/odd cannot read the schedule in sim/core/day.py any more")
    return "\n".join(lines)


def files_of(module):
    """A module and, where it is a folder, the files in it: one submodel either way."""
    inside = pkgutil.iter_modules(getattr(module, "__path__", ()))
    return [module, *(importlib.import_module(f"{module.__name__}.{found.name}") for found in inside)]


def where(module):
    """A link to the file of a module, from sim/ODD.md."""
    path = module.__name__.removeprefix("sim.").replace(".", "/")
    path += "/" if hasattr(module, "__path__") else ".py"
    return f"[{path}]({path})"


def _plain(function):
    return getattr(function, "py_func", function)


def first_line(function):
    """First sentence or two of a docstring, on one line."""
    text = inspect.getdoc(_plain(function)) or ""
    return prose(" ".join(text.split("\n\n")[0].split())).rstrip(".")


def draws():
    """Every decision that is drawn, and the files that draw it."""
    decisions = re.findall(r"^([A-Z_]+) = (\d+)(?:  # (.+))?$", inspect.getsource(rng), re.MULTILINE)
    users = {"WORLD": ["rng.py"]}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "sim.core.rng":
                for alias in node.names:
                    users.setdefault(alias.name, []).append(file.relative_to(PACKAGE).as_posix())
    body = (
        (
            number,
            f"`{name}`",
            said or name.lower().replace("_", " "),
            ", ".join(f"`{u}`" for u in users[name]),
        )
        for name, number, said in decisions
        if name in users
    )
    return rows(("number", "decision", "meaning", "drawn in"), body)


def submodel(name, module=None):
    """One submodel: what it is, what it reads and writes, its steps, its laws and its parameters.

    Parameters
    ----------
    name : str
        A process, or the name of a module that processes share.
    module : str, optional
        The module; by default the process's own.
    """
    module = importlib.import_module(module or f"sim.core.processes.{name}")
    homes = {function: home for home in files_of(module) for function in tree_of(home)}
    trees = {function: tree_of(home)[function] for function, home in homes.items()}
    parts = [prose(re.sub(r" \(ODD [\d., ]+(to [\d.]+)?\)", "", module.__doc__))]
    parts.append(f"Code: {where(module)}.")
    for word in ("READS", "WRITES"):
        declared = state.columns_of(getattr(module, word, {}))
        if declared:
            parts.append(f"{word.capitalize()}: {', '.join(f'`{c}`' for c in declared)}.")
    laws, steps = {}, {}
    for function, tree in trees.items():
        try:
            if not any(getattr(decorator, "id", "") == "kernel" for decorator in tree.decorator_list):
                raise NotALawError(function)
            laws[function] = equation(getattr(homes[function], function), homes[function])
        except (NotALawError, OSError):
            steps[function] = tree
    called = {c for tree in trees.values() for c in calls_in(tree)}
    roots = [name] if name in steps else [step for step in steps if step not in called]
    parts.append("Steps, nested as they call each other:\n")
    parts[-1] += "\n" + "\n".join(line for root in roots for line in nested(root, homes, steps, laws, 0, ()))
    if laws:
        parts.append("Laws:")
    for law, text in laws.items():
        parts.append(f"**`{law}`** {law_words(getattr(homes[law], law))}\n\n```math\n{text}\n```")
    if hasattr(Params(), name):
        parts.append(parameters(name))
    return "\n\n".join(parts)


def law_words(function):
    """What a law says of itself, on one line."""
    return prose(" ".join((inspect.getdoc(_plain(function)) or "").split()))


def nested(step, homes, steps, laws, depth, above):
    """Lines of a list: a step, and within it the steps and laws of the same submodel that it calls."""
    words = first_line(getattr(homes[step], step))
    yield f"{'  ' * depth}- `{step}`: {words}" if step in steps else f"{'  ' * depth}- law `{step}`"
    for inner in calls_in(steps[step]) if step in steps else ():
        if inner in steps and inner not in above and depth < 4:
            yield from nested(inner, homes, steps, laws, depth + 1, (*above, step))
        elif inner in laws:
            yield f"{'  ' * (depth + 1)}- law `{inner}`"


def tests():
    """What each file of tests holds the program to."""
    body = []
    for file in sorted((PACKAGE.parent / "tests").rglob("test_*.py")):
        words = " ".join((ast.get_docstring(ast.parse(file.read_text())) or "").split("\n\n")[0].split())
        body.append((f"[{file.name}](../tests/{file.name})", words))
    return rows(("file", "what it holds the program to"), body)


def everything():
    """Every table the template asks for, by name."""
    return {
        "state_tables": state_tables(), "land_tables": land_tables(), "flows": flows(), "draws": draws(),
        "schedule": schedule(), "parameters": parameters, "submodel": submodel, "sources": sources(),
        "event_kinds": event_kinds(), "tests": tests(), "classes": CLASSES, "processes": PROCESSES,
        **observation(),
    }  # fmt: skip
