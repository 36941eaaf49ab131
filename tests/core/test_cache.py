"""Compiled rules on disk: found again, or compiled anew where they do not fit; never wrong."""

import shutil

import numba
import pytest

from sim.core import cache, kernel
from sim.core.cache import RulesCache
from sim.core.kernel import OPTIONS
from sim.core.machine_code import EntryCompiler, InnerCompiler

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")


def twice(x):
    """A rule to keep."""
    return x + x


def compiled(own, shipped):
    """The rule as a new process would have it, and whether it was found on disk."""
    rule = numba.njit(**OPTIONS, pipeline_class=EntryCompiler)(twice)
    rule._cache = RulesCache(twice, own, shipped)
    assert rule(21) == 42
    return sum(rule.stats.cache_hits.values()) == 1


@pytest.fixture
def folders(tmp_path):
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    own.mkdir()
    return own, shipped


def as_shipped(folders, monkeypatch):
    """Move what was compiled to where a wheel has it; the home is empty again."""
    own, shipped = folders
    monkeypatch.setattr(cache, "GENERIC", cache.cpu_target.target_context.codegen().magic_tuple()[1:])
    cache.machine.cache_clear()
    shutil.move(own, shipped)
    own.mkdir()


def test_what_was_compiled_is_found_again(folders):
    assert [compiled(*folders) for _ in range(3)] == [False, True, True]
    assert len(list(folders[0].iterdir())) == 1


def test_what_a_wheel_brought_is_found_in_an_empty_home(folders, monkeypatch):
    assert not compiled(*folders)
    as_shipped(folders, monkeypatch)
    assert compiled(*folders)
    assert compiled(None, folders[1])
    assert list(folders[0].iterdir()) == []


@pytest.mark.parametrize("place", ["own", "shipped"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "words"])
def test_damaged_files_are_compiled_anew_and_mended(folders, monkeypatch, damage, place):
    compiled(*folders)
    if place == "shipped":
        as_shipped(folders, monkeypatch)
    (file,) = (folders[place == "shipped"]).iterdir()
    whole = file.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    file.write_bytes({"cut": whole[:middle], "flipped": flipped, "empty": b"", "words": b"no rule"}[damage])
    assert [compiled(*folders) for _ in range(2)] == [False, True]


def test_what_another_numba_or_processor_compiled_is_left_alone(folders, monkeypatch):
    compiled(*folders)
    monkeypatch.setattr(numba, "__version__", "0.99.9")
    cache.machine.cache_clear()
    assert not compiled(*folders)
    monkeypatch.undo()
    cache.machine.cache_clear()
    assert compiled(*folders)


def test_a_disk_that_takes_nothing_is_no_trouble(folders):
    own, shipped = folders
    own.rmdir()
    assert [compiled(own, shipped) for _ in range(2)] == [False, False]


@pytest.fixture(autouse=True)
def same_machine_afterwards():
    yield
    cache.machine.cache_clear()


def test_only_what_python_calls_becomes_machine_code():
    inner = numba.njit(**OPTIONS, no_cpython_wrapper=True, pipeline_class=InnerCompiler)(twice)
    inner.compile((numba.int64,))
    (code,) = inner.overloads.values()
    assert code.library.get_pointer_to_function(code.fndesc.llvm_func_name) == 0
    outer = kernel.kernel(thrice)
    assert outer(14) == 42
    assert outer.signatures == [(numba.int64,)]
    assert numba.njit(lambda x: outer(x) + 1)(14) == 43  # and functions that are no rules may call one


@kernel.kernel
def twice_as_rule(x):
    """A rule that another one calls."""
    return x + x


def thrice(x):
    """A rule that calls another one."""
    return x + twice_as_rule(x)
