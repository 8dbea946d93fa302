# The node image of the cluster, made where no registry can be reached.
# shellcheck shell=bash

# shellcheck source=hack/airgap/rootfs.sh
source "$ROOT/hack/airgap/rootfs.sh"
# shellcheck source=hack/airgap/kind-base.sh
source "$ROOT/hack/airgap/kind-base.sh"
# shellcheck source=hack/airgap/cluster-images.sh
source "$ROOT/hack/airgap/cluster-images.sh"

NODE_MODULES="kubernetes containerd runc cni etcd coredns kind"

# The name of the image says what it was made of.
airgap_node_image() {
  local module outputs=()
  for module in $NODE_MODULES; do outputs+=("$(go_output "$module")"); done
  echo "liteset/node:$KUBERNETES_VERSION-$(digest "${outputs[@]##*/}" "$NODE_PACKAGES" "$ROOT"/hack/airgap/{node,rootfs.sh,kind-base.sh,cluster-images.sh,node-image.sh})"
}

build_airgap_node_image() {
  local name rootfs tarball=$CACHE/tmp/kubernetes-server.tar.gz
  name=$(airgap_node_image)
  docker image inspect "$name" >/dev/null 2>&1 && return
  rootfs=$(rootfs node "$NODE_PACKAGES")
  kind_base_image "$rootfs"
  server_tarball "$rootfs" "$tarball"
  kind build node-image --type file --base-image "$KIND_BASE:latest" --image "$name" "$tarball" -v 1 2>&1 | tee "$CACHE/tmp/kind-build.log"
  grep -q 'Detected built images' "$CACHE/tmp/kind-build.log"
  rm -rf "$tarball" "$CACHE"/tmp/tmp.*
}
