# The images that a kind node carries, and the server tarball in which `kind build node-image` looks for them.
# shellcheck shell=bash

# The names that kind's manifests use (pkg/build/nodeimage/const_*.go of the kind module).
kind_image() { grep -hoE "docker.io/kindest/$1:[^\"]+" "$(cd "$GO_MODULES/kind" && go list -m -f '{{.Dir}}' sigs.k8s.io/kind)"/pkg/build/nodeimage/const_*.go | head -n 1; }
# The names that kubeadm uses for its version of Kubernetes.
kubeadm_image() { "$1/kubeadm" config images list --kubernetes-version "$KUBERNETES_VERSION" | grep -E "/$2:"; }

# image NAME CHANGE...: makes an image of the folder $DIR.
image() {
  local name=$1 change changes=()
  shift
  for change in "$@"; do changes+=(--change "$change"); done
  tar -C "$DIR" --numeric-owner --owner=0 --group=0 -c . | docker import "${changes[@]}" - "$name"
}

# An empty folder with what every program expects, for the next image.
new_image() {
  DIR=$(mktemp -d -p "$CACHE/tmp")
  chmod 755 "$DIR"
  mkdir -p "$DIR"/{etc,tmp,bin,usr/sbin,usr/local/bin}
  chmod 1777 "$DIR/tmp"
  echo 'root:x:0:0:root:/root:/bin/sh' >"$DIR/etc/passwd"
  echo 'root:x:0:' >"$DIR/etc/group"
  echo 'hosts: files dns' >"$DIR/etc/nsswitch.conf"
}

# stage ROOTFS PATH...: copies programs of a Debian file system with the libraries they need.
stage() {
  local rootfs=$1 it
  shift
  for it in "$@" $(chroot "$rootfs" ldd "$@" 2>/dev/null | grep -v ':$' | grep -oE '/[^ ]+' | sort -u); do
    mkdir -p "$DIR$(dirname "$it")"
    cp -Lu "$rootfs$it" "$DIR$it"
  done
}

busybox() { # ROOTFS APPLET...
  local applet rootfs=$1
  shift
  cp "$rootfs/bin/busybox" "$DIR/bin/busybox"
  for applet in "$@"; do ln -sf busybox "$DIR/bin/$applet"; done
}

# server_tarball ROOTFS OUT
server_tarball() {
  local rootfs=$1 out=$2 k8s etcd coredns component applet path='ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' server images
  k8s=$(build_go kubernetes)
  etcd=$(build_go etcd)
  coredns=$(build_go coredns)
  mkdir -p "$CACHE/tmp"

  for component in kube-apiserver kube-controller-manager kube-scheduler; do
    new_image
    cp "$k8s/$component" "$DIR/usr/local/bin/"
    image "registry.k8s.io/$component:$KUBERNETES_VERSION" "ENTRYPOINT [\"/usr/local/bin/$component\"]" "$path"
  done

  new_image
  busybox "$rootfs" sh
  cp "$k8s/kube-proxy" "$DIR/usr/local/bin/"
  stage "$rootfs" /usr/sbin/{xtables-nft-multi,nft,conntrack,ipset}
  for applet in iptables{,-save,-restore} ip6tables{,-save,-restore}; do ln -sf xtables-nft-multi "$DIR/usr/sbin/$applet"; done
  # Plugins are loaded at run time, so ldd of the program does not name them; and libxt_statistic, which balances Services, needs libm.
  # shellcheck disable=SC2046
  stage "$rootfs" $(cd "$rootfs" && find usr/lib/x86_64-linux-gnu/xtables -name '*.so' | sed 's#^#/#')
  cp "$rootfs/etc/protocols" "$DIR/etc/" 2>/dev/null || true
  image "registry.k8s.io/kube-proxy:$KUBERNETES_VERSION" 'ENTRYPOINT ["/usr/local/bin/kube-proxy"]' "$path"

  new_image
  cp "$etcd/etcd" "$DIR/usr/local/bin/"
  image "$(kubeadm_image "$k8s" etcd)" 'ENTRYPOINT ["/usr/local/bin/etcd"]' "$path"

  new_image
  cp "$coredns/coredns" "$DIR/coredns"
  image "$(kubeadm_image "$k8s" coredns/coredns)" 'ENTRYPOINT ["/coredns"]' 'WORKDIR /' 'EXPOSE 53 53/udp'

  new_image
  gcc -Os -Wall -static -DVERSION=3.10 -o "$DIR/pause" "$(cd "$GO_MODULES/kubernetes" && go list -m -modfile="$KUBERNETES_MODFILE" -f '{{.Dir}}' k8s.io/kubernetes)/build/pause/linux/pause.c"
  image registry.k8s.io/pause:3.10 'ENTRYPOINT ["/pause"]' 'USER 65535:65535'
  docker tag registry.k8s.io/pause:3.10 "$(kubeadm_image "$k8s" pause)"

  new_image
  cp "$k8s/cni" "$DIR/bin/cni"
  stage "$rootfs" /usr/sbin/nft
  image "$(kind_image kindnetd)" 'ENTRYPOINT ["/bin/cni"]' "$path"

  new_image
  cp "$k8s/local-path-provisioner" "$DIR/usr/local/bin/"
  image "$(kind_image local-path-provisioner)" 'ENTRYPOINT ["/usr/local/bin/local-path-provisioner"]' "$path"

  new_image
  busybox "$rootfs" sh mkdir rm chmod
  image "$(kind_image local-path-helper)" 'ENTRYPOINT ["/bin/sh"]' "$path"

  server=$CACHE/tmp/release/kubernetes/server/bin
  rm -rf "$CACHE/tmp/release"
  mkdir -p "$server"
  echo "$KUBERNETES_VERSION" >"$CACHE/tmp/release/kubernetes/version"
  cp "$k8s"/{kubeadm,kubelet,kubectl} "$server/"
  for component in kube-apiserver kube-controller-manager kube-scheduler; do
    docker save -o "$server/$component.tar" "registry.k8s.io/$component:$KUBERNETES_VERSION"
  done
  # kind knows four tarballs and would pull whatever is in none of them: the last one takes all the rest.
  mapfile -t images < <(printf '%s\n' "registry.k8s.io/kube-proxy:$KUBERNETES_VERSION" registry.k8s.io/pause:3.10 \
    "$(kubeadm_image "$k8s" etcd)" "$(kubeadm_image "$k8s" coredns/coredns)" "$(kubeadm_image "$k8s" pause)" \
    "$(kind_image kindnetd)" "$(kind_image local-path-provisioner)" "$(kind_image local-path-helper)" | sort -u)
  docker save "${images[@]}" | restore_docker_io >"$server/kube-proxy.tar"
  tar -C "$CACHE/tmp/release" -c kubernetes | pigz -1 >"$out"
  rm -rf "$CACHE/tmp/release"
}

# `docker save` drops the docker.io/ by which kind compares names; and kind takes the tags from the file `repositories`, if it comes first.
restore_docker_io() {
  local dir
  dir=$(mktemp -d -p "$CACHE/tmp")
  tar -C "$dir" -x
  sed -i 's#"kindest/#"docker.io/kindest/#g' "$dir"/{manifest.json,repositories}
  (cd "$dir" && tar -c repositories $(ls | grep -vx repositories))
  rm -rf "$dir"
}
