"""The notebooks: they run from top to bottom, show what they say, and can be read in small pieces."""

import os
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


TAGGED = [
    name for name in BOOKS if any("parameters" in cell.metadata.get("tags", ()) for cell in cells(name))
]


def test_what_papermill_may_change_stands_alone_in_a_cell():
    assert {"00_first_steps/04_counterfactual.ipynb", "03_planned_or_spontaneous/notebook.ipynb"} == set(
        TAGGED
    )
    for name in TAGGED:
        (tagged,) = [cell for cell in cells(name) if "parameters" in cell.metadata.get("tags", ())]
        assert tagged.source.startswith("settings = {")
        assert "\n" not in tagged.source
        assert not tagged.outputs


def test_papermill_runs_a_notebook_with_other_settings(tmp_path):
    pytest.importorskip("papermill")
    book, out = BOOKS["03_planned_or_spontaneous/notebook.ipynb"], tmp_path / "out.ipynb"
    settings = "{runs: 4, seed: 7, days: 30, detail: daily, progress: false}"
    words = [sys.executable, "-m", "papermill", str(book), str(out), "-y", f"settings: {settings}"]
    env = os.environ | {"PYTHONPATH": str(REPO)}
    done = subprocess.run([*words, "--cwd", str(book.parent)], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    injected = [c for c in nbformat.read(out, 4).cells if "injected-parameters" in c.metadata.get("tags", ())]
    assert "'runs': 4" in injected[0].source.replace('"', "'")
