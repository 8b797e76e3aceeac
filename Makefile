# FanLink: two commands are enough. `make run` shows it doing its job, `make test` checks it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test test-gen proof soak bench lint clean

run: $(VENV)/ready
	$(BIN)/fanlink demo

test: $(VENV)/ready-dev
	$(BIN)/ruff check fanlink tests resources
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not proof"

proof: $(VENV)/ready-dev
	-sh installers/linux/system-libraries.sh strace
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n 2 -m proof

MINUTES ?= 5

soak: $(VENV)/ready-dev
	-sh installers/linux/system-libraries.sh strace
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.soak --minutes $(MINUTES)

bench: $(VENV)/ready-dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench.bench

# Beside Anki's own sync server, where its wheel is in an environment of its own: ANKI=FOLDER/bin/python
bench-sync: $(VENV)/ready-dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench.bench_sync $(if $(ANKI),--anki $(ANKI))

bench-%: $(VENV)/ready-dev
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench.bench_$*

# With the libraries that run models, which are large and optional: a tiny model of random weights is built and run.
test-gen: $(VENV)/ready-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[gen]"
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest tests/remix/generate

lint: $(VENV)/ready-dev
	$(BIN)/ruff check fanlink tests resources

# The system libraries that Qt and audio need, once; asks for nothing and says what it installs.
$(VENV)/libraries:
	sh installers/linux/system-libraries.sh
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/ready: pyproject.toml constraints.txt | $(VENV)/libraries
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/ready-dev: pyproject.toml constraints.txt | $(VENV)/libraries
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@ $(VENV)/ready

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .hypothesis
