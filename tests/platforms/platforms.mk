# Runs grantmint on other platforms and versions, most of them too slow for `make test`. docs/platforms.md has the results.

.PHONY: platforms record-platforms

PLATFORMS_NEED := $(STAMPS)/dist build-node build-wasm $(addprefix $(STAMPS)/npm-,tests runtimes frameworks)

platforms: $(PLATFORMS_NEED) ## runs the tests on other platforms and versions, as far as this machine can (most of an hour)
	$(PYTHON) tests/platforms/platforms.py

# One part, as in `make platforms-python`. With FULL=1, arm64 also runs the whole tests of Node and Python.
platforms-%: $(PLATFORMS_NEED)
	$(PYTHON) tests/platforms/platforms.py $*

record-platforms: $(PLATFORMS_NEED) ## the same, and writes the results to the table of supported platforms
	$(PYTHON) tests/platforms/platforms.py --record
