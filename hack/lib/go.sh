# Builds the programs of hack/airgap/go/<module> from their pinned Go modules, once for each content of the inputs.
# shellcheck shell=bash

GO_MODULES=$ROOT/hack/airgap/go
# The requirements of Kubernetes, if not those of its go.mod: `--kubernetes oldest` names another file beside it.
KUBERNETES_MODFILE=

# kubectl by itself is a part of Kubernetes, agent and volume are our own; all else has a folder of its own here.
go_folder() {
  case $1 in
    agent | volume) echo "$ROOT/app/$1" ;;
    *) echo "$GO_MODULES/${1/#kubectl/kubernetes}" ;;
  esac
}

# The file of requirements of a folder, if not its go.mod.
go_modfile() { if [ "${1##*/}" = kubernetes ]; then echo "$KUBERNETES_MODFILE"; fi; }

# Where the programs of a module are after `build_go`.
go_output() {
  local module=$1 folder modfile
  folder=$(go_folder "$module")
  modfile=$(go_modfile "$folder")
  # Not every module has flags of its own.
  echo "$CACHE/go/$module-$(digest "$folder" "$(declare -f gobuild "go_build_$module" "go_flags_${folder##*/}" || true)" "$(go env GOVERSION GOARCH)" ${modfile:+"$modfile"})"
}

# pinned MODULE REQUIREMENT VERSION [MODFILE]: versions.env is what people read, go.mod what is built.
pinned() {
  local file=hack/airgap/go/$1/${4:-go.mod}
  grep -qE "(^|\s)$2 $3( |$)" "$ROOT/$file" || die "hack/versions.env says $2 $3, $file does not: change both"
}

# build_go MODULE: prints the folder with its programs. Two runs at once build it once.
build_go() {
  local module=$1 out
  out=$(go_output "$module")
  if [ ! -d "$out" ]; then
    mkdir -p "$CACHE/go"
    (
      flock 9
      [ ! -d "$out" ] || exit 0
      rm -rf "$out.part"
      mkdir "$out.part"
      cd "$(go_folder "$module")"
      "go_build_$module" "$out.part"
      mv "$out.part" "$out"
    ) 9>"$CACHE/go/$module.lock" >&2
  fi
  echo "$out"
}

# build_steps MODULE...: one step of the script for each.
build_steps() {
  local module
  prefetch_modules "$@"
  for module in "$@"; do
    step "Build $module" 'See whether the Go module proxy can be reached (`go env GOPROXY`), and run this again: it goes on where it stopped.' build_go "$module"
  done
}

# prefetch_modules MODULE...: fetches in the background what builds will need. A download waits for the network, a build for the processor.
prefetch_modules() {
  local module
  for module in "$@"; do
    [ -d "$(go_output "$module")" ] || (cd "$(go_folder "$module")" && go mod download -modfile="$(go_modfile "$PWD")") || true # the build itself says what is wrong
  done >"$LOGS/prefetch.log" 2>&1 </dev/null &
}

# build_meanwhile MODULE...: builds in the background what later steps need, with what others leave of the processor: tests
# wait for most of their time. The step that needs a program waits for it, and says what is wrong with it.
build_meanwhile() {
  local module
  (
    trap - EXIT ERR
    renice -n 19 "$BASHPID"
    for module in "$@"; do build_go "$module"; done
  ) >"$LOGS/meanwhile.log" 2>&1 </dev/null &
}

# gobuild OUT PACKAGE...: static and small, reproducible, without the checkout's version control stamp.
gobuild() {
  local out=$1
  shift
  CGO_ENABLED=${CGO_ENABLED:-0} go build -trimpath -buildvcs=false -tags "${TAGS:-}" -ldflags "-s -w ${LDFLAGS:-}" -o "$out" "$@"
}

# kubeadm reads the version of its images from here.
go_flags_kubernetes() {
  local package
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf ' %s' "-X $package.gitVersion=$KUBERNETES_VERSION -X $package.gitMajor=1 -X $package.gitMinor=$(cut -d. -f2 <<<"$KUBERNETES_VERSION") -X $package.gitCommit=liteset" \
      "-X $package.gitTreeState=clean -X $package.buildDate=2026-11-24T00:00:00Z"
  done
}

go_build_kubernetes() {
  local -x TAGS=selinux,notest,grpcnotrace LDFLAGS GOFLAGS=${KUBERNETES_MODFILE:+-modfile=$KUBERNETES_MODFILE}
  LDFLAGS=$(go_flags_kubernetes)
  pinned kubernetes k8s.io/kubernetes "$KUBERNETES_VERSION" "$KUBERNETES_MODFILE"
  pinned kubernetes github.com/rancher/local-path-provisioner "$LOCAL_PATH_PROVISIONER_VERSION" "$KUBERNETES_MODFILE"
  gobuild "$1/" k8s.io/kubernetes/cmd/{kubeadm,kubelet,kube-apiserver,kube-controller-manager,kube-scheduler,kube-proxy,kubectl} ./cni
  # Apart from the others: it imports logrus under its old spelling, which may not meet the new one in one build.
  gobuild "$1/" github.com/rancher/local-path-provisioner
}

go_build_kubectl() {
  local -x GOFLAGS=${KUBERNETES_MODFILE:+-modfile=$KUBERNETES_MODFILE}
  pinned kubernetes k8s.io/kubernetes "$KUBERNETES_VERSION" "$KUBERNETES_MODFILE"
  # With the tags of the others, for then Go compiles the packages that they share once.
  TAGS=selinux,notest,grpcnotrace LDFLAGS=$(go_flags_kubernetes) gobuild "$1/" k8s.io/kubernetes/cmd/kubectl
}

go_build_containerd() {
  local c=github.com/containerd/containerd/v2
  pinned containerd $c "$CONTAINERD_VERSION"
  CGO_ENABLED=1 TAGS="no_aufs no_zfs no_btrfs no_devmapper" LDFLAGS="-X $c/version.Version=${CONTAINERD_VERSION#v}" gobuild "$1/" $c/cmd/containerd $c/cmd/ctr
  LDFLAGS="-X $c/version.Version=${CONTAINERD_VERSION#v}" gobuild "$1/" $c/cmd/containerd-shim-runc-v2
}

go_build_runc() {
  pinned runc github.com/opencontainers/runc "$RUNC_VERSION"
  CGO_ENABLED=1 TAGS=seccomp LDFLAGS="-X main.version=${RUNC_VERSION#v}" gobuild "$1/" github.com/opencontainers/runc
}

go_build_cni() {
  local p=github.com/containernetworking/plugins
  pinned cni $p "$CNI_PLUGINS_VERSION"
  gobuild "$1/" $p/plugins/main/{ptp,loopback} $p/plugins/ipam/host-local $p/plugins/meta/portmap
}

go_build_etcd() {
  pinned etcd go.etcd.io/etcd/server/v3 "$ETCD_VERSION"
  gobuild "$1/etcd" go.etcd.io/etcd/server/v3
}

go_build_coredns() {
  pinned coredns github.com/coredns/coredns "$COREDNS_VERSION"
  gobuild "$1/coredns" .
}

go_build_kind() {
  pinned kind sigs.k8s.io/kind "$KIND_VERSION"
  gobuild "$1/" sigs.k8s.io/kind
}

go_build_helm() {
  pinned helm helm.sh/helm/v4 "$HELM_VERSION"
  LDFLAGS="-X helm.sh/helm/v4/internal/version.version=$HELM_VERSION" gobuild "$1/helm" helm.sh/helm/v4/cmd/helm
}

go_build_helm3() {
  pinned helm3 helm.sh/helm/v3 "$HELM3_VERSION"
  # The Kubernetes that `helm3 template` and `helm3 lint` assume: Helm's Makefile sets it, the source says 1.20.
  local package flags="-X helm.sh/helm/v3/internal/version.version=$HELM3_VERSION"
  for package in helm.sh/helm/v3/pkg/chartutil helm.sh/helm/v3/pkg/lint/rules; do
    flags+=" -X $package.k8sVersionMajor=1 -X $package.k8sVersionMinor=34"
  done
  LDFLAGS=$flags gobuild "$1/helm3" helm.sh/helm/v3/cmd/helm
}

go_build_litefs() {
  pinned litefs github.com/superfly/litefs "${LITEFS_VERSION%+*}"
  ./build.sh "$1"
  [[ "$("$1/litefs" version)" = "LiteFS $LITEFS_VERSION, "* ]] ||
    die "hack/versions.env says LiteFS $LITEFS_VERSION, the REVISION of hack/airgap/go/litefs/build.sh another one: change both"
}

go_build_agent() { gobuild "$1/liteset-agent" .; }

go_build_volume() { gobuild "$1/liteset-volume" .; }

go_build_litestream() {
  pinned litestream github.com/benbjohnson/litestream "$LITESTREAM_VERSION"
  LDFLAGS="-X main.Version=${LITESTREAM_VERSION#v}" gobuild "$1/" github.com/benbjohnson/litestream/cmd/litestream
}

go_build_versitygw() {
  pinned versitygw github.com/versity/versitygw "$VERSITYGW_VERSION"
  LDFLAGS="-X main.Version=$VERSITYGW_VERSION" gobuild "$1/" github.com/versity/versitygw/cmd/versitygw
}

go_build_pocketbase() {
  pinned pocketbase github.com/pocketbase/pocketbase "$POCKETBASE_VERSION"
  gobuild "$1/pocketbase" github.com/pocketbase/pocketbase/examples/base
}

go_build_actionlint() {
  pinned actionlint github.com/rhysd/actionlint "$ACTIONLINT_VERSION"
  LDFLAGS="-X github.com/rhysd/actionlint.version=${ACTIONLINT_VERSION#v}" gobuild "$1/" github.com/rhysd/actionlint/cmd/actionlint
}

go_build_registry() {
  pinned registry github.com/google/go-containerregistry "$GO_CONTAINERREGISTRY_VERSION"
  gobuild "$1/" github.com/google/go-containerregistry/cmd/registry
}

go_build_staticcheck() {
  pinned staticcheck honnef.co/go/tools "$STATICCHECK_VERSION"
  gobuild "$1/" honnef.co/go/tools/cmd/staticcheck
}

go_build_govulncheck() {
  pinned govulncheck golang.org/x/vuln "$GOVULNCHECK_VERSION"
  pinned govulncheck golang.org/x/vulndb "$VULNDB_VERSION"
  gobuild "$1/" golang.org/x/vuln/cmd/govulncheck
}

go_build_consul() {
  pinned consul github.com/hashicorp/consul "$CONSUL_VERSION"
  gobuild "$1/consul" github.com/hashicorp/consul
}

go_build_traefik() {
  local cut=$CACHE/tmp/traefik
  pinned traefik github.com/traefik/traefik/v3 "$TRAEFIK_VERSION"
  ./cut.sh "$cut"
  GOFLAGS="-modfile=$cut/go.mod" LDFLAGS="-X github.com/traefik/traefik/v3/pkg/version.Version=${TRAEFIK_VERSION#v}" gobuild "$1/traefik" github.com/traefik/traefik/v3/cmd/traefik
  rm -rf "$cut"
}
