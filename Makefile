# make demo   sets up and does the main job on example data
# make serve  sets up and serves an example site with people: http://localhost:8025
# make release  wheel, source, page, list of packages and sums in dist/release; KEY=an SSH key
# make verify-html  the second verifier as one page, build/verify.html
# make test   sets up and runs the tests
# make lint   formatting, types, import contracts
# make torture  the long suites: of each kind up to PIECES pieces (12), under 15 minutes
# make torture-long  every piece of them, more than an hour
# make reference  the API reference from the docstrings, into build/reference
# make bench  the walk through the house, and the shares of time on a notice's way
# make world  who in the world accepts what: every key, level and answer, every reader
# make mutants  changes of the code that no test catches: MODULE=notices/inbox/matching.py
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml notices/__init__.py
PIECES ?= 12

# Outside CI a test whose outside program is missing is skipped by that name.
ifndef CI
export NOTICES_ALLOW_MISSING = 1
endif

.PHONY: demo serve test lint torture torture-long bench world mutants reference wheel release verify-html clean

demo: $(VENV)/demo.done
	$(BIN)/notices demo

serve: $(VENV)/serve.done
	$(BIN)/notices serve --demo --people --site demo-service $(SERVE_ARGS)

test: $(VENV)/test.done
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not torture" $(PYTEST_ARGS)

torture: $(VENV)/test.done
	$(BIN)/python -m pytest -v -n 2 --dist worksteal -m torture --torture-pieces=$(PIECES) $(PYTEST_ARGS)

torture-long: $(VENV)/test.done
	$(BIN)/python -m pytest -v -n 2 --dist worksteal -m torture $(PYTEST_ARGS)

lint: $(VENV)/lint.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file bench/mypy.ini
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

bench: $(VENV)/demo.done
	$(BIN)/python bench/walk.py
	$(BIN)/python bench/way.py 20

world: $(VENV)/test.done
	$(BIN)/python bench/world.py

mutants: $(VENV)/mutants.done
	$(BIN)/mutmut run $(if $(MODULE),'$(subst /,.,$(MODULE:.py=)).*')
	$(BIN)/mutmut results

reference: $(VENV)/reference.done
	$(BIN)/python -m tests.write_reference

verify-html: $(VENV)/test.done
	$(BIN)/python verifier-js/build.py
	sha256sum build/verify.html

release: $(VENV)/test.done
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python etc/release.py dist/release $(if $(KEY),--key $(KEY))

wheel: $(VENV)/test.done
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

$(VENV)/python.done:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "notices needs Python 3.11 or later, this is " + sys.version + "; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/demo.done: $(VENV)/python.done $(SOURCES)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo]'
	@touch $@

$(VENV)/serve.done: $(VENV)/python.done $(SOURCES)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo,service]'
	@touch $@

$(VENV)/test.done: $(VENV)/python.done $(SOURCES)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo,test]'
	@touch $@

$(VENV)/lint.done: $(VENV)/test.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo,test,lint]'
	@touch $@

$(VENV)/reference.done: $(VENV)/python.done $(SOURCES)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo,reference]'
	@touch $@

$(VENV)/mutants.done: $(VENV)/test.done
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo,test,mutants]'
	@touch $@

clean:
	rm -rf $(VENV) build dist mutants
