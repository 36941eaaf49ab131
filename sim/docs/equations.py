"""Laws as equations: the body of a pure function of numbers, written as LaTeX that GitHub renders.

An equation is read off the code that runs, so the two cannot differ. Names stay those of the code.
"""

import ast
import inspect
import textwrap
from types import ModuleType

LONGEST_SUM = 4  # terms on one line
SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly an expression binds
GREEK = {"kappa": r"\kappa"}
COMPARE = {"Lt": "<", "LtE": r"\le", "Gt": ">", "GtE": r"\ge", "Eq": "=", "NotEq": r"\ne"}
CALLS = {"math.exp": r"\exp", "math.log": r"\ln", "min": r"\min", "max": r"\max"}


class NotALawError(ValueError):
    """The function does more than compute a value from numbers."""


def equation(function, module):
    r"""The value of a law as LaTeX, ``aligned``: the value first, then what it needs, a line each.

    A law is a pure function of numbers: assignments, conditions and returns only; NotALawError for any other.

    >>> from sim.core.processes import grievance
    >>> print(equation(grievance.information, grievance))
    \begin{aligned}
    \mathit{information} &= \mathit{least} + \left(1 - \mathit{least}\right)\, \mathit{support}
    \end{aligned}
    """
    source = textwrap.dedent(inspect.getsource(getattr(function, "py_func", function)))
    tree = ast.parse(source).body[0]
    writer = Writer(module)
    branches, where = [], []
    for statement in tree.body:
        writer.statement(statement, branches, where)
    equals = r"\iff" if isinstance(tree.body[-1].value, ast.Compare | ast.BoolOp) else "="
    lines = [f"{name_of(tree.name)} &{equals} {cases(branches)}", *(f"{n} &= {v}" for n, v in where)]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def name_of(name):
    """A name of the code as LaTeX."""
    return GREEK.get(name) or rf"\mathit{{{name}}}".replace("_", r"\_")


def cases(branches):
    """Values under conditions; the last may have none."""
    if len(branches) == 1 and branches[0][1] is None:
        return branches[0][0]
    rows = [rf"{value} & {condition or chr(92) + 'text{otherwise}'}" for value, condition in branches]
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def wrapped(text):
    """An expression in brackets that grow with it."""
    return rf"\left({text}\right)"


class Writer:
    """Writes expressions of a module as LaTeX: its constants by value, codes that it imports by name."""

    def __init__(self, module: ModuleType):
        self.own = {
            target.id
            for node in ast.parse(inspect.getsource(module)).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        self.module = module

    def statement(self, node, branches, where):
        """Add one statement to the branches of the value or to what is needed for them."""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # the docstring
        if isinstance(node, ast.Return) and node.value is not None:
            branches += self.branches(node.value)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            where.append((name_of(node.targets[0].id), cases(self.branches(node.value))))
        elif isinstance(node, ast.If) and not node.orelse and isinstance(node.body[0], ast.Return):
            branches.append((self.text(node.body[0].value), rf"\text{{if }} {self.text(node.test)}"))
        else:
            raise NotALawError(ast.unparse(node))

    def branches(self, node):
        """A value as pairs of value and condition."""
        if isinstance(node, ast.IfExp):
            condition = rf"\text{{if }} {self.text(node.test)}"
            return [(self.text(node.body), condition), *self.branches(node.orelse)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            return [(self.sum(node), None)]
        return [(self.text(node), None)]

    def sum(self, node):
        """A sum, broken over lines where it is long."""
        terms = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            sign = "+" if isinstance(node.op, ast.Add) else "-"
            terms.append(f"{sign} {self.within(node.right, PRODUCT)}")
            node = node.left
        terms = [self.text(node), *reversed(terms)]
        lines = [" ".join(terms[k : k + LONGEST_SUM]) for k in range(0, len(terms), LONGEST_SUM)]
        return " \\\\\n&\\quad ".join(lines)

    def text(self, node):
        """An expression."""
        return self.expression(node)[0]

    def within(self, node, least):
        """An expression, in brackets where it binds less tightly than its place needs."""
        text, binding = self.expression(node)
        return text if binding >= least else wrapped(text)

    def expression(self, node):
        """An expression and how tightly it binds."""
        write = getattr(self, f"_{type(node).__name__.lower()}", None)
        if write is None:
            raise NotALawError(type(node).__name__)
        return write(node)

    def _constant(self, node):
        return f"{node.value:g}" if isinstance(node.value, int | float) else str(node.value), ATOM

    def _name(self, node):
        value = getattr(self.module, node.id, None)
        if node.id in self.own or isinstance(value, float):
            return f"{value:g}", ATOM
        if node.id.isupper():
            return rf"\text{{{node.id}}}".replace("_", r"\_"), ATOM
        return name_of(node.id), ATOM

    def _attribute(self, node):
        if not isinstance(node.value, ast.Name) or node.value.id != "p":
            raise NotALawError(ast.unparse(node))
        return rf"p_{{{name_of(node.attr)}}}", ATOM

    def _tuple(self, node):
        return wrapped(r",\; ".join(self.text(part) for part in node.elts)), ATOM

    def _unaryop(self, node):
        if isinstance(node.op, ast.Not):
            return rf"\text{{not }} {self.text(node.operand)}", SUM
        return f"-{self.within(node.operand, PRODUCT)}", SUM

    def _binop(self, node):
        kind = type(node.op)
        if kind in (ast.Add, ast.Sub):
            sign = "+" if kind is ast.Add else "-"
            right = self.within(node.right, SUM if kind is ast.Add else PRODUCT)
            return f"{self.text(node.left)} {sign} {right}", SUM
        if kind is ast.Mult:
            negative = isinstance(node.left, ast.UnaryOp)
            left = self.text(node.left) if negative else self.within(node.left, PRODUCT)
            right = self.within(node.right, PRODUCT)
            return left + (r" \cdot " if right[0].isdigit() else r"\, ") + right, PRODUCT
        if kind is ast.Div:
            return rf"\frac{{{self.text(node.left)}}}{{{self.text(node.right)}}}", PRODUCT
        if kind is ast.FloorDiv:
            return (
                rf"\left\lfloor \frac{{{self.text(node.left)}}}{{{self.text(node.right)}}} \right\rfloor",
                ATOM,
            )
        if kind is ast.Pow:
            return f"{self.within(node.left, ATOM)}^{{{self.text(node.right)}}}", POWER
        raise NotALawError(ast.unparse(node))

    def _compare(self, node):
        parts = [self.text(node.left)]
        for op, right in zip(node.ops, node.comparators, strict=True):
            if type(op).__name__ not in COMPARE:
                raise NotALawError(ast.unparse(node))
            parts += [COMPARE[type(op).__name__], self.text(right)]
        return " ".join(parts), SUM

    def _boolop(self, node):
        word = r" \text{ and } " if isinstance(node.op, ast.And) else r" \text{ or } "
        return word.join(self.text(value) for value in node.values), SUM

    def _ifexp(self, node):
        return cases(self.branches(node)), ATOM

    def _call(self, node):
        called = ast.unparse(node.func)
        inside = ", ".join(self.text(argument) for argument in node.args)
        power = self._power(node.args[0]) if called == "math.exp" else None
        if power:
            return power, PRODUCT
        if called == "int":
            return rf"\left\lfloor {inside} \right\rfloor", ATOM
        if called == "float":
            return self.expression(node.args[0])
        if called == "math.sqrt":
            return rf"\sqrt{{{inside}}}", ATOM
        if called in CALLS:
            return rf"{CALLS[called]}{wrapped(inside)}", ATOM
        if isinstance(node.func, ast.Name):
            return f"{name_of(called)}{wrapped(inside)}", ATOM
        raise NotALawError(called)

    def _power(self, node):
        """Write ``exp(-log(2) / h)`` and ``exp(a log(x) + b log(y))`` as powers; None for anything else."""
        if ast.unparse(node).startswith("-math.log(2.0) / "):
            return rf"2^{{-1/{self.text(node.right)}}}"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            both = self._power(node.left), self._power(node.right)
            return rf"{both[0]}\, {both[1]}" if all(both) else None
        times_log = isinstance(node, ast.BinOp) and ast.unparse(node.right).startswith("math.log(")
        if times_log and isinstance(node.op, ast.Mult):
            return f"{self.within(node.right.args[0], ATOM)}^{{{self.text(node.left)}}}"
        return None
