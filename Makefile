# `make run` opens the app, `make server` runs the evaluation server, `make test` runs every test.
# They install what is missing (Debian and Ubuntu); see README.md for macOS and Windows.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run server test ui lint format generate bench bench-log setup

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

setup: ## Install what building and testing need
	@scripts/setup test

run: ## Build and open the app on the embedded database
	@scripts/setup run
	@scripts/run

server: ## Build and run the evaluation server on the embedded database; prints its URL and keys
	@scripts/setup server
	@cargo build --release --package halyard-server
	@exec $${CARGO_TARGET_DIR:-target}/release/halyard-server serve --embedded --sample-data --listen 127.0.0.1:8080

test: ## Run every test; the last line is "N passed, N failed"
	@scripts/setup test
	@scripts/test

ui: ## Build the page into ui/dist
	@npm --prefix ui run --silent build

lint: ## rustfmt, clippy, tsc and Biome, without changing anything
	cargo fmt --all --check
	cargo clippy --workspace --exclude halyard-benches --all-targets -- -D warnings
	npm --prefix ui run check
	npm --prefix sdk/js run check

format: ## Format everything
	cargo fmt --all
	npm --prefix ui run format

generate: ## Write the generated contract anew (TypeScript, list of commands)
	HALYARD_REGENERATE=1 cargo test -p halyard-admin --test contract

bench: ## Benchmarks against peers (docs/performance.md)
	cargo bench -p halyard-benches

bench-log: ## Make a log of 10,000,000 calls (5 GB, on a server of its own or that of DATABASE_URL) and read it
	@scripts/setup server
	@cargo bench -p halyard-benches --bench log-queries
