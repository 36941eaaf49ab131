# Everything runs in .venv, made on first use and made again when what it is made from changes; what only tests,
# notebooks or the dashboard need is added when they are first asked for.
#   make run     the main job: 1,000 runs of January 2014, seed 1   (make run ARGS="scenario=truce runs=200")
#                run anew over its last results; with ARGS nothing is replaced unless they say overwrite=true
#   make test    the tests, ten minutes                             (make test ARGS="-k chance")
#   make test-all   these and the long ones, as .ci/run runs them
#   make gallery every figure, small, from 200 runs, into results/gallery/ (a minute or two)
#   make learn   the notebooks of experiments/00_first_steps/, opened in JupyterLab
#   make notebooks  run every notebook and save what it shows       (make notebooks ARGS=--check)
#   make dashboard  one world in the browser, to step and change   (make dashboard ARGS='--port 8800')
#   make docs    the pages that are written from code, such as sim/ODD.md  (make docs ARGS=--check)
#   make fit     January to March 2014 fitted anew: posterior, best point, checks (an hour; goes on if stopped)
#   make experiments                the questions of experiments/   (make experiments ARGS="03 --size quick")
#   make process NAME=curfew    the two files of a new process, and what is left to do
#   make faults  what is wrong in files, calls and commands, tried by class  (make faults ARGS="--size full")
#   make soak    ten minutes of steps, forks, sweeps and kills: same bits, same memory
#   make wheel   a wheel for this system and Python that plays its first world without compiling, into dist/
#   make bench   speed and memory                               (make bench ARGS="--against v0.1.0")
#   make lint    style, imports
#   make clean   remove .venv and caches; results stay

# The first interpreter that really starts and is one the project supports.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
TESTED := $(VENV)/ready-to-test
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e

.PHONY: run test test-all gallery learn notebooks dashboard fit experiments docs process faults soak wheel bench \
	lint clean

run: $(READY)
	$(BIN)/python -m sim $(or $(ARGS),overwrite=true)

test: $(TESTED)
	$(BIN)/python -m pytest $(ARGS)

test-all: $(TESTED)
	$(BIN)/python -m pytest -m "" $(ARGS)

gallery: $(READY)
	$(BIN)/python -m sim docs gallery $(ARGS)

learn: $(READY)
	$(INSTALL) '.[notebook]'
	$(BIN)/jupyter lab $(ARGS) experiments/00_first_steps/01_day_by_day.ipynb

notebooks: $(TESTED)
	$(BIN)/python tests/notebooks.py $(ARGS)

dashboard: $(READY)
	$(INSTALL) '.[dashboard]'
	SOLARA_TELEMETRY_MIXPANEL_ENABLE=false SOLARA_THEME_SHOW_BANNER=false \
		$(BIN)/solara run sim/report/dashboard/app.py --production $(ARGS)

docs: $(READY)
	$(BIN)/python -m sim docs $(ARGS)

fit: $(READY)
	$(INSTALL) '.[fit]'
	$(BIN)/python experiments/02_record $(ARGS)

experiments: $(READY)
	$(BIN)/python -m sim experiments $(ARGS)

process: $(READY)
	$(BIN)/python tools/new_process.py $(NAME)

faults: $(TESTED)
	$(BIN)/python tests/faults.py $(ARGS)

soak: $(TESTED)
	$(BIN)/python tests/soak.py $(ARGS)

wheel: $(TESTED)
	$(BIN)/python tools/wheel.py $(ARGS)

bench: $(TESTED)
	$(BIN)/python tests/bench.py $(ARGS)

lint: $(TESTED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed, and none was found (make PYTHON=/path/to/python3.11)"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) .
	touch $@

$(TESTED): $(READY)
	$(INSTALL) '.[test]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .hypothesis .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
