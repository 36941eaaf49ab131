"""Compiled rules on disk: those that this machine has compiled, and those that a wheel has brought along.

A file is named after the rule, its types, the processor and the versions of Python and numba, lies in a
folder named after a hash of all files of the rules, and begins with a hash of its content. What does not
fit or is damaged is compiled anew, without a word. numba's own cache would not notice an edit in a called
file, and would not know again what was compiled elsewhere.
"""

import functools
import hashlib
import os
import pickle
import platform
import shutil
import sys
import tempfile
from pathlib import Path

import numba
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.registry import cpu_target
from numba.core.serialize import dumps

KEPT = 12  # versions of the rules that stay warm; each takes some ten megabytes
DIGEST = hashlib.sha256().digest_size
GENERIC = ("generic", "")  # name and features of the processor that the rules in a wheel are compiled for


def folder_of(version):
    """Folder of this user for this version of the rules; the oldest go, an unwritable home is avoided."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    for parent in (Path(home) / "infighting", Path(tempfile.gettempdir()) / f"infighting-{user}"):
        folder = parent / version
        try:
            folder.mkdir(parents=True, exist_ok=True)
            os.utime(folder)
        except OSError:
            continue
        newest_first = sorted(parent.iterdir(), key=lambda f: f.stat().st_mtime, reverse=True)
        for old in newest_first[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
        return folder
    return None


@functools.cache
def machine(generic=False):
    """Short name of what code is made for and by: processor, Python, numba."""
    system, *processor = cpu_target.target_context.codegen().magic_tuple()
    python = platform.python_implementation(), sys.version_info[:2]
    made = system, *(GENERIC if generic else processor), *python, numba.__version__
    return hashlib.sha256(repr(made).encode()).hexdigest()[:12]


class RulesCache(NullCache):
    """What numba asks for compiled versions of one rule.

    Parameters
    ----------
    rule : function
        The rule.
    own : Path or None
        Folder that is read and written, if there is one.
    shipped : Path
        Folder that is read, and need not be there.
    """

    def __init__(self, rule, own, shipped):
        self.name, self.own, self.shipped = f"{rule.__module__}.{rule.__qualname__}", own, shipped

    @property
    def cache_path(self):
        """Where compiled versions are written."""
        return self.own and str(self.own)

    def file(self, folder, signature, generic):
        """Where a version is kept."""
        types = hashlib.sha256(repr(signature).encode()).hexdigest()[:16]
        return folder / f"{self.name}-{machine(generic)}-{types}.rule"

    def load_overload(self, signature, context):
        """A compiled version for these types; None if there is none that is whole."""
        context.refresh()
        for folder, generic in ((self.own, False), (self.shipped, True)):
            if folder is None:
                continue
            file = self.file(folder, signature, generic)
            try:
                content = file.read_bytes()
                if hashlib.sha256(content[DIGEST:]).digest() == content[:DIGEST]:
                    return CompileResult._rebuild(context, *pickle.loads(content[DIGEST:]))
            except Exception:
                continue
        return None

    def save_overload(self, signature, compiled):
        """Keep a compiled version, if the disk lets us."""
        if self.own is None or compiled.lifted or compiled.library.has_dynamic_globals:
            return
        file, content = self.file(self.own, signature, False), dumps(compiled._reduce())
        part = file.with_suffix(f".{os.getpid()}")
        try:
            part.write_bytes(hashlib.sha256(content).digest() + content)
            os.replace(part, file)
        except OSError:
            part.unlink(missing_ok=True)
