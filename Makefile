# Two commands are enough: `make report` and `make test`. Both set up what they need, once.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PYTEST = $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests
PYTHONS := orchestration expectations tests benchmarks
export UPTAKE_HOME ?= $(CURDIR)/data

.PHONY: setup report test test-long check check-python check-sql format crash fuzz faults truth calibrate signals bench oracles ui docs lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another with PYTHON=..." >&2; exit 1; }
	@echo "Setting up .venv (a minute or two, once)"
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'from orchestration.manifest import current_manifest; current_manifest()'
	@touch $@

report: $(READY)
	@$(BIN)/python -m orchestration.anything_landed || $(BIN)/uptake simulate
	@$(BIN)/uptake run

check: $(READY)
	@$(MAKE) --no-print-directory --jobs=2 check-python check-sql

check-python: $(READY)
	$(BIN)/ruff format --check $(PYTHONS)
	$(BIN)/ruff check $(PYTHONS)
	$(BIN)/mypy
	$(BIN)/yamllint --strict .

check-sql: $(READY)
	$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests
	@$(BIN)/python -c 'from orchestration.manifest import current_manifest; current_manifest()'
	$(BIN)/dbt-bouncer run --config-file .dbt-bouncer.yml

format: $(READY)
	$(BIN)/ruff format $(PYTHONS)
	$(BIN)/ruff check --fix $(PYTHONS)
	$(BIN)/sqlfluff fix --quiet dbt_project/models dbt_project/tests

test: $(READY) check
	$(PYTEST) -m "not long"

# What takes many whole runs: kills, reproductions, corrections, canaries, browsers; and more cases of what
# `make test` tries. An hour and more; CI runs as many of them as its time allows.
test-long: $(READY)
	$(PYTEST) -m long

# Two hundred kills at random instants, one rerun each, and fifty runs beside eight readers: hours.
crash: $(READY)
	UPTAKE_KILLS=$(or $(KILLS),200) UPTAKE_RUNS=$(or $(RUNS),50) $(BIN)/pytest -n 0 tests/pipeline/test_crashes.py

# Real exports, mutated and read whole: CASES=100000 FIRST=7 goes on from case 7.
fuzz: $(READY)
	@$(BIN)/python -m tests.fuzzing --cases $(or $(CASES),10000) --first $(or $(FIRST),0)

# Every fault of the simulator, and two hundred clean districts: an hour. Writes docs/faults.md.
faults: $(READY)
	@$(BIN)/python -m orchestration.simulation.faults

# How often the truth lies in the 95% interval over a hundred districts. Writes docs/truth.md.
truth: $(READY)
	@$(BIN)/python -m benchmarks.truth $(if $(SEEDS),--seeds $(SEEDS)) $(if $(SCALE),--scale $(SCALE))

# How often the estimator's intervals hold a known truth, 288 cells. Writes docs/calibration.md;
# with SAMPLES=300 it is a quick look, shown and not kept.
calibrate: $(READY)
	@$(BIN)/python -m benchmarks.calibration $(if $(SAMPLES),--samples $(SAMPLES),--keep)

# How rare false signals of schools are, and which schools are found. Writes docs/signals.md.
signals: $(READY)
	@$(BIN)/python -m benchmarks.signals $(if $(SAMPLES),--samples $(SAMPLES))

# The whole takes an hour; SIZE=100000 SCALE=0.1 ROUNDS=1 is a quick look, ONLY=history one figure.
bench: $(READY)
	$(BIN)/python -m benchmarks $(if $(SIZE),--size $(SIZE)) $(if $(SCALE),--scale $(SCALE)) \
	  $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(ONLY),--only $(ONLY))

# What R's survey answers on the samples of tests/oracles; needs Debian's r-cran-survey, tests do not.
oracles:
	Rscript tests/oracles/survey.R tests/oracles

ui: $(READY)
	@$(BIN)/uptake ui

# dbt's documentation of every model and column, as one page that works offline.
docs: $(READY)
	@$(BIN)/python -m orchestration.dbt_docs

# Lock anew after a change of pyproject.toml; needs uv. The lock names no registry.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-strip-extras pyproject.toml -o requirements.lock

clean:
	rm -rf .venv dbt_project/target dbt_project/logs .mypy_cache .ruff_cache .pytest_cache
