"""Run the notebooks and keep what they show (`make notebooks`), or only say whether they still run.

make notebooks                              run all, and write what they show into them
make notebooks ARGS=experiments/00_first_steps/01_day_by_day.ipynb
make notebooks ARGS=--check                 run all, and compare the text they show with what is in them
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

REPO = Path(__file__).parents[1]
SECONDS = 900  # most a cell may take; the first may have to compile the rules


def notebooks():
    """Every notebook of the project."""
    return sorted(f for f in (REPO / "experiments").rglob("*.ipynb") if ".ipynb_checkpoints" not in f.parts)


def executed(file):
    """A fresh copy of a notebook, run from top to bottom in its own folder; raises if a cell does."""
    book = nbformat.read(file, as_version=4)
    here = {"metadata": {"path": str(file.parent)}}
    plain = os.environ | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    with tempfile.TemporaryDirectory() as sockets:
        kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{sockets}/kernel")
        client = NotebookClient(book, kernel, timeout=SECONDS, resources=here, record_timing=False)
        client.execute(env=plain)
    for cell in book.cells:
        kept = ("tags", "jupyter")  # parameters for papermill; answers that are folded
        cell.metadata = {name: value for name, value in cell.metadata.items() if name in kept}
    book.metadata["language_info"] = {"name": "python"}
    return book


def told(book):
    """The plain text that each cell shows, pictures and HTML left out; addresses in memory are no news."""
    for cell in book.cells:
        if cell.cell_type == "code":
            streams = [out.text for out in cell.outputs if out.output_type == "stream"]
            values = [out.data.get("text/plain", "") for out in cell.outputs if "data" in out]
            yield "".join(streams) + "\n".join(text for text in values if "<Figure" not in text)


def differences(file):
    """Sentences about cells that now show something else than the notebook says."""
    was, now = list(told(nbformat.read(file, as_version=4))), list(told(executed(file)))
    for number, (old, new) in enumerate(zip(was, now, strict=True), 1):
        if old != new:
            yield f"{file.relative_to(REPO)}, code cell {number} shows\n{new}\ninstead of\n{old}"


def main(words=None):
    """Command line; exit code 1 if a notebook that was only to be checked shows something else."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("files", nargs="*", type=Path, help="by default all below experiments/")
    reader.add_argument("--check", action="store_true", help="compare, and write nothing")
    asked = reader.parse_args(words)
    wrong = []
    for file in [file.resolve() for file in asked.files] or notebooks():
        began = time.perf_counter()
        if asked.check:
            wrong += differences(file)
        else:
            nbformat.write(executed(file), file)
        print(f"{file.relative_to(REPO)}: {time.perf_counter() - began:.0f} s", flush=True)
    print(*wrong, sep="\n\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
