# make run    set everything up, index seeds/ and serve the web page on http://127.0.0.1:7860
# make test   set everything up, check style and types, run all tests
# make eval   measure the answers to tests/questions.jsonl
# make bench DATA=FILE READER=FOLDER   measure beside Haystack and txtai (bench/README.md)

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
BENCH := .venv-bench

.PHONY: run test check eval bench format chromium

run: $(INSTALLED)
	$(VENV)/bin/qa serve

test: check chromium
	$(PYTHON) -m pytest

check: $(INSTALLED)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

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
