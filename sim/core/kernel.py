"""How rules are compiled: one decorator, and one version per state of the code.

No fastmath: it reorders sums, and a stepped run would differ from a swept one. What is compiled is kept under
a hash of all files of the rules: an edit in any of them compiles afresh, unchanged rules start warm.
"""

import hashlib
import re
from pathlib import Path

import numba
from numba import types

from sim.core import blocks  # noqa: F401, teaches the compiler what a world is
from sim.core.cache import RulesCache, folder_of, machine
from sim.core.machine_code import IS_LEAN, EntryCompiler, InnerCompiler

PACKAGE = Path(__file__).parents[1]


def compiled_files():
    """Files of the rules: sim/core/batch.py and all of the package that it imports, directly or not.

    Importing a module runs the ``__init__`` of every folder above it, where a process may stand.
    """
    found, ahead = set(), [PACKAGE / "core" / "batch.py"]
    while ahead:
        file = ahead.pop()
        if file in found or not file.exists():
            continue
        found.add(file)
        for name in re.findall(
            r"^\s*from sim\.([\w.]+) import", file.read_text(encoding="utf-8"), re.MULTILINE
        ):
            module = PACKAGE / name.replace(".", "/")
            ahead += [module.with_suffix(".py"), module / "__init__.py"]
    return sorted(found)


def source_hash():
    """Hash of the files of the rules: the version of what a run does, 16 hex digits."""
    digest = hashlib.sha256()
    for file in compiled_files():
        digest.update(file.relative_to(PACKAGE).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


CACHE = folder_of(source_hash())
SHIPPED = PACKAGE / "_compiled" / source_hash()  # in a wheel that was built warm

# Rules are branches over small tables: vectorizing finds nothing in them and takes a fifth of the compile.
numba.config.LOOP_VECTORIZE = 0
numba.config.SLP_VECTORIZE = 0
OPTIONS = {
    "fastmath": False,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,  # nobody calls a rule from C, and it takes time to compile
}


def _plain(kind):
    """The type that a rule is compiled for: no constant, no left-out default, one width of integers."""
    if isinstance(kind, types.Omitted):
        return numba.typeof(kind.value)
    kind = types.unliteral(kind)
    return types.int64 if isinstance(kind, types.Integer) and kind.signed else kind


def kernel(rule, **options):
    """Compile a rule when it is first called.

    numba compiles a function anew for each constant and each default that another passes to it:
    ``record_flow`` for every code, ``uniform`` for every decision. Here one version serves all numbers,
    which does the same in a part of the compile. What other rules call is kept apart from what Python calls:
    only that needs machine code, see `sim.core.machine_code`.
    """
    if numba.config.DISABLE_JIT or not IS_LEAN:
        entry = inner = numba.njit(**OPTIONS, **options)(rule)
    else:
        entry = numba.njit(**OPTIONS, **options, pipeline_class=EntryCompiler)(rule)
        inner = numba.njit(**OPTIONS, no_cpython_wrapper=True, pipeline_class=InnerCompiler)(rule)
    if not numba.config.DISABLE_JIT:
        entry._cache = RulesCache(rule, CACHE, SHIPPED)
        numba_template = inner.get_call_template

        def get_call_template(args, kws):
            _, args = inner._compiler.fold_argument_types(args, kws)
            return numba_template(tuple(_plain(kind) for kind in args), {})

        entry.get_call_template = get_call_template
        entry.get_overload = inner.get_overload
    return entry


def free_kernel(rule):
    """Compile a rule that lets other threads of Python run meanwhile."""
    return kernel(rule, nogil=True)


def is_warm():
    """True when this version of the rules has been compiled before for this machine, to the last of them."""
    if numba.config.DISABLE_JIT:
        return True
    last = [SHIPPED / f"sim.core.batch.run_range-{machine(generic=True)}-*.rule"]
    if CACHE is not None:
        last.append(CACHE / f"sim.core.batch.run_range-{machine()}-*.rule")
    return any(any(file.parent.glob(file.name)) for file in last)
