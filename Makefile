# The desk's commands. Each does all of its own set-up.
.DEFAULT_GOAL := help
.PHONY: help run stop reset psql test check lock evaluate

VENV := $(or $(DESK_VENV),.venv)
PYTHON := "$(VENV)/bin/python"
export FEEDS ?= newsstand

help: ## List these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

run: ## Start everything here; FEEDS=newsstand (default), live, or newsstand,live
	@include/local/bootstrap.sh
	@exec $(PYTHON) -m include.local.run

stop: ## Stop what `make run` started
	@include/local/bootstrap.sh
	@$(PYTHON) -m include.local.stop

reset: ## Delete all data of `make run` (asks first)
	@include/local/bootstrap.sh
	@$(PYTHON) -m include.local.reset

psql: ## Read the warehouse as an analyst
	@include/local/bootstrap.sh
	@exec $(PYTHON) -m include.local.psql

test: ## Run the tests
	@include/local/bootstrap.sh --dev
	$(PYTHON) -m pytest

check: ## Lint, types, import contracts, SQL, compose file
	@include/local/bootstrap.sh --dev
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/sqlfluff lint include/sql
	$(PYTHON) -m include.local.check_compose

lock: ## Compile requirements*.txt anew from requirements*.in
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements-dev.in -o requirements-dev.txt

evaluate: ## Score the answers; GOLD=file of labels (default ../shared/data/gold, else the newsstand), ERRORS=1
	@include/local/bootstrap.sh
	@$(PYTHON) -m include.evaluate $(GOLD) $(if $(ERRORS),--errors)
