# iamlab. `make` alone says what there is. Every target makes its own virtual environment in .venv; nothing else on this
# machine is touched. A second run of a target installs nothing, unless pyproject.toml or constraints.txt changed.

VENV := .venv
BIN := $(VENV)/bin
# For `make lab`: make lab ARGS=--no-browser
ARGS ?=
# For `make test`: how many tests at a time, and anything else pytest takes
JOBS ?= auto
TESTS ?= tests iamlab notebooks

NBVAL := --nbval --nbval-current-env --nbval-cell-timeout=60

.DEFAULT_GOAL := help
.PHONY: help lab test lint lessons editor bench fuzz mutate catalog pins clean

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*##/  make \1:/p' $(MAKEFILE_LIST) | expand -t 4

lab: $(VENV)/lab.stamp  ## open JupyterLab at lesson 00
	@$(BIN)/iamlab $(ARGS)

test: $(VENV)/test.stamp  ## run every test, and every lesson against its saved outputs
	$(BIN)/pytest -n $(JOBS) --dist loadfile $(NBVAL) $(TESTS)

lint: $(VENV)/test.stamp  ## look for faults in style, types and lessons
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/lessons.py lint

lessons: $(VENV)/test.stamp  ## build the lessons from notebooks/source
	$(BIN)/python tools/lessons.py build $(ARGS)

editor:  ## build the policy editor's JavaScript from its source (needs npm)
	cd iamlab/widgets/editor && npm ci --no-audit --no-fund && npm run build && rm -rf node_modules

bench: $(VENV)/test.stamp  ## measure (no tests: they report, they do not fail)
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

fuzz: $(VENV)/test.stamp  ## compare a million random decisions with the naive evaluator of the tests
	PYTHONPATH=tests $(BIN)/python tests/fuzz/compare.py $(ARGS)

mutate: $(VENV)/test.stamp  ## change the code one thing at a time: do the tests notice? (hours; ARGS="--sample 30": less)
	$(BIN)/python tools/mutate.py $(ARGS)

catalog: $(VENV)/test.stamp  ## build the facts about AWS anew from their pinned sources
	$(BIN)/python tools/build_catalog.py $(ARGS)

pins:  ## find the newest versions that work together on the oldest Python, and write them into constraints.txt
	@PYTHON="$$($(FIND_PYTHON))" && "$$PYTHON" -m venv --clear $(VENV)-pins
	$(VENV)-pins/bin/python -m pip install --quiet --disable-pip-version-check uv
	{ echo "# Versions that work together, on Python 3.11.0 and newer; 'make pins' writes this file."; \
	$(VENV)-pins/bin/uv pip compile --quiet --python-version 3.11.0 --extra test --no-header --no-annotate pyproject.toml; \
	} > constraints.txt
	rm -rf $(VENV)-pins

clean:  ## throw away what was made here (not your iamlab-work)
	rm -rf $(VENV) $(VENV)-pins build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first of these that is Python 3.11 or newer.
FIND_PYTHON = for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$name"; exit 0; fi; done; \
	echo "iamlab needs Python 3.11 or newer, and none was found: install it from python.org or with your system's package manager." >&2; exit 1

$(VENV)/bin/python:
	@PYTHON="$$($(FIND_PYTHON))" && echo "Making a virtual environment in $(VENV) with $$($$PYTHON --version)." && \
	{ "$$PYTHON" -m venv $(VENV) || { rm -rf $(VENV); \
	echo "This Python cannot make virtual environments: on Debian and Ubuntu, install python3-venv." >&2; exit 1; }; }

$(VENV)/lab.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing iamlab and what it needs into $(VENV): about half a minute, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[lab]'
	@touch $@

$(VENV)/test.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing iamlab and what its tests need into $(VENV): about a minute, once."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@ $(VENV)/lab.stamp
