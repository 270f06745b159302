# The commands of the repository. Each works from a fresh clone.
SHELL := bash

.PHONY: eval run test lint generate bench build image

run: ## everything on this machine
	go run ./cmd/server -local

test: ## install what the tests need, then run all of them with the race detector
	scripts/test.sh

lint: ## gofmt, go vet and golangci-lint, pinned in tools/go.mod
	test -z "$$(gofmt -l .)"
	go vet ./...
	go tool -modfile=tools/go.mod golangci-lint run ./...

generate: ## the code made from the contract, and the console as the server embeds it
	go generate ./...
	npm ci --ignore-scripts
	npm run generate

bench: ## the figures of the README, in some ten minutes; keeps them there and in docs/performance.md
	go run ./bench/load -write docs/performance.md -goals README.md
	go run ./bench/prompt -write

eval: ## what the checks let through and throw away; keeps it in docs/evaluation.md
	go run ./eval -write

build: ## the static binary of the server
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/server ./cmd/server

image: ## the container image and its bill of materials, without a container daemon
	mkdir -p bin
	go -C deploy/image run . -o $(CURDIR)/bin/ballast.tar -sbom $(CURDIR)/bin/ballast.cdx.json
