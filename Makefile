# Two commands matter: `make run` and `make test`. Everything else is listed by `make help`.
PYTHON ?= python3
PORT ?= 8501
# An additional package index, for example one with CPU builds of torch.
INDEX ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check install $(if $(INDEX),--extra-index-url $(INDEX))

.DEFAULT_GOAL := help
.PHONY: help run test figures check format install bench eval train library docs screenshot browser kill clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: install ## open the chat in the browser, at http://127.0.0.1:8501 (PORT=... for another)
	@$(BIN)/gapwise ui --port $(PORT)

test: install ## run all tests but those of the browser and of figures, in two processes
	@$(BIN)/python -m pytest -m "not browser and not figures" -n 2 --dist loadfile

browser: install ## run the browser tests (Chromium must be installed)
	@$(BIN)/python -m pytest -m browser

figures: install ## measure anew what the tables of docs/ say (minutes)
	@$(BIN)/python -m pytest -m figures

check: install ## lint and type-check everything
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: install ## format everything
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

eval: install ## run the scripted conversations and report case by case
	@$(BIN)/gapwise eval run evals/scenarios/seed-cases.yaml --fail-under 0

bench: install ## time a turn and its parts against the bare floor of the same run
	@$(BIN)/python -m evals.bench

kill: install ## kill a talking process 1,000 times and count lost, double and half turns
	@$(BIN)/python -m evals.kill --times 1000

train: install ## train the reader anew (some forty minutes on two cores)
	@$(BIN)/python -m agent.reading.train

library: install ## train the search's map and compute the shipped vectors anew, after the corpus was edited (minutes)
	@$(BIN)/python -m knowledge.train

docs: install ## print the generated pages of docs/ anew
	@$(BIN)/python -m ui.docs

screenshot: install ## draw the screenshots of the README from a real conversation (Chromium must be installed)
	@$(BIN)/python -m ui.screenshot

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name it with PYTHON=..." >&2; exit 3; }
	@test -x $(BIN)/python || { echo "Creating the environment in $(VENV) ..."; $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; install it (on Debian: apt install python3-venv)." >&2; exit 3; }; }
	@echo "Installing packages (some minutes the first time) ..."
	@grep '^torch==' requirements.lock | xargs $(PIP) --progress-bar on || { echo "torch could not be installed; check the network, or name an index with INDEX=..." >&2; exit 3; }
	@$(PIP) --progress-bar on -q -r requirements.lock || { echo "The packages could not be installed; check the network and the disk." >&2; exit 3; }
	@$(PIP) -q --no-deps -e . || { echo "The project could not be installed." >&2; exit 3; }
	@touch $@

clean: ## remove the environment and what was built
	@rm -rf $(VENV) build *.egg-info
