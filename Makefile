# make run     the demo on http://127.0.0.1:$PORT (8000); options by ARGS="--speed 5"
# make test    the tests; some of them by ARGS="tests/workspace -k status"
# make check   all that the continuous integration asks: lint, types, contracts, texts, tests
# make mend    what ruff can mend by itself: format, order of imports
# make bench   ratios, printed as a table
# make soak    an hour of a busy floor, watched for leaks

PORT ?= 8000
ARGS ?=
PYTHON := .venv/bin/python
export PORT

.PHONY: run test check mend bench soak setup setup-tests lint

run: setup
	@$(PYTHON) manage.py demo --port $(PORT) $(ARGS)

test: setup-tests
	@$(PYTHON) -m pytest $(ARGS)

check: setup-tests lint
	@$(PYTHON) -m pytest

mend: setup-tests
	@.venv/bin/ruff check --quiet --fix . || true
	@.venv/bin/ruff format .

bench: setup-tests
	@$(PYTHON) -m bench $(ARGS)

soak: setup-tests
	@$(PYTHON) -m pytest -m soak $(ARGS)

setup:
	@scripts/setup

setup-tests:
	@scripts/setup --tests

lint:
	@scripts/lint
