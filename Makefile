# Everything there is to run. Needs python3 (3.11 or later, with venv) and make; the rest is installed into .venv.

# The first one that fits and was built with profile-guided optimization, as a system's own Python is and one that pyenv
# compiles is not by default: it runs finproc a fifth faster. Else the first one that fits.
FITS := import ensurepip, sys, sysconfig, venv; \
	fast = sys.base_prefix == "/usr" or "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or ""); \
	sys.exit(sys.version_info < (3, 11) or not (fast or sys.argv[1:]))
PYTHON ?= $(shell for slow in "" slow; do for p in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	$$p -c '$(FITS)' $$slow 2>/dev/null && echo $$p && break 2; done; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/python -m piptools compile --quiet --generate-hashes \
	--allow-unsafe --strip-extras --no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install demo up test lint format bench audit requirements clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "finproc needs Python 3.11 or later that can make a virtual environment" \
		"(python3 on the PATH; Debian: apt install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "installing finproc into .venv" >&2
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@echo "installing the tools of tests and lint into .venv" >&2
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

install: .venv/.installed ## make .venv with what finproc runs on

demo: .venv/.installed ## submit example documents to a stack of its own and show the facts
	@$(BIN)/python demo/demo.py

up: .venv/.installed ## run web, workers, beat and Flower until Ctrl-C
	@$(BIN)/python -m finproc up

test: .venv/.installed-dev ## run every test in two processes (TEST=path or expression: those alone, in one)
	@$(BIN)/python -m pytest $(or $(TEST),-n 2 --dist loadfile --no-loadscope-reorder)

lint: .venv/.installed-dev ## ruff, formatting, mypy, import contracts, house rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -q tests/house

format: .venv/.installed-dev ## format the code
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: .venv/.installed-dev ## measure throughput, latency and memory (RabbitMQ and PostgreSQL where installed)
	@$(BIN)/python -m bench

audit: .venv/.installed-dev ## look the pinned libraries up in the vulnerability database
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.txt

requirements: .venv/.installed-dev ## pin requirements*.in again, with hashes
	@$(COMPILE) -o requirements.txt requirements.in
	@$(COMPILE) -o requirements-dev.txt requirements-dev.in

clean: ## remove .venv, caches and what demo and tests left (var/ stays: it holds your data)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
