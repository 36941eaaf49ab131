"""Which tests are long: `make test` leaves them out, `.ci/run` and `make test-all` run them.

Long is what takes many worlds, compiles rules of its own, or drives a browser, a cluster or a notebook.
Of a test with many cases the first few stay in the short suite, so that it still covers every idea.
"""

import pytest

LONG = {  # file or test, below tests/: cases that stay in the short suite
    "analysis/test_mechanisms.py": 0,
    "cli/test_slurm.py": 0,
    "contracts/test_contracts.py::test_reads_all_it_says": 2,
    "contracts/test_layers.py": 0,
    "contracts/test_project.py::test_installed_copy_finds_scenarios_and_configs_from_any_directory": 0,
    "contracts/test_project.py::test_data_travel_with_their_credits": 0,
    "docs/test_gallery.py::test_the_gallery_draws_every_figure_there_is": 0,
    "docs/test_notebooks.py::test_runs_and_shows_what_it_says": 0,
    "docs/test_types.py": 0,
    "params/test_parameters.py::test_every_parameter_moves_something": 10,
    "params/test_parameters.py::test_every_process_moves_an_outcome": 4,
    "report/test_dashboard.py": 0,
    "report/test_report_in_browser.py": 0,
    "validation/test_recovery.py": 0,
}


@pytest.hookimpl(tryfirst=True)  # before those with the mark are left out
def pytest_collection_modifyitems(config, items):
    """Mark what is long."""
    seen = dict.fromkeys(LONG, 0)
    for item in items:
        name = item.nodeid.removeprefix("tests/")
        for entry, kept in LONG.items():
            if name == entry or name.startswith((f"{entry}[", f"{entry}::")):
                seen[entry] += 1
                if seen[entry] > kept:
                    item.add_marker("long")
