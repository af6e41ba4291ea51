# Everything is set up in .venv; nothing but Python 3.11 or later and a C-free pip is needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
SOURCES := $(shell git ls-files '*.py' 'pyproject.toml' 2>/dev/null)

.PHONY: demo test lint type bench tox clean

test: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy -p sotalia
	$(BIN)/python -m pytest $(ARGS)

demo: $(STAMP)
	$(BIN)/sotalia demo $(ARGS)

bench: $(STAMP)
	$(BIN)/pip install --quiet --group bench
	$(BIN)/sotalia bench $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

type: $(STAMP)
	$(BIN)/mypy -p sotalia

tox: $(STAMP)
	$(BIN)/pip install --quiet tox
	$(BIN)/tox run

# The wheel is built and installed anew whenever a source changed: the tests run on what users get.
$(STAMP): $(SOURCES)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	rm -rf build
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group test --group lint mypy
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check '.[demo]'
	touch $(STAMP)

clean:
	rm -rf $(VENV) build dist .tox .cache *.egg-info models/*.store models/*.docs
