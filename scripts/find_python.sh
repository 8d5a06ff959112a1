#!/bin/sh
# Print the first CPython that really runs and can make environments.
#
#   scripts/find_python.sh          any version from 3.11 on, those we test first
#   scripts/find_python.sh 3.12     that version
#
# Every candidate is run before it is believed: a version manager's shim may exist for a Python that it then
# refuses to start, and some systems ship Python without `venv` or `ensurepip`.
set -u

wanted=${1:-}
managed=${PYENV_ROOT:-$HOME/.pyenv}/versions

works() {
    "$1" - "$wanted" <<'PROBE' 2>/dev/null
import sys
if sys.version_info < (3, 11) or sys.implementation.name != "cpython":
    sys.exit(1)
if sys.argv[1] not in ("", "%d.%d" % sys.version_info[:2]):
    sys.exit(1)
import ensurepip, venv
print(sys.executable)
PROBE
}

candidates() {
    for version in ${wanted:-3.13 3.12 3.11}; do
        echo "python$version"
    done
    echo python3
    echo python
    for version in ${wanted:-3.13 3.12 3.11}; do
        ls -d "$managed/$version".*/bin/python 2>/dev/null
        command -v uv >/dev/null 2>&1 && uv python find --no-python-downloads "$version" 2>/dev/null
    done
}

candidates | {
    while IFS= read -r candidate; do
        found=$(works "$candidate") && [ -x "$found" ] && echo "$found" && exit 0
    done
    echo "no working Python ${wanted:->= 3.11} with venv and ensurepip was found; name one with: make PYTHON=/path/to/python" >&2
    exit 1
}
