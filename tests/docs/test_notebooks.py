"""The notebooks: they run from top to bottom, show what they say, and can be read in small pieces."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from notebooks import REPO, notebooks

BOOKS = {file.relative_to(REPO / "experiments").as_posix(): file for file in notebooks()}


def cells(name):
    return nbformat.read(BOOKS[name], as_version=4).cells


def test_the_first_steps_are_all_there():
    folder = REPO / "experiments" / "00_first_steps"
    told = (folder / "README.md").read_text()
    found = sorted(Path(name).name for name in BOOKS if name.startswith("00_first_steps/"))
    assert len(found) >= 6
    assert all(f"]({name}) |" in told for name in found)


@pytest.mark.parametrize("name", BOOKS)
def test_begins_with_a_question_and_has_short_cells(name):
    first, *_ = cells(name)
    assert first.cell_type == "markdown"
    assert first.source.splitlines()[0].startswith("# ")
    assert first.source.splitlines()[0].endswith("?")
    if name.startswith("00_first_steps/"):
        asked = first.source.splitlines()[0].removeprefix("# ")
        assert asked in (REPO / "experiments/00_first_steps/README.md").read_text()
    assert max(len(cell.source.splitlines()) for cell in cells(name)) <= 20


@pytest.mark.parametrize("name", BOOKS)
def test_is_committed_executed_and_without_an_error(name):
    code = [cell for cell in cells(name) if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    shown = [output for cell in code for output in cell.outputs]
    assert shown
    assert {output.output_type for output in shown} <= {"stream", "display_data", "execute_result"}
    assert [output.text for output in shown if output.get("name") == "stderr"] == []


@pytest.mark.parametrize("name", BOOKS)
def test_runs_and_shows_what_it_says(name):
    """In a process of its own: a kernel's sockets are closed late, and a warning is an error here."""
    words = [sys.executable, REPO / "tests" / "notebooks.py", "--check", BOOKS[name]]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, f"run make notebooks, look, and commit: {done.stdout}{done.stderr}"
