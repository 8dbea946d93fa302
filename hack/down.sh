#!/usr/bin/env bash
# Removes what hack/up.sh made: the kind cluster `liteset` with all its data and backups, its docker network and rule, its kubeconfig context.
#
#   hack/down.sh [--cache]
#
#   --cache   also remove the built tools and images in ~/.cache/liteset and hack/.bin; the next hack/up.sh builds them again (half an hour)
#
# The docker engine, Debian's packages and images of other projects stay, and so does docker's build cache, which belongs to all
# projects (`docker builder prune`).
# shellcheck source=hack/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=hack/cluster/network.sh
source "$ROOT/hack/cluster/network.sh"
# shellcheck source=hack/cluster/kind.sh
source "$ROOT/hack/cluster/kind.sh"

CLEAR_CACHE=
case ${1-} in
  '') ;;
  --cache) CLEAR_CACHE=yes ;;
  -h | --help) usage; exit 0 ;;
  *) die "unknown option '$1': see $0 --help" ;;
esac

remove_cluster() {
  docker info >/dev/null 2>&1 || { echo 'no docker engine runs, so no cluster does'; return; }
  if command -v kind >/dev/null; then
    kind delete cluster --name "$CLUSTER"
  elif docker inspect "$CLUSTER-control-plane" >/dev/null 2>&1; then
    die "kind, which made the cluster, is neither on PATH nor in $BIN"
  fi
  delete_shared_volume
  delete_network
}
remove_cache() {
  docker image ls -q 'liteset/*' | sort -u | xargs -r docker rmi -f
  rm -rf "$CACHE"/{go,rootfs,debs,tmp} "$BIN"
}

step 'Cluster, volumes, network and context' 'See `docker ps -a --filter label=io.x-k8s.kind.cluster=liteset`.' remove_cluster
if [ -n "$CLEAR_CACHE" ]; then step 'Cache' "Remove $CACHE by hand." remove_cache; fi
