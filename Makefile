# Short names for what developers do; each is one command of ./commons or of the tools.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
T ?= tests

.PHONY: help setup run worker fix check test browser lab docs
help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile
setup: ## prepare the virtual environment
	@./commons --help >/dev/null
run: ## start everything (./commons up)
	@./commons up
worker: ## work on the jobs of the data folder
	@./commons worker
fix: ## format, and repair what lint can repair
	@$(PYTHON) -m ruff format . ; $(PYTHON) -m ruff check --fix . ; $(PYTHON) -m djhtml --tabwidth 2 nbcommons
check: ## format, lint, types, rooms, templates, migrations, tests
	@./commons check
test: ## some tests: make test T=tests/health
	@./commons test $(T)
browser: ## the tests that need a browser
	@DJANGO_ALLOW_ASYNC_UNSAFE=true ./commons test --override-ini=addopts=--import-mode=importlib tests/browser
lab: ## build the JupyterLab extension
	@$(PYTHON) scripts/build_labextension.py
