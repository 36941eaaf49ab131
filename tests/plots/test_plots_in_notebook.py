"""Figures in a real notebook: each shows itself once, below the cell that draws it."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

HERE = Path(__file__).parents[1]
CELLS = (
    f"import sys; sys.path.insert(0, {str(HERE)!r})\nfrom fake_ensemble import fake_ensemble\n"
    "from sim import plots\nensemble = fake_ensemble(25, 40)",
    "plots.towns_over_time(ensemble);",
    "plots.chance_maps(ensemble);",
    "plots.outcome_shares(ensemble)\nplots.regrouping(ensemble);",
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_figure_shows_itself_once():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(HERE.parent))
    shown = [sum("image/png" in out.get("data", {}) for out in cell["outputs"]) for cell in notebook.cells]
    assert shown == [0, 1, 1, 2]
