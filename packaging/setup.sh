# What packaging/test and packaging/demo share: a bare machine becomes one that can run the program.
# Sourced, never run; expects to stand in the checkout. Whatever is there already is left alone.

lock=packaging/requirements-test.lock

say() { printf '%s\n' "$*" >&2; }

find_python() {
    local name
    for name in python3.11 python3.12 python3.13 python3; do
        if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    say "Python 3.11, 3.12 or 3.13 is needed; please install one of them."
    exit 3
}

# Debian's packages for the libraries that Qt loads: shared object, package.
core_libraries="
libEGL.so.1             libegl1
libGL.so.1              libgl1
libxkbcommon.so.0       libxkbcommon0
libdbus-1.so.3          libdbus-1-3
libfontconfig.so.1      libfontconfig1
libglib-2.0.so.0        libglib2.0-0
libgssapi_krb5.so.2     libgssapi-krb5-2
libpulse.so.0           libpulse0
"
window_libraries="
libxcb-cursor.so.0      libxcb-cursor0
libxcb-icccm.so.4       libxcb-icccm4
libxcb-image.so.0       libxcb-image0
libxcb-keysyms.so.1     libxcb-keysyms1
libxcb-randr.so.0       libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-shape.so.0       libxcb-shape0
libxcb-xfixes.so.0      libxcb-xfixes0
libxcb-xkb.so.1         libxcb-xkb1
libxkbcommon-x11.so.0   libxkbcommon-x11-0
libX11-xcb.so.1         libx11-xcb1
libwayland-client.so.0  libwayland-client0
libwayland-cursor.so.0  libwayland-cursor0
libwayland-egl.so.1     libwayland-egl1
"

has_fonts() { [ -n "$(find /usr/share/fonts /usr/local/share/fonts -name '*.ttf' -print -quit 2>/dev/null)" ]; }

# The tests run a private PostgreSQL server of their own, and let programs that nobody here wrote judge the
# drives: with_judges=1 asks for all of them. Program, Debian's package.
has_server() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
judges="
rclone                  rclone
chromium                chromium
certutil                libnss3-tools
gnome-keyring-daemon    gnome-keyring
dbus-daemon             dbus
"

missing_judges() {
    local program package
    has_server || echo postgresql
    while read -r program package; do
        [ -z "$program" ] || command -v "$program" >/dev/null || echo "$package"
    done <<<"$judges"
}

missing_packages() {
    local python=$1 wanted=$2 known library package
    "$python" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    [ "$(uname)" = Linux ] || return 0
    known=$(/sbin/ldconfig -p)
    while read -r library package; do
        [ -z "$library" ] || grep -qF "$library " <<<"$known" || echo "$package"
    done <<<"$wanted"
    has_fonts || echo fonts-dejavu-core
    [ -z "${with_judges:-}" ] || missing_judges
}

# $1 python, $2 the libraries wanted
install_system_packages() {
    local packages as_root=()
    mapfile -t packages < <(missing_packages "$1" "$2")
    [ ${#packages[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] && command -v sudo >/dev/null; then
        as_root=(sudo)
    fi
    if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && [ ${#as_root[@]} = 0 ]; }; then
        say "Please install these system packages (Debian's names), then try again:"
        say "    ${packages[*]}"
        exit 3
    fi
    say "== system packages: ${packages[*]}"
    apt_install() {
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
    }
    apt_install || { "${as_root[@]}" apt-get update -qq >&2 && apt_install; }
}

# $1 python, $2 folder, $3 packages of the lock file to leave out (an extended regular expression, or nothing).
# The stamp is written last: a set-up that was interrupted is done again.
make_environment() {
    local python=$1 folder=$2 without=${3:-} stamp wanted
    stamp="$folder/.installed"
    wanted="$(cat "$lock" pyproject.toml packaging/setup.sh | cksum) $PWD $without"
    if [ -x "$folder/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    say "== environment $folder"
    "$python" -m venv --clear "$folder"
    awk -v without="^(${without:-nothing-to-leave-out})==" \
        '/^[a-z]/ { keep = $1 !~ without } keep' "$lock" >"$folder/installed.lock"
    "$folder/bin/python" -m pip install --quiet --require-hashes -r "$folder/installed.lock" >&2
    "$folder/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable . >&2
    echo "$wanted" >"$stamp"
}

# $1 python. The servers that the tests run on Node, and that Node, exactly as packaging/node pins them: Azurite,
# Microsoft's emulator of Azure Storage, and emulate, a sign-in service. They lie beside the checkout's
# environments; nothing to do, and no network asked, where they are.
make_node_tools() {
    local python=$1 folder=.node stamp wanted
    stamp="$folder/.installed"
    wanted=$(cat packaging/node/* | cksum)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    say "== servers for the tests of drives"
    "$python" -m venv --clear "$folder/node"
    "$folder/node/bin/python" -m pip install --quiet --require-hashes -r packaging/node/node.txt >&2
    cp packaging/node/*.json "$folder/"
    PATH="$PWD/$folder/node/bin:$PATH" npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent >&2
    # npm has been seen to end well without having fetched anything.
    if [ ! -s "$folder/node_modules/azurite/package.json" ]; then
        say "npm brought no server: is its registry within reach?" && exit 1
    fi
    echo "$wanted" >"$stamp"
}
