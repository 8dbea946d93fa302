# The options that hack/up.sh and hack/test.sh share.
# shellcheck shell=bash

WORKERS=2
REPLICAS=3
LEASE=kubernetes
REGISTRY_MODE=auto

whole_number() { [[ $2 =~ ^[0-9]+$ ]] && (($2 >= $3 && $2 <= $4)) || die "$1 takes a whole number from $3 to $4, not '$2'"; }

parse_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --workers) WORKERS=${2-}; whole_number "$1" "$WORKERS" 0 5; shift ;;
      --replicas) REPLICAS=${2-}; whole_number "$1" "$REPLICAS" 1 9; shift ;;
      --lease) LEASE=${2-}; [[ $LEASE =~ ^(kubernetes|consul|static)$ ]] || die "--lease takes kubernetes, consul or static, not '$LEASE'"; shift ;;
      --kubernetes)
        case ${2-} in
          newest | "$KUBERNETES_VERSION") ;;
          oldest | "$KUBERNETES_OLDEST_VERSION") KUBERNETES_VERSION=$KUBERNETES_OLDEST_VERSION KUBERNETES_MODFILE=oldest.mod ;;
          *) die "--kubernetes takes newest ($KUBERNETES_VERSION) or oldest ($KUBERNETES_OLDEST_VERSION), not '${2-}'" ;;
        esac
        shift
        ;;
      --registry) REGISTRY_MODE=registry ;;
      --airgap) REGISTRY_MODE=airgap ;;
      -h | --help) usage; exit 0 ;;
      *) die "unknown option '$1': see $0 --help" ;;
    esac
    shift
  done
}
