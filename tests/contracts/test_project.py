"""The project as a whole: what it declares, what it ships, what may import what."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import yaml

import sim

REPO = Path(__file__).parents[2]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text())
DISTRIBUTION = {"PIL": "pillow", "yaml": "pyyaml", "sklearn": "scikit-learn"}
DISTRIBUTION |= {"hydra": "hydra-core", "omegaconf": "hydra-core"}


def test_public_names_exist():
    assert all(hasattr(sim, name) for name in sim.__all__)
    assert set(sim.__all__) <= set(dir(sim))
    with pytest.raises(AttributeError, match="no attribute 'rebel_conflict'"):
        _ = sim.rebel_conflict


@pytest.mark.parametrize("name", ["analysis.compare", "params.table", "plots.save", "record.__all__"])
def test_modules_that_users_look_into_are_there_after_import_sim(name):
    code = f"import sim; sim.{name}"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPO).returncode == 0


def imported_by(files):
    """Distributions that some files of the package import, the standard library left out."""
    imported = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported.add(node.module.split(".")[0])
    return {DISTRIBUTION.get(name, name) for name in imported - set(sys.stdlib_module_names) - {"sim"}}


def declared(lines):
    """Names of the distributions that some lines of pyproject.toml ask for."""
    return {re.match(r"[\w-]+", line)[0] for line in lines}


def test_every_import_is_declared_and_every_declaration_imported():
    dashboard = REPO / "sim/report/dashboard/app.py"  # needs its own extra, and nothing else imports that
    completion = REPO / "sim/model/completion.py"  # adds to an IPython that runs, and is not read without one
    widget = REPO / "sim/report/widget.py"  # the same: sim.view says so without it
    labels = REPO / "sim/ensemble/dataset.py"  # needs its own extra, and says so without it
    needed, extras = declared(PROJECT["project"]["dependencies"]), PROJECT["project"]["optional-dependencies"]
    assert imported_by(set((REPO / "sim").rglob("*.py")) - {dashboard, completion, labels, widget}) == needed
    assert imported_by([completion]) - needed == {"IPython"}
    assert imported_by([dashboard]) - needed == {"solara"}
    assert imported_by([widget]) - needed == {"ipyvue", "traitlets"}
    assert "ipyvue" in declared(extras["notebook"])  # brings traitlets
    assert "solara" in declared(extras["dashboard"])
    assert imported_by([labels]) - needed == declared(extras["xarray"]) == {"xarray"}


def test_citation_has_the_version_of_the_package():
    assert f"version: {sim.__version__}\n" in (REPO / "CITATION.cff").read_text()
    assert f"## {sim.__version__}\n" in (REPO / "CHANGELOG.md").read_text()


def test_citation_is_what_the_format_asks_for():
    citation = yaml.safe_load((REPO / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors", "version", "license", "type"} <= set(citation)
    kinds = {"article", "data", "database"}
    assert all({"type", "title", "authors"} <= set(r) and r["type"] in kinds for r in citation["references"])
    assert all("name" in who or "family-names" in who for r in citation["references"] for who in r["authors"])


def test_every_data_file_has_a_source_and_a_licence():
    told = (REPO / "scenarios" / "january_2014" / "CREDITS.md").read_text()
    table = [line.split("|")[1:4] for line in told.splitlines() if line.startswith("| ") and "`" in line]
    assert all(source.strip() and licence.strip() for _, source, licence in table)
    listed = {name for names, *_ in table for name in re.findall(r"`([^`]+)`", names)}
    data = [f for f in (REPO / "scenarios").rglob("*") if f.suffix in (".csv", ".geojson", ".yaml")]
    assert len(data) > 30
    for file in data:
        inside = file.relative_to(REPO / "scenarios" / file.relative_to(REPO / "scenarios").parts[0])
        assert inside.as_posix() in listed, f"CREDITS.md does not tell the licence of {file}"


def test_what_is_long_is_there(pytestconfig):
    tests = REPO / "tests"
    long = pytestconfig.pluginmanager.get_plugin(str(tests / "conftest.py")).LONG
    names = [
        f"{file.relative_to(tests).as_posix()}::{node.name}"
        for file in tests.rglob("test_*.py")
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert [pattern for pattern in long if not any(fnmatchcase(name, pattern) for name in names)] == []


def test_imports_run_downhill():
    linter = shutil.which("lint-imports", path=Path(sys.executable).parent)
    if linter is None:
        pytest.skip("import-linter is not installed")
    env = os.environ | {"PYTHONPATH": str(REPO)}
    done = subprocess.run([linter, "--no-cache"], cwd=REPO, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


POSIX = """
import os, signal, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in ("fcntl", "grp", "pwd", "resource", "termios", "pty", "tty"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
for name in ("fcntl", "grp", "pwd", "resource", "termios", "pty", "tty"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Missing())
for name in ("fork", "forkpty", "killpg", "setsid", "getuid", "sched_getaffinity", "sysconf"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGKILL", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGCHLD", "alarm", "setitimer"):
    if hasattr(signal, name):
        delattr(signal, name)
import sim
from sim.__main__ import main
sim.run_ensemble(runs=2, days=2, threads=2, progress=False, out="results/python")
sim.RebelConflict(seed=1).run(2).save("world")
sim.RebelConflict.load("world").step()
main(["runs=2", "days=2", "name=here", "report=false", "figures=false", "progress=false"])
main(["-m", "seed=1,2", "runs=2", "days=2", "progress=false"])
main(["verify", "results/here", "--quiet"])
main(["completion", "bash"])
"""


def test_nothing_needs_what_only_posix_has(tmp_path):
    """As far as one system can tell: the modules and calls that Windows lacks are taken away."""
    env = os.environ | {"PYTHONPATH": str(REPO)}
    done = subprocess.run(
        [sys.executable, "-c", POSIX], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "results/here: 2 runs repeated, every cell of theirs is the same" in done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, built and unpacked as an installation would; the folder it is in."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", str(folder), str(REPO)]
    subprocess.run([*pip, *build], check=True)
    (wheel,) = folder.glob("infighting-*.whl")
    place = ["install", "--no-deps", "--no-index", "--target", str(folder / "site"), str(wheel)]
    subprocess.run([*pip, *place], check=True)
    return folder / "site"


def test_installed_copy_finds_scenarios_and_configs_from_any_directory(installed, tmp_path):
    env = os.environ | {"PYTHONPATH": str(installed), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "sim", "runs=1", "days=2", "name=here", "progress=false"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results" / "here" / "manifest.json").exists()
    where = subprocess.run(
        [sys.executable, "-c", "import sim.scenario; print(sim.scenario.scenarios_folder())"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()) == installed / "sim" / "_scenarios"


def test_data_travel_with_their_credits(installed):
    folder = installed / "sim" / "_scenarios" / "january_2014"
    assert {"README.md", "scenario.yaml", "basemap.geojson"} <= {f.name for f in folder.iterdir()}
    assert (folder / "record" / "README.md").exists()


def test_notebooks_pictures_and_templates_travel_too(installed):
    inside = installed / "sim" / "_experiments"
    for file in (f for kind in ("*.ipynb", "*.png", "*.yaml") for f in (REPO / "experiments").rglob(kind)):
        if ".ipynb_checkpoints" not in file.parts:
            assert (inside / file.relative_to(REPO / "experiments")).read_bytes() == file.read_bytes()
    pages = [
        f.relative_to(REPO) for f in (REPO / "sim").rglob("*") if f.suffix in (".html", ".css", ".js", ".md")
    ]
    assert len(pages) > 5
    assert [page for page in pages if not (installed / page).exists()] == []


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """A wheel that starts warm, built by its command and unpacked; the folder it is in."""
    folder = tmp_path_factory.mktemp("warm")
    subprocess.run([sys.executable, str(REPO / "tools" / "wheel.py"), str(folder)], check=True)
    (wheel,) = folder.glob("infighting-*.whl")
    assert not wheel.name.endswith("-none-any.whl")  # it is for this system
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps"]
    subprocess.run([*pip, "--no-index", "--target", str(folder / "site"), str(wheel)], check=True)
    return folder / "site"


FIRST_WORLD = """
from numba.core.event import install_recorder
with install_recorder("numba:compile") as compiled:
    import sim
    runs = sim.run_ensemble(runs=1, days=20, progress=False).runs
    stepped = sim.RebelConflict(seed=1, days=20).run()
print(len(compiled.buffer), int(runs["end_men_share"][0] * 1e15), stepped.state.garrisons.local.sum())
"""


def first_world(site, folder, home=None, **more):
    """Play the first world of an installation; (number of functions compiled, what came out)."""
    env = os.environ | {"PYTHONPATH": str(site)} | ({"XDG_CACHE_HOME": str(home)} if home else {}) | more
    asked = [sys.executable, "-P", "-c", FIRST_WORLD]
    done = subprocess.run(asked, cwd=folder, env=env, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    compiled, *numbers = done.stdout.split()
    return int(compiled), numbers


def test_a_warm_wheel_plays_its_first_world_without_compiling(warm, tmp_path):
    compiled, numbers = first_world(warm, tmp_path, tmp_path / "empty")
    assert compiled == 0
    assert numbers == first_world(REPO, tmp_path)[1]  # the same bits as compiled for this very processor
    plain = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F"}  # exp and log of an older processor
    assert numbers == first_world(warm, tmp_path, tmp_path / "empty", **plain)[1]
    (file,) = (warm / "sim" / "_compiled").rglob("*measures.series-*.rule")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    compiled, damaged = first_world(warm, tmp_path, tmp_path / "other")
    assert compiled > 0
    assert damaged == numbers
