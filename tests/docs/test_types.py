"""Type checkers and editors see what the README uses: pyright finds nothing wrong with its Python."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
PYRIGHT = shutil.which("pyright", path=Path(sys.executable).parent)
README = re.findall(r"```python\n(.*?)```", (REPO / "README.md").read_text(), re.DOTALL)


def faults(folder, code):
    """What pyright says against some code, in its basic mode: a sentence for each fault."""
    (folder / "code.py").write_text(code)
    settings = {"typeCheckingMode": "basic", "extraPaths": [str(REPO)], "include": ["code.py"]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    words = [PYRIGHT, "--outputjson", "--pythonpath", sys.executable, "-p", str(folder)]
    told = json.loads(subprocess.run(words, capture_output=True, text=True, timeout=600).stdout)
    assert told["summary"]["filesAnalyzed"] >= 1
    return [f"line {d['range']['start']['line'] + 1}: {d['message']}" for d in told["generalDiagnostics"]]


pytestmark = pytest.mark.skipif(PYRIGHT is None, reason="pyright is not installed")


def test_python_of_the_readme_has_no_fault(tmp_path):
    assert len(README) > 5
    assert faults(tmp_path, "\n".join(README)) == []


def test_a_wrong_name_is_found(tmp_path):
    (fault,) = faults(tmp_path, "import sim\nsim.run_ensembles(runs=8)\n")
    assert fault.startswith("line 2: ")
