# The desk's commands. Each does all of its own set-up.
.DEFAULT_GOAL := help
.PHONY: help run stop reset psql cli test cluster-test check lock evaluate dictionary security report chaos soak bench

# From wherever make is called, and with spaces in the path, which make's own functions take for two names.
quoted = '$(subst ','\'',$(1))'
HERE := $(shell file=$$(printf '%s' $(call quoted,$(MAKEFILE_LIST)) | sed 's/^ *//'); \
	unset CDPATH; cd -- "$$(dirname -- "$$file")" && pwd -P)
ifneq ($(HERE),$(CURDIR))
DESK := cd -- $(call quoted,$(HERE)) &&
endif
VENV := $(or $(DESK_VENV),.venv)
BIN := "$(VENV)/bin"
PYTHON := $(BIN)/python
SECURITY_TESTS := tests/test_security_report.py tests/edges/test_ssrf.py tests/plugins/test_xss.py \
	tests/plugins/test_secrets_on_pages.py tests/dags/test_secrets.py
export FEEDS ?= newsstand

help: ## List these commands
	@$(DESK) grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

run: ## Start everything here; FEEDS=newsstand (default), live, or newsstand,live
	@$(DESK) include/local/bootstrap.sh
	@$(DESK) exec $(PYTHON) -m include.local.run

stop: ## Stop what `make run` started
	@$(DESK) include/local/bootstrap.sh
	@$(DESK) $(PYTHON) -m include.local.stop

reset: ## Delete all data of `make run` (asks first)
	@$(DESK) include/local/bootstrap.sh
	@$(DESK) $(PYTHON) -m include.local.reset

psql: ## Read the warehouse as an analyst
	@$(DESK) include/local/bootstrap.sh
	@$(DESK) exec $(PYTHON) -m include.local.psql

cli: ## The command line on the warehouse: make cli ARGS="feedback list"
	@$(DESK) include/local/bootstrap.sh
	@$(DESK) exec $(PYTHON) -m include.local.cli $(ARGS)

test: ## Run the tests
	@$(DESK) include/local/bootstrap.sh --dev
	$(DESK) $(PYTHON) -m pytest -n 2 --dist loadfile

cluster-test: ## Two Celery workers as in docker-compose.yml, one killed: the same rows? PAGES=2000 (default)
	@$(DESK) include/local/bootstrap.sh --dev
	@$(DESK) exec $(PYTHON) -m include.local.cluster --pages $(or $(PAGES),2000)

check: ## Lint, types, import contracts, SQL, compose file
	@$(DESK) include/local/bootstrap.sh --dev
	$(DESK) $(PYTHON) -m ruff check
	$(DESK) $(PYTHON) -m ruff format --check
	$(DESK) $(PYTHON) -m mypy
	$(DESK) $(BIN)/lint-imports
	$(DESK) $(BIN)/sqlfluff lint include/sql
	$(DESK) $(PYTHON) -m include.local.check_compose
	$(DESK) $(PYTHON) -m bandit -q -c pyproject.toml -r include dags plugins

lock: ## Compile requirements*.txt anew from requirements*.in
	$(DESK) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements.in -o requirements.txt
	$(DESK) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements-dev.in -o requirements-dev.txt
	$(DESK) uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --override bench/overrides.txt bench/requirements.in -o bench/requirements.txt

evaluate: ## Score the answers; GOLD=file of labels (default ../shared/data/gold, else the newsstand), ERRORS=1
	@$(DESK) include/local/bootstrap.sh
	@$(DESK) $(PYTHON) -m include.evaluate $(GOLD) $(if $(ERRORS),--errors)

dictionary: ## Write docs/data_dictionary.md anew from the warehouse's COMMENTs
	@$(DESK) include/local/bootstrap.sh
	@$(DESK) $(PYTHON) -m include.local.dictionary

security: ## Look for weaknesses: bandit, known vulnerabilities, hostile inputs, fuzzing for FUZZ_SECONDS (60) an input
	@$(DESK) include/local/bootstrap.sh --dev
	$(DESK) $(PYTHON) -m bandit -q -c pyproject.toml -r include dags plugins
	$(DESK) $(PYTHON) -m include.local.audit_lock
	$(DESK) $(PYTHON) -m pytest -q $(SECURITY_TESTS)
	$(DESK) $(PYTHON) -m tests.fuzzing --seconds $(or $(FUZZ_SECONDS),60)
	$(DESK) $(PYTHON) -m tests.fuzzing --seconds $(or $(FUZZ_SECONDS),60) --engine atheris

report: ## Write docs/security.md anew from the tests' own tables
	@$(DESK) include/local/bootstrap.sh --dev
	@$(DESK) $(PYTHON) -m tests.security_report

chaos: ## Work under 300 faults and compare the rows with a quiet run's; SEED=n, FAULTS=n, MINUTES=n
	@$(DESK) include/local/bootstrap.sh --dev
	$(DESK) $(PYTHON) -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(FAULTS),--faults $(FAULTS)) $(if $(MINUTES),--minutes $(MINUTES))

bench: ## Measure beside what others would take, and write docs/benchmarks.md; STAGES="cleaning whole", ROUNDS=3
	@$(DESK) include/local/bootstrap.sh --bench
	$(DESK) .venv-bench/bin/python -m bench $(STAGES) $(if $(ROUNDS),--rounds $(ROUNDS))

soak: ## Run the pipeline in a loop and show what grows; HOURS=2
	@$(DESK) include/local/bootstrap.sh --dev
	$(DESK) $(PYTHON) -m tests.chaos.soak $(if $(HOURS),--hours $(HOURS))
