#!/usr/bin/env bash
# Builds the web app and both programs into DIR (default: the checkout).
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-.}
mkdir -p "$out"

version=$(git describe --tags --always --dirty 2>/dev/null || echo dev)
# build_dir FILE DIRS…: true when FILE is older than anything in DIRS.
stale() { local stamp=$1; shift; [ ! -e "$stamp" ] || [ -n "$(find "$@" -newer "$stamp" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print -quit)" ]; }

if stale bridge/client/dist/index.js bridge/client/src bridge/client/package.json; then
  (cd bridge/client && npm run --silent build)
  touch bridge/client/dist/index.js
fi
if stale admin-ui/dist/index.html admin-ui/src admin-ui/index.html admin-ui/package.json bridge/client/src; then
  (cd admin-ui && npm run --silent build)
  touch admin-ui/dist/.gitkeep admin-ui/dist/index.html
fi

go build -trimpath -ldflags "-X main.version=$version" -o "$out/openbalie" ./backend
# Real readers need cgo and libpcsclite; simulated ones need neither.
if ! pkg-config --exists libpcsclite 2>/dev/null && [ "$(uname -s)" = Linux ]; then export CGO_ENABLED=0; fi
go build -trimpath -ldflags "-X main.version=$version" -o "$out/openbalie-bridge" ./bridge
