# `make` lists the targets.

swift = scripts/swift
formatted = Package.swift $(wildcard Sources Tests Benchmarks Fuzz Examples)
# Fuzz/FuzzScanner is the fuzzer `scanner`.
fuzzers = $(shell ls Fuzz | sed -nE 's/^Fuzz(.+)/\l\1/p')
FUZZ_SECONDS = 300

.PHONY: help run test test-web test-gateway fuzz bench format lint release deb test-system bootstrap
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: bootstrap ## build, start a daemon in var/, show a tour of it, open the screen, serve until Ctrl-C
	$(swift) build --product keywardd
	$(swift) build --product keyward
	@scripts/tour

test: bootstrap ## build and run every test
	$(swift) build --build-tests --explicit-target-dependency-import-check error
	@scripts/test

test-web: bootstrap ## drive the screen in a real browser: every sentence of the guide, attacks, accessibility
	$(swift) build --product keywardd
	$(swift) build --product keyward
	$(swift) build --product keyward-web
	Tests/Browser/run

test-gateway: bootstrap ## put the gateway behind nginx, HAProxy, Apache, Caddy, Traefik and Envoy, and drive them
	$(swift) build --product keywardd
	$(swift) build --product keyward
	$(swift) build --product keyward-gateway
	Tests/Gateway/run

fuzz: bootstrap ## feed hostile input to the parsers (FUZZ_SECONDS=300)
	for name in $(fuzzers); do Fuzz/run $$name $(FUZZ_SECONDS) || exit; done

bench: bootstrap ## measure; see Benchmarks/
	Benchmarks/run

format: bootstrap ## format the sources
	$(swift) format --in-place --recursive $(formatted)

lint: bootstrap ## check formatting, shell scripts and manual pages
	$(swift) format lint --strict --recursive $(formatted)
	scripts/bootstrap shellcheck:shellcheck
	shellcheck scripts/* .ci/run packaging/tests/run Tests/Browser/run Tests/Gateway/run Benchmarks/run Fuzz/run \
		$(wildcard .ci/system/* Examples/shell/* packaging/deb/*.postinst packaging/deb/*.postrm packaging/deb/*.prerm)
	scripts/lint-manual

release: bootstrap ## build the optimized binaries: .build/release/keywardd, keyward, keyward-web, keyward-gateway
	$(swift) build -c release --product keywardd
	$(swift) build -c release --product keyward
	$(swift) build -c release --product keyward-web
	$(swift) build -c release --product keyward-gateway

deb: bootstrap ## build the Debian package and print its path (DEB_VERSION=, to try an upgrade)
	@scripts/deb

test-system: bootstrap ## install the package under its own systemd and test it there (root)
	packaging/tests/run

bootstrap: # install missing build dependencies
	@scripts/bootstrap
