# What the machine must have, looked at before anything is built. Every complaint is made at once, and says what to do.
# shellcheck shell=bash

DOCKER_LEAST=20.10
NODE_LEAST=20
PORT=${URL##*:}

# GiB that must be free. Without a registry the first run compiles Kubernetes and its surroundings, most of which is Go's cache.
DISK_FIRST_AIRGAP=25
DISK=6

preflight() {
  COMPLAINTS=()
  check_docker
  if [ "$REGISTRY_MODE" = airgap ]; then check_airgap; else check_tools; fi
  check_port
  check_disk
  tell_complaints
}

# What hack/test.sh starts with.
preflight_tests() {
  COMPLAINTS=()
  go_fits || complain "Go $(go_least) or later is needed: see https://go.dev/dl/"
  check_node
  tell_complaints
}

complain() { COMPLAINTS+=("$*"); }
tell_complaints() {
  [ ${#COMPLAINTS[@]} -eq 0 ] && return
  printf 'error: %s\n' "${COMPLAINTS[@]}" >&2
  return 1
}

check_docker() {
  local version
  version=$(docker version -f '{{.Server.Version}}')
  at_least "$version" "$DOCKER_LEAST" || complain "the docker engine is $version: $DOCKER_LEAST or later is needed"
  buildkit_client >/dev/null || complain 'docker has no BuildKit: install its plugin buildx (package docker-buildx or docker-buildx-plugin)'
}

# The version of Go that the modules ask for. An older Go that may fetch a newer one (GOTOOLCHAIN=auto) does, too.
go_least() { sed -n 's/^go //p' "$GO_MODULES"/*/go.mod | sort -V | tail -n 1; }
go_fits() {
  local version
  version=$(cd "$GO_MODULES/litefs" && go env GOVERSION 2>/dev/null) && at_least "${version#go}" "$(go_least)"
}

# Only npm runs on it: what npm installs runs on the Node among it.
check_node() {
  local version
  version=$(node --version 2>/dev/null) && command -v npm >/dev/null || { complain "Node $NODE_LEAST or later with npm is needed"; return; }
  at_least "${version#v}" "$NODE_LEAST" || complain "Node $NODE_LEAST or later is needed, not $version"
}

check_airgap() {
  ((EUID == 0)) || complain '--airgap makes file systems, which only root can'
  command -v apt-get >/dev/null || complain '--airgap takes Debian packages: run it on Debian 12'
  [ "$(uname -m)" = x86_64 ] || complain "--airgap knows only amd64, not $(uname -m)"
  go_fits || complain "Go $(go_least) or later is needed, which builds what cannot be pulled: see https://go.dev/dl/"
  check_node
}

check_tools() {
  local it missing=()
  for it in curl flock jq sha256sum timeout; do
    command -v "$it" >/dev/null || missing+=("$it")
  done
  [ ${#missing[@]} -eq 0 ] || complain "not on PATH: ${missing[*]} (packages curl, util-linux, jq, coreutils)"
  missing=()
  for it in kind kubectl helm; do
    fitting_tool "$it" >/dev/null || missing+=("$it $(tool_least "$it")")
  done
  [ ${#missing[@]} -eq 0 ] || go_fits ||
    complain "not on PATH in this version or a later one: $(printf '%s, ' "${missing[@]}")nor Go $(go_least), which would build them: install these, or Go (https://go.dev/dl/)"
}

# The cluster of an earlier run may have it.
check_port() {
  [[ $(docker port "$CLUSTER-control-plane" 80/tcp 2>/dev/null) != *":$PORT" ]] || return 0
  if (: <"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
    complain "port $PORT of 127.0.0.1 is taken, and the service needs it: end the program that \`ss -ltnp 'sport = :$PORT'\` names"
  fi
}

# disk_free FOLDER: GiB, and where it is mounted.
disk_free() { df -Pk "$1" | awk 'NR == 2 {print int($4 / 1048576), $6}'; }
check_disk() {
  local folder free mount least=$DISK seen=
  if [ "$REGISTRY_MODE" = airgap ] && ! ls "$CACHE"/go/kubernetes-*/kubelet >/dev/null 2>&1; then least=$DISK_FIRST_AIRGAP; fi
  # The engine of a desktop has its files in a virtual machine.
  for folder in "$CACHE" "$(go env GOCACHE 2>/dev/null || true)" "$(docker info -f '{{.DockerRootDir}}')"; do
    [ -d "$folder" ] || continue
    read -r free mount < <(disk_free "$folder")
    if ((free >= least)) || [[ $seen == *" $mount "* ]]; then continue; fi
    seen+=" $mount "
    complain "$free GiB are free in $folder (mounted at $mount), and $least are needed"
  done
}
