# The commands of this project. `make help` lists them.
PORT ?= 8000
PYTHON ?= python3
JOBS ?= 2

SERVER := .venv/bin/python
VERIFY := .venv-verify/bin/python
DATABASE := build/twintensor.sqlite
# Folders are listed too: their time changes when a file is removed.
DATA := $(shell find mappings examples/evidence examples/programs examples/pictures.json loader -not -name "*.pyc" -not -name __pycache__ 2>/dev/null)

# What the image installs, and the list of it.
IMAGE := build/image
SBOM := build/sbom.cdx.json

.PHONY: help serve build check quick test matrix processors evidence bench lock sbom clean
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: $(DATABASE) ## Answer on http://localhost:8000 (PORT=...)
	@exec $(SERVER) -m api --port $(PORT)

build: $(DATABASE) ## Build the database from mappings and evidence

check: .venv/.installed ## Check the mappings without any framework, as an editor would on save
	@$(SERVER) -m loader check
	@$(SERVER) -m loader schema --check

quick: .venv/.tested ## Test loader and server, without any framework
	$(SERVER) -m pytest tests/loader tests/api -n $(JOBS)

test: .venv-verify/.installed ## Run all tests, and every example in both frameworks
	$(VERIFY) -m ruff check .
	$(VERIFY) -m ruff format --check .
	$(VERIFY) -m mypy
	$(VERIFY) -m loader schema --check
	$(VERIFY) -m pytest -n $(JOBS)

# Other processors, simulated: vector units, and TensorFlow with and without oneDNN. The evidence must hold on each.
PLAIN := TF_ENABLE_ONEDNN_OPTS=0 ATEN_CPU_CAPABILITY=default
WIDE := TF_ENABLE_ONEDNN_OPTS=1 ATEN_CPU_CAPABILITY=avx2
DELICATE := $(addprefix mappings/,convolution pooling linalg attention recurrent normalization fft losses)

matrix: .venv-verify/.installed ## Run every example and sweep as four other processors would
	$(PLAIN) $(VERIFY) -m pytest mappings -n $(JOBS)
	$(WIDE) $(VERIFY) -m pytest mappings -n $(JOBS)
	TF_ENABLE_ONEDNN_OPTS=0 ATEN_CPU_CAPABILITY=avx2 $(VERIFY) -m pytest mappings -n $(JOBS)
	TF_ENABLE_ONEDNN_OPTS=1 ONEDNN_MAX_CPU_ISA=SSE41 ATEN_CPU_CAPABILITY=default $(VERIFY) -m pytest mappings -n $(JOBS)

processors: .venv-verify/.installed ## The same for the modules where it matters, as two opposite processors
	$(PLAIN) $(VERIFY) -m pytest $(DELICATE) -n $(JOBS) -k "not modes and not domain"
	$(WIDE) $(VERIFY) -m pytest $(DELICATE) -n $(JOBS) -k "not modes and not domain"

evidence: .venv-verify/.installed ## Run every example and program and record what it showed
	$(VERIFY) -m pytest mappings examples/programs --record -n $(JOBS)

bench: .venv-verify/.installed ## Measure requests per second, build times, start and memory
	$(VERIFY) -m tests.bench

lock: .venv-verify/.installed ## Lock the image's dependencies with their hashes, to the newest that fit (requirements.lock)
	.venv-verify/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml --output-file requirements.lock

sbom: $(IMAGE)/.installed .venv-verify/.installed ## List what the image holds as CycloneDX (build/sbom.cdx.json)
	.venv-verify/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file $(SBOM) $(IMAGE)

clean: ## Delete what was built; environments stay
	rm -rf build

$(DATABASE): .venv/.installed $(DATA)
	@$(SERVER) -m loader build

# A stamp stands for an environment that was installed completely.
.venv/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(IMAGE)/.installed: requirements.lock
	$(PYTHON) -m venv --clear $(IMAGE)
	$(IMAGE)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

.venv/.tested: .venv/.installed
	.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

.venv-verify/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-verify
	.venv-verify/bin/pip install --quiet --disable-pip-version-check --editable '.[verify]'
	@touch $@
