# The docker engine: the one that runs is used as it is; where none runs, Debian's is installed and started.
# shellcheck shell=bash

ENGINE=$CACHE/engine
ENGINE_PACKAGES=(docker.io containerd runc iptables jq)
# To make the images of the cluster (--airgap), and to run the tests.
AIRGAP_PACKAGES=(debootstrap libseccomp-dev pkg-config gcc libc6-dev iptables nftables jq pigz iproute2 curl)
TEST_PACKAGES=(fuse3 sqlite3 chromium shellcheck curl file git jq openssh-sftp-server)

# install_packages PACKAGE...: what of them is missing.
install_packages() {
  local package missing=()
  command -v apt-get >/dev/null || die "these Debian packages are needed, and this is not Debian: $*"
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  ((EUID == 0)) || die "only root can install Debian packages: sudo apt-get install ${missing[*]}"
  apt-get update -q
  # policy-rc.d: in a container without an init system the package's attempt to start dockerd would fail.
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
}

# Some hosts lack CAP_SYS_RESOURCE in their bounding set, and then runc refuses every privileged container.
lacks_sys_resource() {
  local bounding
  bounding=$(awk '/^CapBnd/ {print $2}' /proc/self/status)
  (((0x$bounding >> 24 & 1) == 0))
}

# The engine outlives this script, so it keeps nothing open that the caller had open: `flock … hack/up.sh` would never give up its lock.
launch_engine() {
  local open
  for open in /proc/self/fd/*; do
    ((${open##*/} < 3)) || eval "exec ${open##*/}>&-"
  done
  exec setsid dockerd --config-file "$ENGINE/daemon.json" >"$ENGINE/dockerd.log" 2>&1 </dev/null
}

engine_runs() { docker info >/dev/null 2>&1; }

start_engine() {
  local pid
  engine_runs && return
  # Whoever has docker wants it started, not another one installed beside it.
  ((EUID == 0)) && command -v apt-get >/dev/null ||
    die 'no docker engine answers (`docker info`): start one. Root on Debian may leave that to this script.'
  install_packages "${ENGINE_PACKAGES[@]}"
  mkdir -p "$ENGINE"
  echo '{ "log-opts": { "max-size": "10m", "max-file": "2" } }' >"$ENGINE/daemon.json"
  if lacks_sys_resource; then
    # A copy, for the engine outlives this checkout.
    install -m755 "$ROOT/hack/airgap/runc-without-sys-resource" "$ENGINE/"
    jq --arg runc "$ENGINE/runc-without-sys-resource" \
      '. + {"runtimes": {"liteset": {"path": $runc}}, "default-runtime": "liteset"}' "$ENGINE/daemon.json" >"$ENGINE/daemon.json.new"
    mv "$ENGINE/daemon.json.new" "$ENGINE/daemon.json"
  fi
  # A killed engine leaves its pid file, and by now the number may belong to somebody else.
  for pid in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
    [ -f "$pid" ] && ! tr '\0' ' ' <"/proc/$(cat "$pid")/cmdline" 2>/dev/null | grep -qE '^\S*(dockerd|containerd) ' && rm -f "$pid"
  done
  launch_engine &
  pid=$!
  until engine_runs; do
    kill -0 "$pid" 2>/dev/null || { tail -n 20 "$ENGINE/dockerd.log"; die "dockerd ended"; }
    sleep 0.5
  done
}
