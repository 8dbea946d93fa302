#!/usr/bin/env bash
# Brings up Liteset: a Kubernetes cluster made by kind, the chart installed with `helm install`, and the invoice service on
# http://127.0.0.1:8080/, with its backup on a claim. Safe to run again: what is there and unchanged stays, what has changed is built and rolled out.
#
#   hack/up.sh [--workers N] [--replicas N] [--lease kubernetes|consul|static] [--kubernetes newest|oldest]
#              [--registry|--airgap]
#
#   --workers N       worker nodes beside the control plane; default 2
#   --replicas N      pods of the invoice service; default 3
#   --lease TYPE      how the pods agree on their primary: kubernetes (a Lease, the default), consul (a Consul server is started in the cluster) or static (pod 0)
#   --kubernetes V    newest (the default) or oldest: hack/versions.env has both, and the chart installs on none that is older. For --airgap;
#                     --registry takes the version of kind. A cluster of the other version is made anew
#   --registry        take kindest/node and the images that the Dockerfiles begin with from their registries
#   --airgap          make every image here, from Debian packages, Go modules and npm packages
#                     default: --registry where a pull answers, else --airgap
#
# Needs, with --registry: a docker engine that runs, and kind, kubectl and helm, or Go, with which those of them that are missing
# or too old are built. With --airgap: Debian 12, root, Go and Node with npm. Where no docker engine runs, root on Debian gets
# Debian's; a running one is used and not reconfigured.
#
# The first run with --airgap builds Kubernetes: half an hour to an hour on two cores. Later runs take a minute or two.
#
# Root gets a rule in iptables, too, by which no packet of the cluster leaves this machine.
#
# Keeps what it builds in ~/.cache/liteset (LITESET_CACHE), links its tools into hack/.bin, makes the kind cluster `liteset`,
# the docker network `liteset` and the kubeconfig context `kind-liteset`. Undo: hack/down.sh.
# shellcheck source=hack/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=hack/lib/options.sh
source "$ROOT/hack/lib/options.sh"
# shellcheck source=hack/lib/engine.sh
source "$ROOT/hack/lib/engine.sh"
# shellcheck source=hack/lib/go.sh
source "$ROOT/hack/lib/go.sh"
# shellcheck source=hack/lib/tools.sh
source "$ROOT/hack/lib/tools.sh"
# shellcheck source=hack/lib/preflight.sh
source "$ROOT/hack/lib/preflight.sh"
# shellcheck source=hack/airgap/node-image.sh
source "$ROOT/hack/airgap/node-image.sh"
# shellcheck source=hack/images/images.sh
source "$ROOT/hack/images/images.sh"
# shellcheck source=hack/cluster/network.sh
source "$ROOT/hack/cluster/network.sh"
# shellcheck source=hack/cluster/kind.sh
source "$ROOT/hack/cluster/kind.sh"
# shellcheck source=hack/cluster/deploy.sh
source "$ROOT/hack/cluster/deploy.sh"
parse_options "$@"

step 'Docker engine' "See $ENGINE/dockerd.log; an engine started by yourself is used as it is." start_engine
if [ "$REGISTRY_MODE" = auto ]; then REGISTRY_MODE=$(registry_mode); fi
[ "$REGISTRY_MODE" = airgap ] || [ -z "$KUBERNETES_MODFILE" ] || die '--kubernetes oldest is built here: add --airgap'
step 'Tools, port and disk' 'Mend what the lines above name, and run this again: nothing was built yet.' preflight
NODE_IMAGE=
if [ "$REGISTRY_MODE" = registry ]; then
  provide_tools kind kubectl helm
else
  step 'System packages' 'Run `apt-get update` by hand and see what it says.' install_packages "${AIRGAP_PACKAGES[@]}"
  step 'Node packages' 'See whether `npm ci` works in this folder.' install_node_packages
  prefetch_rootfs
  build_steps kind helm kubernetes containerd runc cni etcd coredns traefik
  link_tool kind kind
  link_tool kubernetes kubectl
  link_tool helm helm
  step 'Node image' 'See whether debootstrap can reach the mirror of /etc/apt/sources.list.' build_airgap_node_image
  NODE_IMAGE=$(airgap_node_image)
  step 'Base images' 'See the log above.' build_base_images
fi
# Once: what is edited from here on goes into the next run.
APP_IMAGE=$(app_image)
step 'Image of the invoice service' 'See the log above.' build_image "$APP_IMAGE" app/invoices/Dockerfile "$(app_bases)"
BACKUP_IMAGE=$(backup_image)
step 'Image of the backup program' 'See the log above.' build_image "$BACKUP_IMAGE" app/backup/Dockerfile "$(go_bases)"
step 'Network of the nodes' 'Is iptables usable here (`iptables -L DOCKER-USER`)?' create_network
step "Cluster of 1 + $WORKERS nodes" "\`hack/down.sh\` removes what is half there." create_cluster "$NODE_IMAGE" "$WORKERS"
step 'FUSE for pods' "See \`kubectl --context $CONTEXT -n kube-system get pods\`." install_fuse_device_plugin
step 'Storage that all nodes share' "See \`kubectl --context $CONTEXT -n local-path-storage get pods\`." install_shared_storage
step 'Ingress controller' "See \`kubectl --context $CONTEXT -n traefik get pods\`." install_ingress
if [ "$LEASE" = consul ]; then
  [ "$REGISTRY_MODE" = registry ] || build_steps consul
  step 'Consul' "See \`kubectl --context $CONTEXT -n consul get pods\`." install_consul
fi
step 'Load images' 'Is the disk full (`df -h /var/lib/docker`)?' load_images "$APP_IMAGE" "$BACKUP_IMAGE"
step 'helm install' "See \`kubectl --context $CONTEXT -n $NAMESPACE describe pods\`." deploy
step 'The invoice service answers' "See \`kubectl --context $CONTEXT -n $NAMESPACE get pods,ingress\`." wait_for_url
done_message
