# What people type. Stamp files in .stamps/ make a second call quick; nothing here needs root.
#
#   make run      build, run the cobalt scenario, write its report        make test-all   test, plus slow tests and docs
#   make test     formatting, lints, tests of Rust and Python             make bench      nanoseconds per lane-step, by part
#   make report   the report of results/cobalt-fpv again                  make docs       API documentation
#   make hindcast run 15 historic disruptions, score them, write docs/validation.md
#   make library  build the scenarios of the library from their tables, run them, write their pages
#   make check    the baseline report of the cobalt scenario              make clean      remove what was built here
#   make trust    every test, the slow ones too; their figures into docs/trust.md
#   make fuzz     spoilt inputs for an hour    make faults  10,000 scenarios with one fault    make deny  licences and sources of dependencies
#   make release  into dist/: a wheel with the program for old C libraries, the bill of materials, the licences

SCENARIO := scenarios/cobalt-fpv
RESULTS  := results/cobalt-fpv
RUNS     ?= 5000

BINARY   := target/release/shortfall
CLOUD    := target/release/shortfall-cloud
MANIFEST := $(RESULTS)/manifest.json
REPORT   := $(RESULTS)/report/index.html
STAMPS   := .stamps
VENV     := .venv
VPYTHON  := $(VENV)/bin/python
# Random worlds and what the engine makes of them, for the models in Python that judge it; of the profile that the tests use.
WORLDS   := $(abspath target/debug/examples/worlds)

CARGO  ?= cargo
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell command -v $(name))))

# Looked up at each call, so that new files are seen. The binary carries the scenarios.
RUST_SOURCES     := $(wildcard Cargo.toml Cargo.lock sim/Cargo.toml) $(shell find sim/src scenarios -type f 2>/dev/null)
SCENARIO_SOURCES := $(shell find $(SCENARIO) -type f 2>/dev/null)
ANALYSIS_SOURCES := $(shell find analysis -type f \( -name '*.py' -o -name '*.toml' -o -name '*.lock' -o -name '*.j2' -o -name '*.css' -o -name '*.js' \) 2>/dev/null)

.PHONY: run build test test-rust test-python test-dask test-cloud test-slurm test-all bench bench-peers bench-growth bench-check report hindcast library check docs trust fuzz faults deny release clean need need-rust need-python FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

run: need report

build: need-rust $(BINARY)

check: need-rust $(BINARY)
	$(BINARY) check $(SCENARIO)

report: need $(REPORT)
	@echo "The report lies in $(REPORT)"

# Fast things first: a slip in formatting should not cost a build.
test: need
	$(CARGO) fmt --check
	$(MAKE) --no-print-directory test-python
	$(MAKE) --no-print-directory test-rust

test-rust: need-rust
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) test --workspace --doc
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		echo "$(CARGO) nextest run --workspace"; $(CARGO) nextest run --workspace; \
	else \
		echo "$(CARGO) test --workspace --lib --bins --tests"; $(CARGO) test --workspace --lib --bins --tests; \
	fi

test-python: need-python $(STAMPS)/venv $(BINARY)
	$(VENV)/bin/ruff check analysis
	$(VENV)/bin/ruff check --config analysis/pyproject.toml sim/tests/cloud
	$(CARGO) build --example worlds
	SHORTFALL_BIN=$(abspath $(BINARY)) SHORTFALL_WORLDS=$(WORLDS) $(VPYTHON) -m pytest -q analysis

# Dask is an extra with a lock of its own, for who wants a cluster.
test-dask: need-python $(STAMPS)/venv-dask $(BINARY)
	SHORTFALL_BIN=$(abspath $(BINARY)) $(VENV)-dask/bin/python -m pytest -q analysis/tests/test_dask.py

# The program with object stores, and a server like S3 on loopback.
test-cloud: need $(STAMPS)/venv-cloud $(CLOUD)
	$(CARGO) clippy --workspace --all-targets --features cloud -- -D warnings
	$(CARGO) test --lib --features cloud cloud::
	SHORTFALL_BIN=$(abspath $(CLOUD)) $(VENV)-cloud/bin/python -m pytest -q -p no:cacheprovider sim/tests/cloud

# Minutes: fifteen episodes in two modes and four ablations.
hindcast: need $(STAMPS)/venv
	$(CARGO) build --release --example series
	$(VPYTHON) analysis/hindcast.py --program target/release/examples/series

library: need $(STAMPS)/venv $(BINARY)
	$(VPYTHON) analysis/library.py --program $(BINARY)
	$(VPYTHON) analysis/stockpile_2013.py --program $(BINARY)

# Needs root and Debian's slurmctld, slurmd, slurm-client and munge; starts a cluster of its own and ends it.
test-slurm: $(BINARY)
	sim/tests/slurm/test.sh $(BINARY)

test-all: test test-dask test-cloud docs
	SHORTFALL_BIN=$(abspath $(BINARY)) SHORTFALL_WORLDS=$(WORLDS) $(VPYTHON) -m pytest -q -m slow analysis
	SHORTFALL_CASES=1000 $(CARGO) test --workspace --release -- --include-ignored
	SHORTFALL_CASES=11200 $(CARGO) test --release --test invariants

# What a run of everything measured, and the figures of it in docs/trust.md. Hours with SHORTFALL_FUZZ_MINUTES=60.
trust: need $(STAMPS)/venv $(BINARY)
	-SHORTFALL_CASES=1000 $(CARGO) test --workspace --release --no-fail-fast -- --include-ignored --nocapture > $(STAMPS)/trust-rust.log 2>&1
	-SHORTFALL_BIN=$(abspath $(BINARY)) $(VPYTHON) -m pytest -s -m 'slow or not slow' analysis > $(STAMPS)/trust-python.log 2>&1
	$(VPYTHON) analysis/trust.py $(STAMPS)/trust-rust.log $(STAMPS)/trust-python.log
	@grep -hE '^test result: FAILED|^(FAILED|ERROR) |^=.* failed' $(STAMPS)/trust-rust.log $(STAMPS)/trust-python.log; test $$? = 1

fuzz: need-rust
	SHORTFALL_FUZZ_MINUTES=$${SHORTFALL_FUZZ_MINUTES:-60} $(CARGO) test --release --test fuzz -- --nocapture

faults: need $(STAMPS)/venv $(BINARY)
	$(VPYTHON) analysis/mutants.py --program $(BINARY)

# cargo install --locked cargo-deny. Advisories need their database: a network, or a copy of it.
deny: need-rust
	$(CARGO) deny check licenses bans sources

# A wheel with the program alone, for glibc 2.17 or newer: zig links it against the symbols of that version.
release: need $(STAMPS)/release
	$(PYTHON) packaging/bill.py dist
	PATH=$(abspath .venv-release/bin):$$PATH .venv-release/bin/maturin build --release --locked --zig --compatibility manylinux2014 --out dist

$(STAMPS)/release: packaging/requirements.txt | $(STAMPS)
	$(PYTHON) -m venv .venv-release
	.venv-release/bin/python -m pip install --quiet --disable-pip-version-check -r packaging/requirements.txt
	@touch $@

bench: need-rust
	$(CARGO) bench --bench table

# The same workload in Python, in turns with ours; then flows of BoARIO beside our lanes.
bench-peers: need $(STAMPS)/bench $(BINARY)
	$(CARGO) bench --bench table --no-run
	.venv-bench/bin/python analysis/bench/peers.py --engine "$(CARGO) bench --bench table -- --only"
	.venv-bench/bin/python analysis/bench/flows.py --program $(BINARY)

# Minutes: time and memory from 500 to 50,000 lanes, 10,000 to 10,000,000 runs and so on.
bench-growth: need $(STAMPS)/venv $(BINARY)
	$(VPYTHON) analysis/bench/growth.py --program $(BINARY) --figure docs/images/growth.png

# Counts instructions with valgrind: shows a change that a busy machine hides.
bench-check: need
	$(PYTHON) analysis/bench/instructions.py "$$($(CARGO) bench --bench table --no-run 2>&1 | sed -n 's/.*(\(.*table-[0-9a-f]*\)).*/\1/p')"

$(STAMPS)/bench: analysis/bench/requirements.txt | $(STAMPS)
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r analysis/bench/requirements.txt
	@touch $@

docs: need-rust
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps
	@echo "The documentation lies in target/doc/shortfall/index.html"

# Results of runs that others made are never touched: --overwrite removes only what the folder's manifest names.
clean:
	$(CARGO) clean
	rm -rf $(VENV) $(VENV)-dask $(VENV)-cloud .venv-release $(STAMPS)

$(BINARY): $(RUST_SOURCES)
	$(CARGO) build --release --workspace
	@touch $@

# Beside the program without stores, which cargo puts back.
$(CLOUD): $(RUST_SOURCES)
	$(CARGO) build --release --workspace --features cloud
	cp target/release/shortfall $@
	$(CARGO) build --release --workspace

# The manifest is written last: if it is there, the results are whole.
$(MANIFEST): $(BINARY) $(SCENARIO_SOURCES) $(STAMPS)/runs
	$(BINARY) run $(SCENARIO) --out $(RESULTS) --runs $(RUNS) --overwrite
	@touch $@

$(REPORT): $(MANIFEST) $(STAMPS)/venv $(ANALYSIS_SOURCES)
	$(VPYTHON) analysis/summary.py $(RESULTS)
	$(VPYTHON) analysis/stockpile_curve.py $(RESULTS)
	$(VPYTHON) analysis/compare.py $(RESULTS)
	$(VPYTHON) analysis/figures.py $(RESULTS)
	$(VPYTHON) analysis/report.py $(RESULTS)
	@touch $@

# Changes only when another number of runs is asked for.
$(STAMPS)/runs: FORCE | $(STAMPS)
	@echo $(RUNS) | cmp -s - $@ || echo $(RUNS) > $@

$(STAMPS)/venv: analysis/requirements.lock | $(STAMPS)
	$(PYTHON) -m venv $(VENV)
	$(VPYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r analysis/requirements.lock
	@touch $@

$(STAMPS)/venv-dask: analysis/requirements-dask.lock | $(STAMPS)
	$(PYTHON) -m venv $(VENV)-dask
	$(VENV)-dask/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r analysis/requirements-dask.lock
	@touch $@

$(STAMPS)/venv-cloud: sim/tests/cloud/requirements.lock | $(STAMPS)
	$(PYTHON) -m venv $(VENV)-cloud
	$(VENV)-cloud/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r sim/tests/cloud/requirements.lock
	@touch $@

$(STAMPS):
	@mkdir -p $@

# One line for each thing that is missing, before anything starts.
CHECK_RUST = command -v $(CARGO) >/dev/null || { echo "missing: Rust 1.90 or newer (cargo); see https://rustup.rs" >&2; ok=1; }; \
	command -v cc >/dev/null || { echo "missing: a C compiler named cc; on Debian: apt install gcc" >&2; ok=1; }
CHECK_PYTHON = \
	if [ -z "$(PYTHON)" ] || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "missing: Python 3.11 or newer; name one with make PYTHON=/path/to/python3" >&2; ok=1; \
	elif ! $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then \
		echo "missing: Python's venv; on Debian: apt install python3-venv" >&2; ok=1; \
	fi

need:
	@ok=0; $(CHECK_RUST); $(CHECK_PYTHON); exit $$ok

need-rust:
	@ok=0; $(CHECK_RUST); exit $$ok

need-python:
	@ok=0; $(CHECK_PYTHON); exit $$ok
