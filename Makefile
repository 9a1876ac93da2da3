# Two commands to know: make up, make test.
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
SANDBOX := -i inventories/sandbox

.PHONY: help up test nightly lint fidelity benchmark setup sandbox sandbox-reset sandbox-stop docs

help:
	@echo "make up             stand nextjs/development up in the sandbox on this machine"
	@echo "make test           run every check and test"
	@echo "make nightly        run the tests that make test has no time for"
	@echo "make lint           run the checks that need no sandbox"
	@echo "make sandbox        start the sandbox;  make sandbox-reset  empties it;  make sandbox-stop  stops it"
	@echo "make fidelity       hold what plans predict against what applies change"
	@echo "make benchmark      measure nextjs/production against stock execution and Terraform"
	@echo "make docs           write the role READMEs, the diagrams of systems and the changelog from their sources"

setup:
	@tools/setup

up: setup sandbox
	@ansible-playbook site.yml -i inventories/nextjs/development $(SANDBOX)

sandbox: setup
	@ansible-playbook playbooks/sandbox.yml

sandbox-reset: setup
	@ansible-playbook playbooks/sandbox.yml -e sandbox_state=empty

sandbox-stop: setup
	@ansible-playbook playbooks/sandbox.yml -e sandbox_state=absent

lint: setup
	@tools/lint

test: setup
	@tools/test

nightly: setup
	@tools/test -q -n 4 --dist loadscope --no-loadscope-reorder --durations=15 -m nightly tests

fidelity: setup
	@tools/test -q -n 2 --dist loadscope -m fidelity tests/system

benchmark: setup
	@python benchmarks/run.py --services 50

docs: setup
	@python tools/role_readmes.py
	@python tools/diagrams.py
	@antsibull-changelog release --update-existing --reload-plugins --refresh-plugins
