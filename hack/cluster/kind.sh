# The kind cluster: made when it is not there, healed when its containers were killed, made anew when what it consists of has changed.
# shellcheck shell=bash

# Of the processor, where a container has 1,024 (docker's --cpu-shares). In a cluster of one's own the API server and etcd have a machine
# to themselves. Here they share two processors with every pod, and an API server that waits too long costs primaries their leases.
CONTROL_PLANE_SHARES=16384

# A volume of the engine's that every node mounts, for claims that pods on several nodes use (manifests/shared-storage.yaml).
SHARED_VOLUME=liteset-shared
SHARED_PATH=/var/local-path-provisioner-shared

kind_config() { # WORKERS
  local i mounts="{hostPath: $(docker info -f '{{.DockerRootDir}}')/volumes/$SHARED_VOLUME/_data, containerPath: $SHARED_PATH}"
  cat <<YAML
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: $CLUSTER
# With one control plane there is nobody to elect a leader against, and both would restart whenever a busy machine kept them from renewing.
# kind writes the version of the configuration that the Kubernetes understands: v1beta4, whose arguments are a list, from 1.36 on.
kubeadmConfigPatches:
- |
  apiVersion: kubeadm.k8s.io/v1beta3
  kind: ClusterConfiguration
  controllerManager: {extraArgs: {leader-elect: "false"}}
  scheduler: {extraArgs: {leader-elect: "false"}}
- |
  apiVersion: kubeadm.k8s.io/v1beta4
  kind: ClusterConfiguration
  controllerManager: {extraArgs: [{name: leader-elect, value: "false"}]}
  scheduler: {extraArgs: [{name: leader-elect, value: "false"}]}
# Since 1.35 the kubelet starts on a machine with version 1 of cgroups only when told to.
- |
  kind: KubeletConfiguration
  failCgroupV1: false
nodes:
- role: control-plane
  labels: {ingress-ready: "true"}
  extraPortMappings:
  - {containerPort: 80, hostPort: 8080, listenAddress: 127.0.0.1}
  extraMounts: [$mounts]
YAML
  for ((i = 0; i < $1; i++)); do printf -- '- role: worker\n  extraMounts: [%s]\n' "$mounts"; done
}

# Its content belongs to the cluster, as that of the nodes' own volumes does, and goes with it.
delete_shared_volume() { docker volume rm -f "$SHARED_VOLUME" >/dev/null; }

cluster_exists() { kind get clusters 2>/dev/null | grep -qx "$CLUSTER"; }

cluster_answers() { kube get --raw=/readyz --request-timeout=5s >/dev/null 2>&1; }

# What the cluster was made from: kept in the cluster itself, since the checkout that made it may be gone.
cluster_recipe() { kube -n kube-system get configmap liteset-recipe -o jsonpath='{.data.recipe}' 2>/dev/null || true; }

# Starts the containers of a cluster whose docker engine was killed, and waits until its nodes are back.
wake_cluster() {
  local nodes
  mapfile -t nodes < <(kind get nodes --name "$CLUSTER")
  docker start "${nodes[@]}"
  for ((i = 0; i < 60; i++)); do
    cluster_answers && kube wait --for=condition=Ready nodes --all --timeout=90s && return
    sleep 1
  done
  return 1
}

create_cluster() { # NODE_IMAGE WORKERS
  local recipe current
  recipe=$(digest "$1" "$(kind_config "$2")" "$CONTROL_PLANE_SHARES" "$(declare -f keep_dns_inside)")
  if cluster_exists; then
    kind export kubeconfig --name "$CLUSTER" 2>/dev/null || true
    # The containers may have been stopped together with the engine.
    { cluster_answers || wake_cluster; } && [ "$(cluster_recipe)" = "$recipe" ] && return
    kind delete cluster --name "$CLUSTER"
    delete_shared_volume
  fi
  docker volume create "$SHARED_VOLUME"
  # kind makes its context the current one: whoever had chosen another keeps it.
  current=$(kubectl config current-context 2>/dev/null || true)
  kind_config "$2" | kind create cluster --config - ${1:+--image "$1"} --wait 180s
  [ -z "$current" ] || kubectl config use-context "$current"
  docker update --cpu-shares "$CONTROL_PLANE_SHARES" "$CLUSTER-control-plane"
  keep_dns_inside
  kube -n kube-system create configmap liteset-recipe --from-literal=recipe="$recipe"
}
