# Two commands: `make demo` and `make test`. Both set themselves up; twice is the same as once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test check bench clean
demo: $(VENV)/ready
	$(BIN)/provenance demo

test: $(VENV)/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# Locked dependencies first (names, versions, hashes), then the project itself without looking for more.
$(VENV)/ready: constraints.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r constraints.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/ready-for-tests: $(VENV)/ready constraints-test.txt
	$(PIP) install --require-hashes -r constraints.txt -r constraints-test.txt
	touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
