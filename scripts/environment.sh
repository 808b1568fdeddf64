# Shared by ./scripts/run and ./scripts/test: the virtual environment with pinned packages.
# Sets ROOT and PYTHON. Nothing outside .venv is changed.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="$ROOT/.venv"
PYTHON="$VENV/bin/python"

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

find_python() {
  local name
  for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
    if command -v "$name" >/dev/null 2>&1 &&
       "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  return 1
}

make_venv() {
  [ -x "$PYTHON" ] && "$PYTHON" -c '' 2>/dev/null && return
  local python
  python="$(find_python)" || die "Python 3.11 to 3.14 is needed. Install it and run this again."
  say "Creating the virtual environment in .venv with $("$python" --version) ..."
  rm -rf "$VENV"
  if command -v uv >/dev/null 2>&1; then
    uv venv --quiet --python "$python" "$VENV"
  else
    "$python" -m venv "$VENV" ||
      die "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"
  fi
}

# install requirements.txt: does nothing when the same pins are installed already.
install() {
  local file="$1" stamp checksum
  stamp="$VENV/.installed-$file"
  checksum="$(cat "$ROOT"/requirements*.txt | cksum)"
  [ "$(cat "$stamp" 2>/dev/null)" = "$checksum" ] && return
  say "Installing the packages of $file ..."
  if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --python "$PYTHON" -r "$ROOT/$file"
  else
    "$PYTHON" -m pip install --quiet --disable-pip-version-check -r "$ROOT/$file"
  fi
  printf '%s' "$checksum" >"$stamp"
}
