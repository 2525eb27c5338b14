# Debian packages without installing them; to be sourced. The mirror is the one that this machine already uses.
# shellcheck shell=bash

say() { printf '%s\n' "test setup: $*"; }
fail() {
  printf '%s\n' "test setup: $*" >&2
  exit 1
}

# The first Debian archive among this machine's apt sources, in either of apt's two formats.
debian_mirror() {
  {
    { cat /etc/apt/sources.list.d/*.sources || true; } 2>/dev/null | sed -n 's/^URIs: *\([^ ]*\).*/\1/p'
    { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list || true; } 2>/dev/null |
      sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p'
  } | grep '/debian/\?$' | head -n 1 || true
}

# private_apt FOLDER SUITE: makes FOLDER an apt of its own for one suite; then `apt_in FOLDER update|download|source`.
# The machine's own package lists and installed packages stay as they are.
private_apt() {
  local mirror kind
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || fail "no Debian mirror in this machine's apt sources"
  mkdir -p "$1"/{lists/partial,cache/archives/partial}
  for kind in deb deb-src; do
    printf '%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$kind" "$mirror" "$2"
  done >"$1/sources.list"
  apt_in "$1" update
}

# A mirror that lags behind is as good for a test program, so a signed list may be past its date.
apt_in() {
  local folder=$1
  shift
  apt-get -qq -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o Debug::NoLocking=1 \
    -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User="$(id -un)" "$@" </dev/null
}
