# Debian file systems by debootstrap: one for the nodes of the cluster, one under the images of the project.
# shellcheck shell=bash

# kind's own list (images/base/Dockerfile of the kind module), what the images of the cluster take from it, and FUSE.
NODE_PACKAGES=systemd,systemd-sysv,dbus,iptables,nftables,conntrack,iproute2,ethtool,util-linux,mount,kmod,libseccomp2,pigz,e2fsprogs,bash,ca-certificates,curl,jq,procps,socat,fuse3,busybox-static,ipset,ebtables

# The host knows where Debian is.
debian_mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    awk '/^URIs:/ {print $2; exit} /^deb / {for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) {print $i; exit}}'
}

# rootfs NAME [PACKAGES]: prints the folder of the smallest Debian, with these packages. Two runs at once make it once.
rootfs() {
  local out packages=${2-}
  out=$CACHE/rootfs/$1-$(digest "$DEBIAN_RELEASE" "$packages" "$(declare -f make_rootfs)")
  mkdir -p "$CACHE"/{rootfs,debs}
  (
    flock 8
    [ -d "$out" ] || make_rootfs "$out" "$packages"
  ) 8>"$CACHE/rootfs/lock" >&2
  echo "$out"
}

make_rootfs() { # OUT PACKAGES
  rm -rf "$1.part"
  mkdir "$1.part"
  debootstrap --variant=minbase --cache-dir="$CACHE/debs" ${2:+--include="$2"} "$DEBIAN_RELEASE" "$1.part" "$(debian_mirror)"
  (cd "$1.part" && rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/* usr/share/{doc,man,locale}/* etc/apt/sources.list)
  mv "$1.part" "$1"
}

# Makes both in the background, since debootstrap waits for the network most of the time. Who needs one waits for it.
prefetch_rootfs() {
  (
    trap - EXIT ERR
    # Not joined by `&&`: bash would go on after an error in the first, and take half a file system for a whole one.
    rootfs base
    rootfs node "$NODE_PACKAGES"
  ) >"$LOGS/debootstrap.log" 2>&1 </dev/null &
}
