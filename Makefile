# Everything is set up in .venv; nothing but Python 3.11 or later and a registry of packages is needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Where there is no git (an unpacked archive), the environment is set up once.
SOURCES := pyproject.toml $(wildcard $(shell git ls-files '*.py' ':!tests' 2>/dev/null))

SIGNER_JUDGES := $(addprefix tests/conformance/test_, sigv4_suite.py signing_peer.py sigv4_crt_peer.py \
		sigv4a_peer.py older_signers.py cloudfront_peer.py bearer_parity.py) \
	$(addprefix tests/functional/, test_signature_judge.py test_presigned_judge.py test_integrity_judge.py rgw_judge.py) \
	tests/unit/components/signers

.PHONY: demo test parity judge-rgw signers lint type bench soak crash-test compare-fleet tox clean

test: lint type
	$(BIN)/python -m pytest $(ARGS)

# Every service and operation against boto3, where `test` takes a sample.
parity: $(STAMP)
	SOTALIA_ALL_SERVICES=1 $(BIN)/python -m pytest -s tests/conformance/test_full_parity.py \
		tests/conformance/test_client_parity.py tests/conformance/test_region_parity.py \
		tests/conformance/test_event_parity.py tests/conformance/test_page_parity.py $(ARGS)

# S3, STS and IAM of Ceph's radosgw check what is signed; it says which of Debian's packages are missing.
judge-rgw: $(STAMP)
	$(BIN)/python -m pytest tests/functional/rgw_judge.py $(ARGS)

# Every judge of signatures, radosgw included, and the table of what passed.
signers: $(STAMP)
	$(BIN)/python -m pytest -o junit_family=xunit1 --junitxml=.cache/signers.xml $(SIGNER_JUDGES) $(ARGS)
	$(BIN)/python tests/support/signer_table.py --write=docs/signing.md .cache/signers.xml

demo: $(STAMP)
	$(BIN)/sotalia demo $(ARGS)

# All of docs/benchmarks.md beside boto3 and other SDKs, in a quarter of an hour; `make bench ARGS="--only sign"` is quick.
bench: $(STAMP)
	$(BIN)/sotalia bench $(or $(ARGS),--all)

# A thousand killed writers of the cache; 50 rounds of a refresh token that rotates, with its holders killed.
crash-test: $(STAMP)
	$(BIN)/sotalia crashes $(ARGS)
	SOTALIA_TOKEN_ROUNDS=50 SOTALIA_KILLS=1000 $(BIN)/python -m pytest -s \
		tests/fleet/test_rotating_tokens.py tests/fleet/test_cache_crashes.py

# Every number of a fleet beside boto3 and msal-extensions, in one run of some ten minutes.
compare-fleet: $(STAMP)
	$(BIN)/sotalia fleet --compare $(ARGS)

# Twenty minutes of kills, forks, outages, clock steps and a broken cache; `make soak ARGS="--minutes 2"` is shorter.
soak: $(STAMP)
	$(BIN)/sotalia soak --minutes 20 $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/towncrier build --draft --version next

type: $(STAMP)
	$(BIN)/mypy -p sotalia
	$(BIN)/mypy tests/typing

tox: $(STAMP)
	$(PIP) install tox
	$(BIN)/tox $(or $(ARGS),run)

# The wheel is built and installed anew whenever a source changed: the tests run on what users get.
$(STAMP): $(SOURCES)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "sotalia needs Python 3.11 or later; name one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	rm -rf build dist
	$(PIP) wheel --no-deps --wheel-dir dist .
	$(PIP) install --group test --group lint "$$(echo dist/*.whl)[demo]"
	$(PIP) install --force-reinstall --no-deps dist/*.whl
	rm -rf build *.egg-info
	touch $(STAMP)

clean:
	rm -rf $(VENV) build dist .tox .cache *.egg-info models/*.store models/*.docs
