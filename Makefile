# 社区先例库 · Casebook。直接执行 make 可以看到全部命令。
# Paths are relative throughout, so that the project works in a folder with spaces or Chinese in its name.

# Given on the command line: make serve PORT=8080. Some shells export HOST, so that is not taken from there.
HOST = 127.0.0.1
PORT ?= 8000
TORCH ?=
TORCH_INDEX ?=
ARGS =
BASE = origin/main
BIN := .venv/bin

# The versions in constraints.txt are tried out with 3.11, so that comes first. Each is started, not just
# looked for: a version manager may put commands on PATH that only say that they are not installed.
PYTHON = $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
INSTALL = $(require_python) "$(PYTHON)" -m setup.install --torch "$(TORCH)" --torch-index "$(TORCH_INDEX)"
define require_python
	test -n "$(PYTHON)" || { \
	echo '!!  Python 3.11 or newer is needed / 需要 Python 3.11 或更新版本：sudo apt-get install python3 python3-venv' >&2; \
	exit 1; };
endef

# $(call step,name,command): say the name, run the command, and if it fails say which step it was.
define step
	@echo "── $(1)"; $(2) || { echo "!!  make: step failed / 这一步没过：$(1)" >&2; exit 1; }
endef

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-tests serve index screenshots test check lint format check-changed test-install clean

help: ## 显示这份清单 · show this list
	@echo '社区先例库 · Casebook'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo '变量 · variables: HOST PORT（serve）· TORCH=none|gpu TORCH_INDEX=<url>（setup）· ARGS="-k …"（test）· BASE（check-changed）'

serve: setup ## 安装、建库并打开网页服务 · install, index, serve the page (HOST=… PORT=…)
	@$(BIN)/casebook index
	@$(BIN)/casebook serve --host "$(HOST)" --port "$(PORT)"

test: setup-tests ## 安装测试所需并运行全部测试 · install what the tests need and run them all (ARGS=…)
	@"$(PYTHON)" -m setup.browser
	@$(BIN)/python -m pytest $(ARGS)

check: lint test ## 全套检查，与 CI 相同 · the whole gate, the same as in CI

lint: setup-tests ## 除测试外的检查 · format, lint, types, import rules, case files
	$(call step,ruff format --check,$(BIN)/python -m ruff format --check .)
	$(call step,ruff check,$(BIN)/python -m ruff check .)
	$(call step,mypy,$(BIN)/python -m mypy)
	$(call step,lint-imports,$(BIN)/lint-imports)
	$(call step,casebook check cases/,$(BIN)/casebook check cases/)

check-changed: setup ## 只查改动过的案例 · check only the cases changed since BASE
	@$(BIN)/python -m setup.changed_cases "$(BASE)"

format: setup-tests ## 整理代码格式 · format the code
	@$(BIN)/python -m ruff format .
	@$(BIN)/python -m ruff check --fix-only --quiet .

screenshots: setup-tests ## 重拍 docs/ 里的网页图片 · take the pictures in docs/ again
	@$(BIN)/casebook index
	@"$(PYTHON)" -m setup.browser
	@$(BIN)/python docs/screenshots.py

index: setup ## 重建索引 · build the index
	@$(BIN)/casebook index

setup: ## 只安装 · only install (TORCH=none: without PyTorch)
	@$(INSTALL)

setup-tests: ## 安装，含测试和训练所需 · install what tests and training need too
	@$(INSTALL) --tests

test-install: ## 在新目录里从头试装一次 · try an installation from nothing in a new folder
	@$(require_python) "$(PYTHON)" -m setup.try_install

clean: ## 删除环境、索引和缓存 · remove the environment, the index and caches
	rm -rf .venv index build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find indexer search_api setup tests -name __pycache__ -type d -prune -exec rm -rf {} +
