# make demo: set up and check the worked example. make test: prove everything. Needs Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip --quiet
CASE := data/cases/hpc_lumbar_2024.toml

# every file of the wheel is dated so: the same sources give the same bytes
export SOURCE_DATE_EPOCH ?= 1577836800

.PHONY: demo test lint format types pytest wheel bench versions coverage campaign fuzz mutants guards sbom audit-dependencies docs library hazards gallery lock clean

demo: $(VENV)/.run
	@echo '$$ reirrad check $(CASE)'
	@$(BIN)/reirrad check $(CASE); code=$$?; \
	if [ $$code -eq 0 ] || [ $$code -eq 1 ] || [ $$code -eq 3 ]; then echo "(the check ran; its exit code is $$code)"; else exit $$code; fi

test: lint types pytest wheel

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.dev
	$(BIN)/mypy

# with what builds the site, so that its test is not left out
pytest: $(VENV)/.docs
	$(BIN)/pytest -n auto --dist worksteal

# the wheel alone, in an environment without any development dependency, checks the worked example
wheel: $(VENV)/.dev
	rm -rf dist .wheel-venv
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python -m venv .wheel-venv
	PIP_DISABLE_PIP_VERSION_CHECK=1 .wheel-venv/bin/python -m pip --quiet install --require-hashes -r requirements/runtime.txt
	PIP_DISABLE_PIP_VERSION_CHECK=1 .wheel-venv/bin/python -m pip --quiet install --no-deps --no-index dist/reirrad-*.whl
	$(BIN)/python tests/wheel_check.py .wheel-venv $(CASE)

bench: $(VENV)/.dev requirements/bench.txt
	$(PIP) install --require-hashes -r requirements/bench.txt
	$(BIN)/pytest benchmarks --benchmark-only --benchmark-columns=min,median,ops,rounds

# the same wheel under other Pythons, with the oldest and the locked packages: what it prints must be the same
PYTHONS ?= python3.11 python3.12 python3.13
versions: wheel
	$(BIN)/python tools/compare_versions.py dist/reirrad-*.whl $(PYTHONS) --page docs/trust/versions.md

# branch coverage, of what subprocesses run too; these bound files and imports, and a measurement writes and loads itself
UNMEASURED := tests/architecture/test_light_import.py::test_import_of_the_package tests/audit/test_faults_killed.py::test_f04_no_file_may_grow
coverage: $(VENV)/.docs
	$(BIN)/pytest -n auto --cov --cov-report=term-missing:skip-covered $(addprefix --deselect=,$(UNMEASURED))
	$(BIN)/python tools/coverage_floors.py

# what once broke a fuzz target, and a second of guidance for each
fuzz: $(VENV)/.dev
	$(BIN)/pytest -n0 tests/fuzz

# the long ones, which can be interrupted and go on: random patients against the oracle, losses of data, fuzzing
CAMPAIGN := PYTHONPATH=src:tests nice -n 10 $(BIN)/python -m
PATIENTS ?= 1000000
RUNS ?= 1000000
EACH ?= 0
campaign: $(VENV)/.dev
	$(CAMPAIGN) campaign.differential --patients $(PATIENTS) --workers 2 --record docs/trust/differential.json
	$(CAMPAIGN) campaign.differential --wider --patients 20000 --workers 2 --record docs/trust/differential-wider.json
	$(CAMPAIGN) campaign.grid --record docs/trust/exact-hits.json
	$(CAMPAIGN) campaign.formats --cases 3000 --record docs/trust/formats.json
	$(CAMPAIGN) campaign.page docs/trust
	$(CAMPAIGN) campaign.exhaustive --pairs --record docs/trust/deletion-examples.json
	$(CAMPAIGN) campaign.deletion --cases $(PATIENTS) --workers 2 --record docs/trust/deletion.json
	$(CAMPAIGN) campaign.deletion --tables --cases 100000 --workers 2 --record docs/trust/deletion-tables.json
	$(CAMPAIGN) fuzz.run all --runs $(RUNS) --seconds $(EACH) --record docs/trust/fuzzing.json

# each guard of docs/hazards.toml is taken away once: a test must fail
guards: $(VENV)/.dev
	nice -n 10 $(BIN)/python tools/remove_guards.py

# what the wheel is installed with, as CycloneDX: names, versions, licences, who needs whom
sbom: wheel $(VENV)/.trust
	$(BIN)/cyclonedx-py environment .wheel-venv/bin/python --pyproject pyproject.toml --mc-type application --output-reproducible --spec-version 1.6 --output-file dist/reirrad-sbom.json
	@echo "dist/reirrad-sbom.json"

# fails where a dependency cannot be looked up, too: what was not checked is not clean
audit-dependencies: $(VENV)/.trust
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements/runtime.txt
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements/dev.txt

# what is generated from the edition files: run it after a change of one
library: $(VENV)/.run
	$(BIN)/python tools/compile_library.py

# the page of hazards, from docs/hazards.toml
hazards: $(VENV)/.dev
	$(BIN)/python tools/make_hazards.py

# the site, from the pages and the sources; a warning is an error
docs: $(VENV)/.docs
	$(BIN)/sphinx-build -W --keep-going -b html docs site

# the page of the published cases, with its pictures
gallery: $(VENV)/.dev
	$(BIN)/python tools/make_gallery.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("reirrad needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.trust: $(VENV)/.dev requirements/trust.txt
	$(PIP) install --require-hashes -r requirements/trust.txt
	@touch $@

$(VENV)/.docs: $(VENV)/.dev requirements/docs.txt
	$(PIP) install --require-hashes -r requirements/docs.txt
	@touch $@

# needs uv; writes the eight lock files for every supported Python and platform
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras pyproject.toml -o requirements/runtime.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras -c requirements/runtime.txt pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras -c requirements/runtime.txt pyproject.toml --group dev -o requirements/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras -c requirements/dev.txt pyproject.toml --extra report --extra audit -o requirements/clinic.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras -c requirements/dev.txt pyproject.toml --group bench -o requirements/bench.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras -c requirements/dev.txt pyproject.toml --group dev --group trust -o requirements/trust.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras -c requirements/dev.txt pyproject.toml --group dev --group docs -o requirements/docs.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras requirements/floor.in -o requirements/floor.txt

clean:
	rm -rf $(VENV) .wheel-venv dist build site mutants .coverage htmlcov .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
