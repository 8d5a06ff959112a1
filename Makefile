# From a fresh machine with Python 3.11+ and make:  make demo | test | lint | bench
# Settings: PYTHON=/path/to/python makes the environment with it; VENV=folder puts it elsewhere.

SHELL := /bin/sh
VENV ?= .venv
PYTHON ?=
PYTEST_ARGS ?=
BENCH_ARGS ?=
MUTATE_ARGS ?=
FUZZ_ARGS ?=
PYTHONS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LOCK := requirements/lock.txt
PACKS := $(wildcard plugins/*/pyproject.toml)
EDITABLE := -e . $(patsubst %/pyproject.toml,-e ./%,$(PACKS))
PACKAGES := $(subst -,_,$(PACKS:plugins/%/pyproject.toml=%))
BACKEND := hatchling editables
CHECKED := 3.11 3.12 3.13

.PHONY: help demo test test-fast test-pythons test-lowest test-wheels lint format bench bench-peers bench-docs fuzz language-page mutate wheels lock clean

help:
	@echo "make demo | test | lint | bench | test-fast | test-pythons | test-lowest | test-wheels | wheels | format | lock | clean | bench-peers | bench-docs | fuzz | language-page | mutate"

# The environment comes in two stamps: `make demo` does not wait for the test tools.

$(VENV)/.runs: pyproject.toml $(PACKS) $(LOCK)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
	  python="$(PYTHON)"; [ -n "$$python" ] || python=$$(scripts/find_python.sh) || exit 2; \
	  echo "making $(VENV) with $$python"; "$$python" -m venv --clear $(VENV); }
	$(PIP) install -q -c $(LOCK) $(BACKEND)
	$(PIP) install -q -c $(LOCK) --no-build-isolation $(EDITABLE)
	@touch $@

$(VENV)/.tests: $(VENV)/.runs
	$(PIP) install -q -r $(LOCK)
	@touch $@

demo: $(VENV)/.runs
	$(BIN)/codeact demo

test: $(VENV)/.tests
	$(BIN)/python -m pytest -n auto --dist loadgroup --cov --cov-report= $(PYTEST_ARGS)
	@$(BIN)/python -m coverage report --skip-covered \
	  --include 'codeact_sdk/interpreter/*,codeact_sdk/tools/*,codeact_sdk/agent.py'

test-fast: $(VENV)/.tests
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not slow" $(PYTEST_ARGS)

lint: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(addprefix -p ,codeact_sdk $(PACKAGES))
	$(BIN)/mypy scripts
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_licences.py

format: $(VENV)/.tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The interpreter beside plain exec and the peers that are installed; PYTHONS="3.12 3.13" measures ours on these too.
bench: $(VENV)/.tests
	PYTHONPATH=scripts $(BIN)/python -m bench $(PYTHONS:%=--python build/venv-%/bin/python) $(BENCH_ARGS)

# One environment for each peer, since they cannot share ours.
bench-peers: $(VENV)/.tests
	PYTHONPATH=scripts $(BIN)/python -m bench --install-peers

# The table of the last run, into docs/performance.md.
bench-docs: $(VENV)/.tests
	PYTHONPATH=scripts $(BIN)/python -m bench --from build/bench.json --docs

# docs/language.md, from the tables of the policy; the page is that of Python 3.11.
language-page: $(VENV)/.runs
	$(BIN)/python scripts/make_language_page.py

# Small changes of the policy and the guards, to see which of them no test notices.
mutate: $(VENV)/.tests
	@[ -x build/venv-mutation/bin/cosmic-ray ] || { $(BIN)/python -m venv build/venv-mutation && \
	  build/venv-mutation/bin/python -m pip --disable-pip-version-check install -q "cosmic-ray>=8.7,<9"; }
	nice -n 15 $(BIN)/python scripts/mutate.py --tool build/venv-mutation/bin/cosmic-ray --python $(BIN)/python $(MUTATE_ARGS)

# Programs put together at random, for what must never happen: FUZZ_ARGS="--minutes 60 --jobs 2 --python build/venv-3.13/bin/python".
fuzz: $(VENV)/.tests
	PYTHONPATH=scripts $(BIN)/python -m fuzz $(FUZZ_ARGS)

# The suite on every other Python that is found here; that of $(VENV) has had it from `make test`.
test-pythons:
	@own=$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null); failed=; \
	for version in $(CHECKED); do \
	  [ "$$version" != "$$own" ] || continue; \
	  python=$$(scripts/find_python.sh $$version 2>/dev/null) || { echo "== Python $$version: not found, skipped"; continue; }; \
	  echo "== Python $$version: $$python"; \
	  $(MAKE) --no-print-directory test-fast VENV=build/venv-$$version PYTHON="$$python" || failed="$$failed $$version"; \
	done; \
	[ -z "$$failed" ] || { echo "== failed on Python$$failed"; exit 1; }

# The suite against the lowest versions that the pyproject files allow.
test-lowest:
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$(scripts/find_python.sh 3.11) || exit 2; \
	  "$$python" -m venv --clear build/venv-lowest
	build/venv-lowest/bin/python -m pip --disable-pip-version-check install -q -r requirements/lowest.txt
	build/venv-lowest/bin/python -m pip --disable-pip-version-check install -q --no-deps --no-build-isolation $(EDITABLE)
	build/venv-lowest/bin/python -m pytest -n auto --dist loadgroup -m "not slow" $(PYTEST_ARGS)

wheels: $(VENV)/.runs
	@rm -f dist/*.whl
	$(PIP) wheel -q --no-deps --no-build-isolation -w dist . $(patsubst %/pyproject.toml,./%,$(PACKS))
	@ls dist

# The wheels as a stranger gets them: an empty environment, dependencies from the index, no lock.
test-wheels: wheels
	@$(BIN)/python -m venv --clear build/venv-wheels
	build/venv-wheels/bin/python -m pip --disable-pip-version-check install -q dist/*.whl
	cd build && venv-wheels/bin/codeact demo

lock: $(VENV)/.runs
	$(PIP) install -q uv
	$(BIN)/python scripts/lock.py

clean:
	rm -rf build dist htmlcov .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
