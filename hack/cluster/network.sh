# The docker network of the nodes, from which no packet leaves this machine.
# shellcheck shell=bash

NETWORK=liteset
BRIDGE=br-liteset
export KIND_EXPERIMENTAL_DOCKER_NETWORK=$NETWORK

create_network() {
  docker network inspect "$NETWORK" >/dev/null 2>&1 ||
    docker network create -d bridge -o "com.docker.network.bridge.name=$BRIDGE" "$NETWORK"
  # The rule takes root. Whoever has docker running already need not be, and does without.
  ((EUID == 0)) && command -v iptables >/dev/null || return 0
  # Before kube-proxy has its rules, pods' traffic to the Service network takes the default route: out of the machine, to whoever has that address.
  iptables -C DOCKER-USER -i "$BRIDGE" ! -o "$BRIDGE" -j REJECT 2>/dev/null ||
    iptables -I DOCKER-USER -i "$BRIDGE" ! -o "$BRIDGE" -j REJECT
}

# CoreDNS sends what it does not know to the resolvers of its node: out of the machine, if the rule let it. Without that such names just do not exist.
# `loop`, which finds forwarding in circles, has nothing to do then.
keep_dns_inside() {
  local corefile
  corefile=$(kube -n kube-system get configmap coredns -o json |
    jq -r '.data.Corefile | gsub("\\n *forward [^{]*[{][^}]*[}]"; "") | gsub("\\n *loop(?=\\n)"; "")')
  if grep -q forward <<<"$corefile"; then die 'this Corefile forwards in a way that is not known here'; fi
  kube -n kube-system create configmap coredns --from-literal=Corefile="$corefile" --dry-run=client -o yaml | kube -n kube-system replace -f -
  # Not both on the node that happened to be there first: a story that freezes it would be about DNS.
  kube -n kube-system patch deployment coredns --type merge -p '{"spec": {"template": {"spec": {"topologySpreadConstraints": [
    {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}]}}}}'
  kube -n kube-system rollout status deployment/coredns --timeout=120s
}

delete_network() {
  docker network rm "$NETWORK" >/dev/null 2>&1 || true
  while iptables -D DOCKER-USER -i "$BRIDGE" ! -o "$BRIDGE" -j REJECT 2>/dev/null; do :; done
}
