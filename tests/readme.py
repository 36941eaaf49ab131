"""Type every command of README.md as it is written there, in a copy of the checkout (python tests/readme.py).

The copy uses the environment that this runs in. Left out is `make test`, which this is part of; what serves a
page is asked for it and stopped. `--list` only says what would be typed.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

REPO = Path(__file__).parents[1]
SERVING = {  # command: (what is added where nobody sits before a screen, where the page is)
    "make learn": (
        'INSTALL=: ARGS="--no-browser --allow-root --ServerApp.token= --port 8871"',
        "http://127.0.0.1:8871/lab",
    ),
    "make dashboard": ('INSTALL=: ARGS="--no-open --host 127.0.0.1 --port 8872"', "http://127.0.0.1:8872/"),
}
SECONDS = 900


def commands():
    """Every command of the README in its order, comments left out."""
    text = (REPO / "README.md").read_text()
    for block in re.findall(
        r"```bash\n.*?```|^    (?:infighting|python|make) [^\n]*$", text, re.DOTALL | re.MULTILINE
    ):
        for line in block.removeprefix("```bash").removesuffix("```").splitlines():
            command = line.partition("  #")[0].strip()
            if command and command != "make test":
                yield command


def copy(folder):
    """A copy of the checkout as it is committed or changed, with this environment as its own."""
    listed = subprocess.run(["git", "ls-files"], cwd=REPO, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (REPO / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPO / name, folder / name)
    # what the servers need is installed here and not from the copy, or this environment would point there
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "-c", "constraints.txt", "-e"]
    subprocess.run([*pip, ".[notebook,dashboard]"], cwd=REPO, check=True)
    (folder / ".venv").symlink_to(sys.prefix)
    for stamp in ("ready", "ready-to-test"):
        (Path(sys.prefix) / stamp).touch()  # it is: nothing is installed anew


def serves(command, folder):
    """Start what serves a page, ask for it, stop it; whether it answered."""
    more, where = SERVING[command]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "start_new_session": True}
    served = subprocess.Popen(["bash", "-c", f"{command} {more}"], cwd=folder, **quiet)
    try:
        for _ in range(SECONDS):
            time.sleep(1)
            try:
                return urllib.request.urlopen(where, timeout=60).status == 200
            except OSError:
                if served.poll() is not None:
                    return False
        return False
    finally:
        os.killpg(served.pid, signal.SIGTERM)
        served.wait()


def type_all(folder):
    """Type every command; returns those that failed."""
    failed, activated = [], ""
    for command in commands():
        began = time.perf_counter()
        if command == ". .venv/bin/activate":
            activated = f"{command} && "
        if command in SERVING:
            good = serves(command, folder)
        else:
            words = ["bash", "-c", activated + command if command != ". .venv/bin/activate" else command]
            done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=SECONDS)
            good = done.returncode == 0
            if not good:
                print(done.stdout[-2000:], done.stderr[-2000:], sep="\n")
        print(f"{'done  ' if good else 'FAILED'} {time.perf_counter() - began:5.0f} s  {command}", flush=True)
        failed += [] if good else [command]
    return failed


def main():
    """Command line; exit code 1 if a command failed."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--list", action="store_true", help="say what would be typed, and type nothing")
    if reader.parse_args().list:
        print(*commands(), sep="\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy(Path(folder))
        return 1 if type_all(Path(folder)) else 0


if __name__ == "__main__":
    sys.exit(main())
