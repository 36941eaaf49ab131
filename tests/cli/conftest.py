"""The command called in this process, which is quicker than one of its own."""

import sys

import pytest

from sim.__main__ import main


@pytest.fixture
def called(monkeypatch, capsys):
    """Call the command in a folder: exit code, standard output and error."""
    monkeypatch.setenv("HYDRA_FULL_ERROR", "0")

    def call_here(folder, *words):
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["infighting", *words])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as left:
            code = left.code
        return code, *capsys.readouterr()

    return call_here
