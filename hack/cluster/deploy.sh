# What goes into the cluster: FUSE, storage that all nodes share, the ingress controller, Consul where wanted, and the release.
# shellcheck shell=bash

MANIFESTS=$ROOT/hack/cluster/manifests

# apply_with_image MANIFEST IMAGE
apply_with_image() { sed "s#__IMAGE__#$2#" "$MANIFESTS/$1" | kube apply --server-side --force-conflicts -f -; }

fuse_plugin_image() { echo "liteset/fuse-device-plugin:$(digest "$(go_bases)" "$GO_MODULES/kubernetes" "$MANIFESTS/../fuse-device-plugin.Dockerfile")"; }

install_fuse_device_plugin() {
  local image
  image=$(fuse_plugin_image)
  build_image "$image" hack/cluster/fuse-device-plugin.Dockerfile "$(go_bases)"
  load_images "$image"
  apply_with_image fuse-device-plugin.yaml "$image"
  kube -n kube-system rollout status daemonset/fuse-device-plugin --timeout=120s
}

# kind's own provisioner does it, told apart by class; what it does for kind's class `standard` stays as it was. It begins anew with a
# volume after 30 s instead of 120: on a busy node runc fails now and then to start its helper ("unable to freeze",
# kubernetes/kubernetes#131087), which nobody starts again.
storage_config() {
  jq -n --arg shared "$SHARED_PATH" '{cmdTimeoutSeconds: 30, storageClassConfigs: {
    standard: {nodePathMap: [{node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: ["/var/local-path-provisioner"]}]},
    shared: {sharedFileSystemPath: $shared}
  }}'
}

install_shared_storage() {
  local patched
  kube apply --server-side -f "$MANIFESTS/shared-storage.yaml"
  patched=$(kube -n local-path-storage patch configmap local-path-config --patch "$(jq -n --arg config "$(storage_config)" '{data: {"config.json": $config}}')")
  echo "$patched"
  [[ $patched != *'(no change)'* ]] || return 0
  # It would look at its configuration only every minute or so.
  kube -n local-path-storage rollout restart deployment/local-path-provisioner
  kube -n local-path-storage rollout status deployment/local-path-provisioner --timeout=120s
}

# The CRDs of the Gateway API, as its release has them; without the internet, from its Go module.
gateway_api() {
  local folder it
  if [ "$REGISTRY_MODE" = registry ]; then
    kube apply --server-side -f "https://github.com/kubernetes-sigs/gateway-api/releases/download/$GATEWAY_API_VERSION/standard-install.yaml"
    return
  fi
  folder=$(cd "$GO_MODULES/traefik" && go list -m -f '{{.Dir}}' sigs.k8s.io/gateway-api)/config/crd/standard
  for it in gatewayclasses gateways httproutes grpcroutes tlsroutes referencegrants backendtlspolicies; do
    kube apply --server-side -f "$folder/gateway.networking.k8s.io_$it.yaml"
  done
}

install_ingress() {
  local image=traefik:$TRAEFIK_VERSION
  if [ "$REGISTRY_MODE" = airgap ]; then
    build_program_image traefik traefik traefik
    image=$(program_image traefik traefik traefik)
  else
    docker pull "$image"
  fi
  load_images "$image"
  gateway_api
  kube wait --for=condition=Established crd --all --timeout=60s
  apply_with_image traefik.yaml "$image"
  kube -n traefik rollout status deployment/traefik --timeout=180s
}

install_consul() {
  local image=consul:${CONSUL_VERSION#v}
  if [ "$REGISTRY_MODE" = airgap ]; then
    build_program_image consul consul consul
    image=$(program_image consul consul consul)
  else
    docker pull "$image"
  fi
  load_images "$image"
  apply_with_image consul.yaml "$image"
  kube -n consul rollout status deployment/consul --timeout=180s
}

# An S3 server, for tests of the backup. Its objects are gone with its pod.
install_s3() {
  build_program_image versitygw versitygw versitygw
  load_images "$(program_image versitygw versitygw versitygw)"
  apply_with_image s3.yaml "$(program_image versitygw versitygw versitygw)"
  kube -n s3 rollout status deployment/s3 --timeout=120s
}

# The values of the release on this cluster; docs/ and the tests use the same.
release_values() {
  cat <<YAML
replicaCount: $REPLICAS
image: { repository: ${APP_IMAGE%:*}, tag: "${APP_IMAGE##*:}", pullPolicy: Never }
ingress: { enabled: true, className: traefik, hosts: [{ host: "", paths: [{ path: /, pathType: Prefix }] }] }
lease: { type: $LEASE, consul: { url: "http://consul.consul.svc:8500" } }
backup:
  enabled: true
  image: { repository: ${BACKUP_IMAGE%:*}, tag: "${BACKUP_IMAGE##*:}", pullPolicy: Never }
  persistence: { storageClass: shared, size: 1Gi }
YAML
}

deploy() {
  local values=$CACHE/values.yaml
  release_values >"$values"
  kube get namespace "$NAMESPACE" >/dev/null 2>&1 || kube create namespace "$NAMESPACE"
  # `upgrade --install` is `helm install` when there is no release yet. Somebody may have scaled by kubectl, which owns the number then.
  helm --kube-context "$CONTEXT" -n "$NAMESPACE" upgrade --install "$RELEASE" "$ROOT/charts/liteset" -f "$values" --force-conflicts
  kube -n "$NAMESPACE" rollout status "statefulset/$RELEASE" --timeout=300s
}

wait_for_url() {
  local i
  for ((i = 0; i < 120; i++)); do
    curl -fsS -o /dev/null --max-time 5 "$URL/" && return
    sleep 0.5
  done
  return 1
}

done_message() {
  cat <<TEXT

The invoice service is at $URL/   (reads go round over $REPLICAS pods, lease: $LEASE)

Try next:
  for i in 1 2 3 4 5 6; do curl -sI $URL/ | grep -i ^liteset; done    # which pod answered, its role and its position
  kubectl --context $CONTEXT -n $NAMESPACE port-forward pod/$RELEASE-1 8081:8080     # one pod by itself, on http://127.0.0.1:8081/
  helm --kube-context $CONTEXT -n $NAMESPACE test $RELEASE                           # writes through a replica, reads on every pod

kubectl and helm are in $BIN. Remove it all: hack/down.sh
TEXT
}
