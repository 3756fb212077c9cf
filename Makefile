# One word a chore. Each target does all of its set-up on a fresh machine; `make help` lists them.
PYTHON ?= python3
KEEP ?=
PY := .venv/bin/python
ifeq ($(OS),Windows_NT)
PY := .venv/Scripts/python.exe
endif

.PHONY: help venv window servers demo test test-more test-full lint bench docs app archive deb clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

venv:  ## the virtual environment .venv with everything in it
	@$(PYTHON) packaging/setup_env.py

window:
	@$(PYTHON) packaging/setup_env.py --window

servers:
	@$(PYTHON) packaging/setup_env.py --servers

demo: venv  ## collect, label, train, serve and predict on drawn pictures (KEEP=1 leaves the endpoint running)
	@$(PY) examples/demo.py $(if $(KEEP),--keep)

test: window  ## the tests (under 10 minutes on 2 cores)
	$(PY) -m pytest

test-more: servers  ## only what test-full adds: real servers, fuzzing, whole scenarios
	$(PY) -m pytest -m full

test-full: test test-more  ## all tests

lint: venv  ## ruff and mypy
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

bench: window  ## all benchmarks; results go to benchmarks/results
	$(PY) -m benchmarks

docs: venv  ## the documentation site: build/docs/site
	@$(PY) packaging/docs/build.py

app: venv  ## the window as a program that needs no Python: dist/captcha-label
	@$(PY) packaging/app/build_app.py

archive: venv  ## the same packed into one file, to be unpacked anywhere
	@$(PY) packaging/app/build_app.py --archive

deb: venv  ## the same as a Debian package, with menu entry and file type
	@$(PY) packaging/app/build_deb.py

clean:  ## remove what the other targets made
	$(PYTHON) packaging/clean.py
