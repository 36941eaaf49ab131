"""A wheel that starts warm: ``make wheel``, or ``python tools/wheel.py [FOLDER]``.

The rules are compiled for a processor that every machine of this kind has, and travel inside the wheel:
where it is installed, the first world is played without compiling. The wheel is for this system and this
Python; with another version of numba, or where rules were edited, they are compiled as in a checkout.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
PLAY = """
import sim
from sim.core.kernel import source_hash
sim.run_ensemble(runs=2, days=3, detail="full", progress=False)
sim.RebelConflict(seed=1).run(2)
print(source_hash())
"""


def compiled(home):
    """Compile the rules into an empty home; the folder they are in, named after their version."""
    env = os.environ | {"PYTHONPATH": str(REPO), "XDG_CACHE_HOME": str(home)}
    env |= {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    done = subprocess.run([sys.executable, "-c", PLAY], cwd=home, env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return home / "infighting" / done.stdout.split()[-1]


def main():
    """Compile, then build."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "dist").resolve()
    with tempfile.TemporaryDirectory(prefix="infighting-wheel-") as home:
        rules = compiled(Path(home))
        kept = Path(home) / "kept"
        shutil.copytree(rules, kept / rules.name)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel", "--no-deps"]
        build = [*pip, "--no-index", "--no-build-isolation", "-w", str(out), str(REPO)]
        subprocess.run(build, check=True, env=os.environ | {"INFIGHTING_COMPILED": str(kept)})
    print(*sorted(out.glob("infighting-*.whl")), sep="\n")


if __name__ == "__main__":
    main()
