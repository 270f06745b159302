#!/usr/bin/env bash
# Installs what the tests need where that is possible, runs all of them with
# the race detector, and prints each package's result. A test that was skipped
# is a failure: it means that something it needs could not be had.
set -euo pipefail
cd "$(dirname "$0")/.."

install_debian() { # COMMAND-OR-FILE PACKAGE ...
  local missing=()
  while [ $# -gt 0 ]; do
    command -v "$1" >/dev/null 2>&1 || [ -e "$1" ] || missing+=("$2")
    shift 2
  done
  [ ${#missing[@]} -eq 0 ] && return
  if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "missing, and not to be installed by this user: ${missing[*]}" >&2
    return
  fi
  echo "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_debian promtool prometheus redis-server redis-server /usr/lib/postgresql/15/bin/initdb postgresql-15 aws awscli curl curl gcc gcc \
  node nodejs npm npm chromium chromium

if command -v npm >/dev/null && ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

# Python's packages are not to be had everywhere: without cfn-lint the template
# is still held to CloudFormation's specification and to the policy.
if ! command -v cfn-lint >/dev/null && ! python3 -m pip install --quiet --root-user-action=ignore cfn-lint 2>/dev/null; then
  echo "cfn-lint could not be installed: the CloudFormation template is held to the specification alone"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
go test -race -shuffle=on -timeout 15m -v ./... >"$log" 2>&1 || status=$?
# Modules of their own, without -race: they start processes and share nothing.
go -C deploy/check test -timeout 10m -v ./... >>"$log" 2>&1 || status=$?
go -C deploy/image test -timeout 10m -v ./... >>"$log" 2>&1 || status=$?
grep -E '^(ok|FAIL|\?|panic:|WARNING: DATA RACE|[[:space:]]*--- (FAIL|SKIP))' "$log" || true
if [ "$status" -ne 0 ]; then
  grep -vE '^[[:space:]]*(=== |--- PASS)' "$log" | tail -n 300
  exit "$status"
fi
if grep -qE '^[[:space:]]*--- SKIP' "$log"; then
  grep -A3 -E '^[[:space:]]*--- SKIP' "$log"
  echo "a test was skipped" >&2
  exit 1
fi
echo "passed: $(grep -cE '^[[:space:]]*--- PASS' "$log"), failed: 0, skipped: 0"
