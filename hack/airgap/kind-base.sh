# kind's base image, as its images/base/Dockerfile makes it, out of a Debian file system and programs built here.
# shellcheck shell=bash

# kind always tries to pull its base image: under this name that fails at once, and the local one is used.
KIND_BASE=127.0.0.1:1/liteset/kind-base

kind_base_image() { # ROOTFS
  local files root=$CACHE/tmp/kind-base containerd
  files=$(cd "$GO_MODULES/kind" && go list -m -f '{{.Dir}}' sigs.k8s.io/kind)/images/base/files
  containerd=$(build_go containerd)
  rm -rf "$root"
  mkdir -p "$CACHE/tmp"
  cp -a "$1" "$root"

  install -d "$root"/{kind/bin,etc/containerd,etc/systemd/system/kubelet.service.d,etc/systemd/system/containerd.service.d,etc/sysctl.d,opt/cni/bin,etc/kubernetes/manifests,LICENSES}
  install -m755 "$files"/usr/local/bin/* "$root/usr/local/bin/"
  install -m755 "$files"/kind/bin/* "$root/kind/bin/"
  install -m644 "$files"/kind/README.txt "$root/kind/"
  install -m644 "$files"/etc/crictl.yaml "$root/etc/"
  install -m644 "$files"/etc/containerd/* "$root/etc/containerd/"
  install -m644 "$files"/etc/default/* "$root/etc/default/"
  install -m644 "$files"/etc/sysctl.d/* "$root/etc/sysctl.d/"
  install -m644 "$files"/etc/systemd/system/*.{service,slice} "$root/etc/systemd/system/"
  install -m644 "$files"/etc/systemd/system/kubelet.service.d/* "$root/etc/systemd/system/kubelet.service.d/"

  install -m755 "$containerd"/* "$root/usr/local/bin/"
  install -m755 "$(build_go runc)/runc" "$root/usr/local/sbin/"
  install -m755 "$(build_go cni)"/* "$root/opt/cni/bin/"
  install -m755 "$ROOT/hack/airgap/node/crictl" "$root/usr/local/bin/"
  install -m644 "$ROOT/hack/airgap/node/fuse.conf" "$root/etc/systemd/system/containerd.service.d/"
  # oom_score_adj cannot be lowered where CAP_SYS_RESOURCE is missing.
  sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' "$root/etc/containerd/config.toml"

  (
    cd "$root"
    rm -f lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service lib/systemd/system/{multi-user,local-fs,basic}.target.wants/* \
      etc/systemd/system/*.wants/* lib/systemd/system/sockets.target.wants/*{udev,initctl}*
    echo ReadKMsg=no >>etc/systemd/journald.conf
  )
  [ -e "$root/sbin/init" ] || ln -s /usr/lib/systemd/systemd "$root/sbin/init"
  chroot "$root" systemctl enable kubelet.service containerd.service undo-mount-hacks.service
  chroot "$root" systemctl mask systemd-binfmt.service
  chroot "$root" ctr oci spec |
    jq '.hooks.createContainer[.hooks.createContainer | length] |= . + {"path": "/kind/bin/mount-product-files.sh"} | del(.process.rlimits)' >"$root/etc/containerd/cri-base.json"

  tar -C "$root" --numeric-owner -c . | docker import --change 'ENV container=docker' \
    --change 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$KIND_BASE:import"
  # `docker import` cannot set a stop signal.
  printf 'FROM %s:import\nSTOPSIGNAL SIGRTMIN+3\n' "$KIND_BASE" | DOCKER_BUILDKIT=0 docker build -t "$KIND_BASE:latest" -
  docker rmi "$KIND_BASE:import"
  rm -rf "$root"
}
