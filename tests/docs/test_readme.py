"""README.md, tried as written: Python runs, commands compose, links lead somewhere; CONTRIBUTING.md's too."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from omegaconf import OmegaConf

from sim.cli.config import checked, register
from sim.cli.options import Options

REPO = Path(__file__).parents[2]
README = (REPO / "README.md").read_text()
PROSE = README + (REPO / "CONTRIBUTING.md").read_text()
COMMANDS = "".join(re.findall(r"```bash\n(.*?)```", README, re.DOTALL)).splitlines()


def commands(start):
    """The README's shell commands that start so, without their comments."""
    return [line.partition("#")[0].strip() for line in COMMANDS if line.startswith(start)]


def jobs(command):
    """Options of the first and of the last job of a command; of a sweep (-m) each has one value an option."""
    words = [word for word in shlex.split(command)[3:] if word != "-m"]
    first = [re.sub(r",.*", "", word) for word in words]
    last = [re.sub(r"=.*,", "=", word) for word in words]
    return [first] if first == last else [first, last]


def call(folder, *words):
    """Run Python in a folder; returns the finished process."""
    env = os.environ | {"PYTHONPATH": str(REPO)}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300)


def test_python_runs_from_top_to_bottom(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    blocks = list(re.finditer(r"```python\n(.*?)```", README, re.DOTALL))
    assert len(blocks) > 5
    for block in blocks:
        line = README[: block.start(1)].count("\n")
        exec(compile("\n" * line + block[1], REPO / "README.md", "exec"), names)
    plt.close("all")
    assert "Held by isis" in capsys.readouterr().out
    assert (tmp_path / "results" / "first_truce" / "towns.png").stat().st_size > 10_000


@pytest.mark.parametrize("command", commands("python -m sim"))
def test_command_composes(command, tmp_path):
    for words in jobs(command):
        if words == ["--help"]:
            assert "Options" in call(tmp_path, "-m", "sim", *words).stdout
            continue
        done = call(tmp_path, "-m", "sim", *words, "--cfg", "job")
        assert done.returncode == 0, done.stderr
        register()
        options = checked(OmegaConf.merge(OmegaConf.structured(Options), OmegaConf.create(done.stdout)))
        assert f"runs={options.runs}" in words
    assert not list(tmp_path.glob("**/*.parquet"))


def test_there_are_commands_of_both_kinds():
    assert any(" -m scenario=" in command for command in commands("python -m sim"))
    assert {"make run", "make test"} <= set(commands("make"))


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^ *|`)make ([a-z-]+)\b", PROSE, re.MULTILINE))))
def test_make_target_is_there(target):
    assert re.search(rf"^{target}:", (REPO / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", PROSE))))
def test_link_leads_somewhere(link):
    assert (REPO / link).exists(), f"there is no {link}"


PATHS = re.findall(r"`((?:sim|configs|scenarios|tests)/[\w./]*)`", PROSE)


@pytest.mark.parametrize("path", sorted(set(PATHS)))
def test_path_that_is_named_exists(path):
    """Those that a recipe makes are left out."""
    assert (REPO / path).exists() or "curfew" in path or "blockade" in path, f"there is no {path}"


def test_bench_says_what_it_measures():
    done = call(REPO, "tests/bench.py", "--help")
    assert done.returncode == 0
    assert "--quick" in done.stdout
