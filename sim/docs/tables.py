"""What the ODD takes from the code: tables of state and parameters, schedule, draws, nested submodels."""

import ast
import importlib
import inspect
import pkgutil
import re

from jinja2 import Environment, StrictUndefined

from sim.core import day, ledger, measures, rng, state, static
from sim.core.kernel import PACKAGE
from sim.core.outcomes import CLASSES
from sim.docs.equations import NotALawError, equation
from sim.ensemble.frames import RUNS
from sim.params import PROCESSES, declared

ROW_OF = {  # table of state: one row per
    "towns": "town",
    "garrisons": "town and faction",
    "factions": "faction",
    "fronts": "province and faction",
    "dyads": "province and ordered pair of factions",
    "columns": "column on the road",
    "sponsors": "sponsor",
    "patronage": "sponsor and faction",
    "theatre": "world: what lies off the map",
    "snapshot": "town and faction, made anew each morning",
    "town_index": "town, made anew each morning",
    "relations_index": "province and faction, made anew each morning",
    "rooms": "town and faction, reckoned by plans each morning",
    "followers": "leading faction and follower, reckoned by plans each morning",
    "location_counts": "faction, made anew each morning",
    "location_lists": "faction and place on its lists, made anew each morning",
    "columns_in_use": "world, kept through the day",
}
ROW_OF_STATIC = {"PLACE": "town", "KIND": "faction", "HOME": "town and faction", "EVENT": "dated event"}
KIND_OF_SOURCE = (  # how a parameter came by its value: first match of these words in its source
    ("fitted", r"^fitted"),
    ("set by hand on January 2014", r"set by hand"),
    ("assumed", r"^(assumed|none)"),
    ("judgement", r"judgement"),
    ("declared, an outcome's threshold", r"^declared"),
    ("literature", r""),
)


def fill(template, **values):
    """A page of this folder with values in it."""
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return environment.from_string((PACKAGE / "docs" / template).read_text(encoding="utf-8")).render(**values)


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


def columns(declared, what="column"):
    """Table of columns, or of what else has a name, unit and meaning."""
    return rows((what, "unit", "meaning"), ((f"`{n}`", u, m) for n, (*_, u, m) in declared.items()))


def state_tables():
    """Every column that changes, table by table."""
    if set(state.TABLES) != set(ROW_OF):
        raise ValueError(f"say in sim/docs/tables.py what a row is of: {set(state.TABLES) ^ set(ROW_OF)}")
    return "\n\n".join(f"**`{n}`**, one row per {ROW_OF[n]}\n\n{columns(t)}" for n, t in state.TABLES.items())


def static_tables():
    """Every column that does not change."""
    named = ROW_OF_STATIC.items()
    return "\n\n".join(f"**`{n}`**, one row per {of}\n\n{columns(getattr(static, n))}" for n, of in named)


def codes():
    """What the numbers in columns of codes stand for, counted from 0."""
    named = {"SIDE": static, "HOW_LOST": state, "PURPOSE": state, "SPONSOR_KINDS": state}
    body = ((f"`{name}`", ", ".join(getattr(module, name))) for name, module in named.items())
    return rows(("code", "words, from 0 on"), body)


def flows():
    """Named flows of men, money and weapons, and happenings."""
    men = [(f"`{n}`", f"{a:+d}", f"{b:+d}", m) for n, (a, b, m) in ledger.FLOWS.items()]
    money = [(f"`{n}`", f"{sign:+d}", m) for n, (sign, m) in ledger.MONEY.items()]
    weapons = [(f"`{n}`", f"{sign:+d}" if sign else "either", m) for n, (sign, m) in ledger.WEAPONS.items()]
    happenings = [(f"`{n}`", m) for n, m in ledger.HAPPENINGS.items()]
    men = rows(("flow of men", "under arms", "held by others", "meaning"), men)
    money = rows(("flow of money", "treasury", "meaning"), money)
    weapons = rows(("flow of weapons", "in hand", "meaning"), weapons)
    return "\n\n".join((men, money, weapons, rows(("happening", "meaning"), happenings)))


def parameters(group):
    """Parameters of one group: value, unit, bounds, meaning, source."""
    mine = (p for p in declared().values() if p.name.startswith(f"{group}."))
    body = ((f"`{p.name}`", p.value, p.unit, f"{p.low:g} to {p.high:g}", p.meaning, p.source) for p in mine)
    return rows(("parameter", "value", "unit", "bounds", "meaning", "source"), body)


def sources():
    """How many parameters came by their values how, and which."""
    found = {}
    for name, p in declared().items():
        how = next(word for word, pattern in KIND_OF_SOURCE if re.search(pattern, p.source))
        found.setdefault("switch" if p.kind == "switch" else how, []).append(f"`{name}`")
    order = sorted(found, key=lambda kind: (-len(found[kind]), kind))
    which = {kind: ", ".join(names) for kind, names in found.items()} | {"switch": "one a process"}
    return rows(("how", "parameters", "which"), ((kind, len(found[kind]), which[kind]) for kind in order))


def observation():
    """All measures, of every day and of a run."""
    tables = {"series": measures.SERIES, "daily": measures.DAILY, "runs": RUNS}
    return {name: columns(declared, "name") for name, declared in tables.items()}


def event_kinds():
    """Kinds of dated events and what each does."""
    body = ((f"`{kind}`", meaning) for kind, meaning in static.EVENT_MEANINGS.items())
    return rows(("kind", "what it does"), body)


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
        raise ValueError("a process is not called in sim/core/day.py: the schedule would be wrong")
    return "\n".join(lines)


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
    names = {number: name for name, number in vars(rng).items() if name.isupper() and type(number) is int}
    users = {"WORLD": ["core/rng.py"]}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "sim.core.rng":
                for alias in node.names:
                    users.setdefault(alias.name, []).append(file.relative_to(PACKAGE).as_posix())
    body = (
        (number, f"`{names[number]}`", meaning, ", ".join(f"`{file}`" for file in users[names[number]]))
        for number, meaning in rng.DECISIONS.items()
    )
    return rows(("number", "decision", "meaning", "drawn in"), body)


def submodel(name, module=None):
    """One submodel: what it is, what it reads and writes, its steps, its laws and its parameters.

    A process by its name; of what processes share, the ``module`` or package as well.
    """
    module = importlib.import_module(module or f"sim.core.processes.{name}")
    before, _, after = module.__doc__.partition(" (ODD ")  # its own number in this document is no news here
    parts = [prose(before + after.partition(")")[2]), f"Code: {where(module)}."]
    for word in ("READS", "WRITES"):
        if declared := state.columns_of(getattr(module, word, {})):
            parts.append(f"{word.capitalize()}: {', '.join(f'`{c}`' for c in declared)}.")
    functions, laws, steps = {}, {}, {}
    inside = pkgutil.iter_modules(getattr(module, "__path__", ()))  # of a package its modules as well
    for one in [module, *(importlib.import_module(f"{module.__name__}.{found.name}") for found in inside)]:
        for function, tree in tree_of(one).items():
            functions[function] = getattr(one, function)
            try:
                if not any(getattr(decorator, "id", "") == "kernel" for decorator in tree.decorator_list):
                    raise NotALawError(function)
                laws[function] = equation(functions[function], one)
            except (NotALawError, OSError):
                steps[function] = tree
    called = {c for tree in steps.values() for c in calls_in(tree)}
    roots = [name] if name in steps else [step for step in steps if step not in called]
    parts.append("Steps, nested as they call each other:\n")
    parts[-1] += "\n" + "\n".join(line for root in roots for line in nested(root, functions, steps, laws))
    if laws:
        parts.append("Laws:")
    for law, text in laws.items():
        words = prose(" ".join((inspect.getdoc(_plain(functions[law])) or "").split()))
        parts.append(f"**`{law}`** {words}\n\n```math\n{text}\n```")
    if name in PROCESSES:
        parts.append(parameters(name))
    return "\n\n".join(parts)


def nested(step, functions, steps, laws, above=()):
    """Lines of a list: a step, and within it the steps and laws of the same submodel that it calls."""
    indent = "  " * len(above)
    yield f"{indent}- `{step}`: {first_line(functions[step])}"
    for inner in calls_in(steps[step]):
        if inner in steps and inner != step and inner not in above and len(above) < 4:
            yield from nested(inner, functions, steps, laws, (*above, step))
        elif inner in laws:
            yield f"{indent}  - law `{inner}`"


def tests():
    """What each file of tests holds the program to."""
    body, root = [], PACKAGE.parent
    for file in sorted((root / "tests").rglob("test_*.py")):
        words = " ".join(
            (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n\n")[0].split()
        )
        body.append((f"[{file.name}](../{file.relative_to(root).as_posix()})", words))
    return rows(("file", "what it holds the program to"), body)


def everything():
    """Every table the template asks for, by name."""
    made = (state_tables, static_tables, codes, flows, draws, schedule, sources, event_kinds, tests)
    asked = {"parameters": parameters, "submodel": submodel, "classes": CLASSES, "processes": PROCESSES}
    return {table.__name__: table() for table in made} | asked | observation()
