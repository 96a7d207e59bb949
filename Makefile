# Two commands matter: `make run` runs the register with its demo, `make test` runs everything that CI runs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
export PYTHONPATH := src:.

.venv/run.stamp: requirements/demo.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/it"; exit 1; }
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/demo.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: help run test check fmt bench restore-drill failover-drill deep docs lock sbom assets messages

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

run: .venv/run.stamp ## run the register with its demo on PORT (8000); the first run loads TEACHERS (2000) people into VAR (var)
	@exec .venv/bin/python -m demo.run --port $(PORT) $(if $(TEACHERS),--teachers $(TEACHERS))

test: .venv/dev.stamp ## everything that CI runs; PARTIAL=1 leaves out what this machine lacks and says so
	@exec .venv/bin/python tools/test.py

check: .venv/dev.stamp ## formatter, linters, types, import contracts: no tests
	@.venv/bin/python tools/test.py --only checks

fmt: .venv/dev.stamp ## format the code
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix --quiet .

bench: .venv/dev.stamp ## measure speed and memory against their limits, on SQLite and PostgreSQL
	@.venv/bin/python -m bench

restore-drill: .venv/dev.stamp ## kill everything at work, restore it into an empty place, say what was lost and how long it took
	@.venv/bin/python -m tools.drill

failover-drill: .venv/dev.stamp ## kill the primary and more under people at work; needs etcd, Patroni, HAProxy and says so (ROUNDS=5)
	@.venv/bin/python -m tools.availability $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(WAY),--way $(WAY))

deep: .venv/dev.stamp ## 500 seeds of faults (SEEDS=500), what the harness finds when something is broken on purpose, a fuzzer on what reads elections (FUZZ_SECONDS=30 for each of its targets), and all property tests, long; SEED=123 runs that seed of the faults alone
	@if [ -n "$(SEED)" ]; then exec .venv/bin/python -m tools.faults; fi; \
	.venv/bin/python -m tools.faults $(or $(SEEDS),500); seeds=$$?; \
	.venv/bin/python -m pytest -q tests/faults; harness=$$?; \
	.venv/bin/python -m tools.fuzz; fuzz=$$?; \
	HYPOTHESIS_PROFILE=deep .venv/bin/python -m pytest -q -n 2 -m "hypothesis and not browser and not removal"; \
	test $$? -eq 0 -a $$seeds -eq 0 -a $$harness -eq 0 -a $$fuzz -eq 0

docs: .venv/dev.stamp messages ## write the generated reference pages
	@.venv/bin/python tools/reference.py --write

messages: .venv/dev.stamp ## collect the sentences to translate and compile the catalogue
	@.venv/bin/python tools/messages.py

lock: ## renew the locked dependencies (needs uv)
	@uv pip compile -q --generate-hashes --universal --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements/run.txt
	@uv pip compile -q --generate-hashes --universal --no-annotate --no-header --python-version 3.11 pyproject.toml --extra demo -o requirements/demo.txt
	@uv pip compile -q --generate-hashes --universal --no-annotate --no-header --python-version 3.11 pyproject.toml --all-extras -o requirements/dev.txt

sbom: .venv/dev.stamp ## write the bill of materials, dist/sbom.cdx.json (CycloneDX)
	@.venv/bin/python tools/sbom.py

assets: ## rebuild the stylesheet of the components (needs npm)
	@cd assets && npm ci --silent --no-audit --no-fund && node bundle.mjs
