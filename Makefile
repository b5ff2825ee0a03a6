# make run    set everything up, index seeds/ and serve the web page on http://127.0.0.1:7860
# make test   set everything up, check style and types, run all tests
# make test-fast   the tests of two minutes, for working: no real model, browser or killed process
# make wheel  build the wheel into build/
# make eval   measure the answers to tests/questions.jsonl
# make hashes the hashes of the packages in constraints.txt, after a change there
# make audit  look for known faults of these packages, which asks a service on the network
# make bench DATA=FILE READER=FOLDER   measure beside Haystack and txtai (bench/README.md)

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
BENCH := .venv-bench
# Each file is one of those whose hashes are in hashes/, and what is missing there is not installed.
HASHED := $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
LOCK := .venv-lock
COMPILE := $(LOCK)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
  --generate-hashes --no-annotate --custom-compile-command 'make hashes'

.PHONY: run test test-fast check wheel eval bench format chromium hashes audit

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

# The editable install has no file to check, and comes last. Some packages come as source: they are
# built with the setuptools that is checked before. Indexes without the builds of torch for CPUs have
# those for graphics cards, with gigabytes of what these need. The packages of the large reader's base
# ask for an application that we have no use for.
$(INSTALLED): pyproject.toml constraints.txt $(wildcard hashes/*.txt)
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quotewell needs Python 3.11 or newer")'
	python3 -m venv $(VENV)
	$(HASHED) --requirement hashes/build.txt
	$(HASHED) --no-build-isolation --requirement hashes/packages.txt
	$(HASHED) --requirement hashes/torch-cpu.txt || $(HASHED) --requirement hashes/torch.txt
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(HASHED) --requirement hashes/large.txt \
	  || echo "The large reader's base could not be installed: the small reader answers alone"
	touch $@

# torch-cpu.txt is kept by hand, from the list that the makers of torch publish.
hashes: $(LOCK)/installed
	grep '^setuptools==' constraints.txt | $(COMPILE) --no-deps - --output-file hashes/build.txt
	grep '^torch==' constraints.txt | $(COMPILE) - --constraint constraints.txt --output-file hashes/torch.txt
	grep '^all-mpnet' constraints.txt | $(COMPILE) --no-deps - --output-file hashes/large.txt
	without=$$(grep -oE '^(torch|triton|cuda-|nvidia-)[a-z0-9-]*' hashes/torch.txt | sed 's/^/--no-emit-package /'); \
	$(COMPILE) pyproject.toml --constraint constraints.txt $$without --extra dev --output-file hashes/packages.txt && \
	$(COMPILE) pyproject.toml --constraint constraints.txt $$without --extra ui --extra qdrant --output-file hashes/page.txt

audit: $(LOCK)/installed
	$(LOCK)/bin/pip-audit --disable-pip --requirement hashes/packages.txt --requirement hashes/torch.txt

$(LOCK)/installed:
	python3 -m venv $(LOCK)
	$(LOCK)/bin/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.9' 'pip-audit==2.10.1'
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
