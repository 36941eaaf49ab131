"""What all tests share, and which of them are long.

`make test` leaves long ones out, `.ci/run` and `make test-all` run them. Long is what takes many worlds,
compiles rules of its own, or drives a browser, a cluster or a notebook. Of a test with many cases the first
few stay in the short suite, so that it still covers every idea. Who asks for tests by name (a file, ``-k``)
gets all of them.
"""

import sys
from fnmatch import fnmatchcase

import pytest
from browser import Browser

from sim.__main__ import main

LONG = {  # pattern of file::test below tests/: how many of its cases stay in the short suite
    "analysis/test_analysis.py::test_the_planted_box_*": 1,
    "analysis/test_forecasts.py::test_it_is_nearer_*": 0,
    "analysis/test_forecasts.py::test_nothing_after_*": 0,
    "analysis/test_mechanisms.py::test_every_mechanism_*": 3,
    "cli/*::test_*killed*": 0,
    "cli/test_cli.py::test_a_scenario_that_sets_*": 0,
    "cli/test_cli.py::test_a_wrong_option_*": 4,
    "cli/test_cli.py::test_after_an_interrupt_*": 0,
    "cli/test_cli.py::test_an_existing_result_*": 0,
    "cli/test_cli.py::test_other_*": 0,
    "cli/test_cli.py::test_the_report_is_written_*": 0,
    "cli/test_experiments.py::test_a_launcher_plays_*": 0,
    "cli/test_experiments.py::test_an_interrupt_*": 0,
    "cli/test_experiments.py::test_every_shipped_experiment_*": 3,
    "cli/test_experiments.py::test_other_processes_*": 0,
    "cli/test_resuming.py::test_what_is_complete_*": 1,
    "cli/test_slurm.py::*": 0,
    "cli/test_sweepers.py::test_a_sweeper_*": 0,
    "contracts/test_conservation.py::*": 4,
    "contracts/test_contracts.py::*": 0,
    "contracts/test_layers.py::test_what_breaks_*": 1,
    "contracts/test_project.py::test_a_warm_wheel_*": 0,
    "contracts/test_project.py::test_data_travel_*": 0,
    "contracts/test_project.py::test_installed_copy_*": 0,
    "contracts/test_project.py::test_nothing_needs_*": 0,
    "contracts/test_project.py::test_notebooks_pictures_*": 0,
    "contracts/test_sameness.py::test_compiled_is_uncompiled": 0,
    "core/test_kernel.py::test_an_edit_in_a_called_file_*": 0,
    "docs/test_gallery.py::test_the_gallery_draws_every_figure_*": 0,
    "docs/test_notebooks.py::test_papermill_*": 0,
    "docs/test_notebooks.py::test_runs_and_shows_*": 0,
    "docs/test_odd.py::test_a_changed_number_*": 0,
    "docs/test_readme.py::test_command_composes": 4,
    "docs/test_types.py::*": 0,
    "ensemble/*::test_*killed*": 0,
    "ensemble/test_clients.py::test_a_client_*": 0,
    "ensemble/test_interrupted.py::test_two_processes_*": 1,
    "ensemble/test_posterior.py::test_what_the_command_line_*": 0,
    "params/test_parameters.py::test_every_parameter_moves_something": 10,
    "params/test_parameters.py::test_every_process_moves_an_outcome": 1,
    "plots/test_plots.py::test_every_figure_draws_every_shape_*": 60,
    "plots/test_plots_in_notebook.py::*": 0,
    "record/test_read.py::test_many_bad_rows_*": 1,
    "record/test_score.py::test_the_command_*": 0,
    "report/test_dashboard.py::test_a_visitor_*": 0,
    "report/test_dashboard.py::test_settings_never_hide_the_map": 0,
    "report/test_explore.py::*": 8,
    "report/test_explore_in_browser.py::*": 0,
    "report/test_other_wars.py::*": 1,
    "report/test_report.py::test_changed_parameters_*": 0,
    "report/test_report.py::test_every_detail_*": 1,
    "report/test_report.py::test_every_shape_*": 1,
    "report/test_report.py::test_nobodys_file_*": 0,
    "report/test_report_in_browser.py::*": 0,
    "report/test_view.py::test_in_a_real_kernel_*": 0,
    "test_faults.py::test_two_thousand_*": 0,
    "validation/test_limits.py::test_attacks_excite_*": 1,
    "validation/test_questions.py::test_playing_twice_*": 0,
    "validation/test_questions.py::test_scenarios_are_played_*": 0,
    "validation/test_recovery.py::*": 0,
}


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(config, items):
    """Mark what is long."""
    by_name = config.option.keyword or any(".py" in str(word) for word in config.args)
    if by_name and config.option.markexpr == "not long":
        return
    seen = dict.fromkeys(LONG, 0)
    for item in items:
        name = item.nodeid.removeprefix("tests/").partition("[")[0]
        for pattern in (pattern for pattern in LONG if fnmatchcase(name, pattern)):
            seen[pattern] += 1
            if seen[pattern] > LONG[pattern]:
                item.add_marker("long")


@pytest.fixture
def called(monkeypatch, capsys):
    """Call the command in a folder: exit code, standard output and error."""

    def call_here(folder, *words):
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HYDRA_FULL_ERROR", "0")  # the command sets it for the process
        monkeypatch.setattr(sys, "argv", ["infighting", *words])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as left:
            code = left.code
        return code, *capsys.readouterr()

    return call_here


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    """A real browser."""
    with Browser(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def opened(window, pages, request):
    """A page, opened afresh, with nothing left in the logs from before; each file has ``pages`` by name."""
    window.resize(1280, 900)
    window.open("about:blank")
    window.log("browser")
    window.requests()
    window.open(pages[request.param].as_uri())
    return window
