#!/bin/sh
# Installs the Debian or Ubuntu packages that FanLink's window and sound need.
# It asks for nothing, says what it installs, and does nothing when all is there or the system is another one.
# More packages may be named, such as strace, which some of the proofs use.
set -eu

offscreen="libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libpulse0"
window="libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
python="python3-venv"

command -v dpkg-query >/dev/null 2>&1 || { echo "Not Debian or Ubuntu: see README.md for what Qt needs."; exit 0; }

# Newer releases renamed some packages for 64-bit time; either name will do.
installed() {
    dpkg-query -W -f='${Status}\n' "$1" "$1t64" 2>/dev/null | grep -q "install ok installed"
}

missing=""
for package in $offscreen $window $python "$@"; do
    installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo -n"; fi
echo "Installing system libraries:$missing"
if ! $as_root apt-get update -qq || ! DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing; then
    echo "They could not be installed without a password. Please run once:" >&2
    echo "  sudo apt-get install$missing" >&2
    exit 3
fi
