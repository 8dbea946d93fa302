# The images of the project. Each is named by a digest of what it was made of, so that nothing is built or loaded twice.
# shellcheck shell=bash

# shellcheck source=hack/lib/docker.sh
source "$ROOT/hack/lib/docker.sh"
# shellcheck source=hack/airgap/base-images.sh
source "$ROOT/hack/airgap/base-images.sh"

IMAGES=$ROOT/hack/images

# The base images to pass to a Dockerfile, an argument of `docker build` a line: none where a registry answers, since the Dockerfile
# itself says which.
app_bases() { airgap_bases "DEBIAN_IMAGE=debian_image" "GO_IMAGE=go_image" "NODE_IMAGE=node_image"; }
go_bases() { airgap_bases "GO_IMAGE=go_image"; }
airgap_bases() {
  local it
  [ "$REGISTRY_MODE" = airgap ] || return 0
  for it in "$@"; do echo "--build-arg=${it%=*}=$("${it#*=}")"; done
}

app_image() {
  echo "liteset/app:$(digest "$(app_bases)" "$ROOT"/{.dockerignore,.npmrc,LICENSE,LICENSES-GO,NOTICE,package.json,package-lock.json,hack/airgap/go/litefs,app/{agent,invoices,lease,liteset,proxy,volume}})"
}

# Tests, and what only they use, make no new image: .dockerignore leaves them out, too.
backup_image() {
  local files
  mapfile -t files < <(find "$ROOT/app/backup" -type f \( -name Dockerfile -o -name go.mod -o -name go.sum -o -name '*.go' ! -name '*_test.go' ! -path '*test/*' \) | LC_ALL=C sort)
  echo "liteset/backup:$(digest "$(go_bases)" "$ROOT"/{LICENSE,LICENSES-GO,NOTICE} "${files[@]}")"
}

# build_image NAME DOCKERFILE [BASES]: as anybody builds it, apart from the bases.
build_image() {
  local arguments
  docker image inspect "$1" >/dev/null 2>&1 && return
  mapfile -t arguments <<<"${3-}"
  docker_build -t "$1" -f "$ROOT/$2" ${3:+"${arguments[@]}"} "$ROOT"
}

# static_image NAME PROGRAM: an image of one static program, and nothing else.
static_image() {
  local context
  context=$(mktemp -d -p "$CACHE/tmp")
  mkdir "$context/tmp"
  chmod 1777 "$context/tmp"
  cp "$2" "$context/program"
  cp /etc/ssl/certs/ca-certificates.crt "$context/"
  docker_build -t "$1" -f "$IMAGES/program.Dockerfile" "$context"
  rm -rf "$context"
}

# program_image NAME MODULE PROGRAM: the image of a program that is built from a Go module as it was published.
program_image() { echo "liteset/$1:$(digest "$(go_output "$2" | xargs basename)" "$3" "$IMAGES/program.Dockerfile")"; }
build_program_image() {
  local name
  name=$(program_image "$@")
  docker image inspect "$name" >/dev/null 2>&1 || static_image "$name" "$(build_go "$2")/$3"
}

# Loads what the nodes do not have yet.
load_images() {
  local image node
  for image in "$@"; do
    for node in $(kind get nodes --name "$CLUSTER"); do
      docker exec "$node" ctr -n k8s.io images list -q "name==docker.io/$image" | grep -q . || {
        kind load docker-image "$image" --name "$CLUSTER"
        break
      }
    done
  done
}

# Applications that know nothing of Liteset, for the tests. The names are those of their sources: tests ask for them, too.
records_image() { echo "liteset/records:$(digest "$ROOT/test/e2e/your-application/program")"; }
pocketbase_image() { program_image pocketbase pocketbase pocketbase; }
build_foreign_images() {
  local image
  image=$(records_image)
  docker image inspect "$image" >/dev/null 2>&1 ||
    docker_build -t "$image" $(airgap_bases "DEBIAN_IMAGE=debian_image") "$ROOT/test/e2e/your-application/program"
  build_program_image pocketbase pocketbase pocketbase
  load_images "$image" "$(pocketbase_image)"
}
