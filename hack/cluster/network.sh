# The docker network of the nodes, from which no packet leaves this machine.
# shellcheck shell=bash

NETWORK=liteset
BRIDGE=br-liteset
export KIND_EXPERIMENTAL_DOCKER_NETWORK=$NETWORK

create_network() {
  docker network inspect "$NETWORK" >/dev/null 2>&1 ||
    docker network create -d bridge -o "com.docker.network.bridge.name=$BRIDGE" "$NETWORK"
  # Before kube-proxy has its rules, pods' traffic to the Service network takes the default route: out of the machine, to whoever has that address.
  iptables -C DOCKER-USER -i "$BRIDGE" ! -o "$BRIDGE" -j REJECT 2>/dev/null ||
    iptables -I DOCKER-USER -i "$BRIDGE" ! -o "$BRIDGE" -j REJECT
}

delete_network() {
  docker network rm "$NETWORK" >/dev/null 2>&1 || true
  while iptables -D DOCKER-USER -i "$BRIDGE" ! -o "$BRIDGE" -j REJECT 2>/dev/null; do :; done
}
