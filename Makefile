# PYTHON chooses the interpreter, CONFIG the settings of `make run`, ARGS is handed on to pytest.
# Pip's own settings (PIP_INDEX_URL, pip.conf, ...) decide where packages come from.

CONFIG ?= config/janji.yaml
ARGS ?=
VENV := .venv
VENV_PYTHON := $(VENV)/bin/python
INSTALL := $(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes
MUTANTS_VENV := build/mutants
LOCK_VENV := build/lock
COMPILE := $(LOCK_VENV)/bin/uv --quiet pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench mutants lock

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.run ## Install what is needed and start Janji (CONFIG=FILE for settings of your own)
	@exec $(VENV_PYTHON) -m monitor --config "$(CONFIG)" up

test: $(VENV)/.dev ## Run the tests (ARGS="tests/core -q" for a part)
	$(VENV_PYTHON) -m pytest $(ARGS)

check: $(VENV)/.dev ## Lint, formatting and types
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m mypy

bench: $(VENV)/.dev ## Run every benchmark
	@set -e; for file in benchmarks/[a-z]*.py; do \
		[ -e "$$file" ] || { echo "There are no benchmarks yet."; break; }; \
		echo "== $$file"; $(VENV_PYTHON) -m "benchmarks.$$(basename "$$file" .py)"; \
	done

mutants: $(MUTANTS_VENV)/.done ## List the broken rules that no test notices (ARGS="credit interval" for some files)
	$(MUTANTS_VENV)/bin/python -m tests.mutants $(ARGS)

lock: $(LOCK_VENV)/bin/uv ## Write the locks from pyproject.toml (ARGS=--upgrade for newer versions)
	@# uv does not read pip's settings, so the index is handed on.
	@index="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(LOCK_VENV)/bin/python -m pip config get global.index-url 2>/dev/null)}}"; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi; \
	$(COMPILE) $(ARGS) pyproject.toml -o requirements.lock >/dev/null && \
	$(COMPILE) $(ARGS) --extra dev --constraint requirements.lock pyproject.toml -o requirements-dev.lock >/dev/null && \
	$(COMPILE) $(ARGS) --constraint requirements-dev.lock tests/mutants/requirements.in \
		-o tests/mutants/requirements.lock >/dev/null

$(VENV)/.run: requirements.lock | $(VENV_PYTHON)
	$(INSTALL) -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV_PYTHON)
	$(INSTALL) -r requirements-dev.lock
	@touch $@

# A pyenv shim is found on the path but may not run, and Debian ships Python without ensurepip: each candidate is asked.
PYTHONS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
define make_venv
	@for python in $(PYTHONS); do \
		if "$$python" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			exec "$$python" -m venv --clear $(1); \
		fi; \
	done; \
	echo "Janji needs Python 3.11 or newer with its venv module; none of these will do: $(PYTHONS)." >&2; \
	echo "Install it (on Debian: apt-get install python3-venv), or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1
endef

$(VENV_PYTHON):
	$(call make_venv,$(VENV))

$(MUTANTS_VENV)/.done: requirements-dev.lock tests/mutants/requirements.lock
	$(call make_venv,$(MUTANTS_VENV))
	@$(MUTANTS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements-dev.lock -r tests/mutants/requirements.lock
	@touch $@

$(LOCK_VENV)/bin/uv:
	$(call make_venv,$(LOCK_VENV))
	@$(LOCK_VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv
