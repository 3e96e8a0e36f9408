# Everything a fresh clone needs: `make run` simulates the reference case, `make test` tests.
# The environment lives in .venv and is built from requirements.lock when that changes.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

SCENARIO ?= ttp_2021
RUNS ?= 4000
SEED ?= 1
# Worker processes of the test run.
JOBS ?= 2
# Options of the benchmarks: --quick, --strict, --json FILE.
BENCH ?=
KILLS ?= 50

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCKED := $(VENV)/.locked
FIND_PYTHON := for python in python3.13 python3.12 python3 python \
	"$$HOME"/.pyenv/versions/3.1[23]*/bin/python /opt/*/bin/python3.1[23] \
	/usr/local/bin/python3.1[23]; do \
	"$$python" -c 'import sys; (3, 12) <= sys.version_info[:2] <= (3, 13) or sys.exit(1); \
	print(sys._base_executable)' 2>/dev/null && break; done

PAGES := docs/model.md docs/results.md docs/calibration.md

.PHONY: help run test torture calibrate recovery check bench coverage format docs schema figures \
	validate backtest selection \
	reference lock clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo 'Change the main job with SCENARIO=, RUNS= and SEED=, such as: make run SCENARIO=monitored'

run: $(READY) ## Simulate the reference case and write a report on it to results/
	@$(BIN)/truce run $(SCENARIO) --runs $(RUNS) --seed $(SEED)
	@$(BIN)/truce report results/$(basename $(notdir $(SCENARIO)))
	@echo "The command truce is in $(BIN): source $(BIN)/activate"

test: $(READY) ## Run the tests
	@echo 'Compiling the model, once for all test processes'
	@$(BIN)/python -m tests.machine_code
	@$(BIN)/pytest -n $(JOBS) --dist worksteal

torture: $(READY) ## Kill a sweep KILLS times and see whether a number changes; takes minutes
	@$(BIN)/python -m tests.torture.kills $(KILLS)

check: $(READY) ## Format, lint, types, imports, generated files, tests: ready to share
	$(BIN)/ruff format --check sim tests
	$(BIN)/ruff check sim tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m sim.reference --check $(PAGES)
	$(BIN)/truce schema | diff -q - scenarios/scenario.schema.json
	$(BIN)/truce schema --study | diff -q - scenarios/study.schema.json
	$(MAKE) test

bench: $(READY) ## Measure speed, the parts of a day, start-up and memory (BENCH=--quick)
	@$(BIN)/python -m tests.benchmarks $(BENCH)

coverage: $(READY) ## Compute how often intervals hold, and write docs/coverage.*; takes minutes
	@$(BIN)/python -m tests.coverage

format: $(READY) ## Format the code and mend what can be mended
	$(BIN)/ruff format sim tests
	$(BIN)/ruff check --fix sim tests

schema: docs ## The same as docs
docs: $(READY) ## Regenerate the schema and the tables in the docs
	$(BIN)/truce schema > scenarios/scenario.schema.json
	$(BIN)/truce schema --study > scenarios/study.schema.json
	$(BIN)/python -m sim.reference $(PAGES)

figures: $(READY) ## Redraw the pictures of docs/figures.md
	$(BIN)/python -m tests.gallery

validate: $(READY) ## Hold the model against every pattern: docs/scorecard.md; takes minutes
	$(BIN)/truce validate --page docs/scorecard.md

backtest: $(READY) ## Renew the numbers of docs/backtest.md
	$(BIN)/truce backtest --page docs/backtest.md

selection: $(READY) ## Renew the numbers and the figure of docs/selection.md
	$(BIN)/truce selection --page docs/selection.md

reference: $(READY) ## Renew results/reference after a change of the numbers
	$(BIN)/truce run ttp_2021 --runs 4000 --seed 1 --out results/reference

calibrate: $(READY) ## Calibrate on S1-S5 and renew the retained set; half an hour, can be stopped
	@$(BIN)/python -m sim.validation.calibration

recovery: $(READY) ## Simulate data from known parameters and infer them back, after calibrate
	@$(BIN)/python -m sim.validation.recovery

lock: $(READY) ## Pin the newest versions that pyproject.toml allows
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.12 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --extra dev pyproject.toml -o requirements.lock

clean: ## Remove the environment and caches; results stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(READY): $(LOCKED) pyproject.toml
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(LOCKED): requirements.lock
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
		echo "truce-sim needs Python 3.12 or 3.13: install one (for instance: pyenv install 3.12)." >&2; \
		exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$("$$python" --version) (about a minute, once)"; \
	rm -rf $(VENV) && "$$python" -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@
