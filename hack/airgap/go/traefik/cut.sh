#!/usr/bin/env bash
# cut.sh OUT: writes the part of Traefik that an ingress controller of Kubernetes needs to OUT/src, with a go.mod in OUT that builds it:
#   ./cut.sh OUT && go build -modfile=OUT/go.mod github.com/traefik/traefik/v3/cmd/traefik
# Why: whole, Traefik links the clients of a dozen clouds and 150 DNS services. Some of their modules cannot be had from the Go proxy, and the others
# are two thirds of the compile time. Nothing is added or changed in behaviour; what is cut is unknown to the command line, or an error.
# The source is that of the module cache, checked against go.sum.
set -euo pipefail
cd "$(dirname "$0")"
out=$(realpath -m "$1")
traefik=github.com/traefik/traefik/v3

go mod download "$traefik"
from=$(go list -m -f '{{.Dir}}' "$traefik")
rm -rf "$out/src"
mkdir -p "$out/src"
cp -r "$from"/{cmd,pkg,webui,go.mod} "$out/src"
chmod -R u+w "$out/src"
cp go.mod go.sum "$out"
go mod edit -replace="$traefik=$out/src" "$out/go.mod"

# cut FILE EXPRESSION...: every expression of sed must change the file, or the source is not what we think it is.
cut() {
  local file=$out/src/$1 expression
  shift
  for expression in "$@"; do
    cp "$file" "$file.before"
    sed -Ei "$expression" "$file"
    ! cmp -s "$file" "$file.before" || { echo "error: nothing to cut in $file: $expression" >&2; exit 1; }
    rm "$file.before"
  done
}

# Providers other than files, HTTP, Ingress and the Gateway API.
packages='docker|ecs|consulcatalog|nomad|kv/(consul|etcd|redis|zk)|kubernetes/(crd|knative|ingress-nginx)'
names='docker|ecs|consulcatalog|nomad|consul|etcd|redis|zk|crd|knative|ingressnginx'
options='Docker|Swarm|Ecs|ConsulCatalog|Nomad|Consul|Etcd|Redis|ZooKeeper|KubernetesCRD|Knative|KubernetesIngressNGINX'
cut pkg/config/static/static_config.go \
  "\#pkg/provider/($packages)\"\$#d" \
  "/^\t($names)\.(Provider|Swarm|Docker)Name,/d" \
  "/^\t($options) +\*($names)\./d" \
  '/^\tif c\.Providers\.(Docker|Swarm|KubernetesIngressNGINX) != nil/,/^\t}/d' \
  '/^\t\tif c\.Providers\.KubernetesCRD != nil/,/^\t\t}/d' \
  '/^\tif c\.Providers != nil && c\.Providers\.(KubernetesIngressNGINX|Knative) != nil/,/^\t}/d'
cut pkg/provider/aggregator/aggregator.go "/^\tif conf\.($options) != nil/,/^\t}/d"

# Plugins: their interpreters of Go and WebAssembly.
rm "$out/src/cmd/traefik/plugins.go"
cut pkg/config/static/experimental.go '/^import/d' '/^\t(Plugins|LocalPlugins|AbortOnPluginFailure) /d'
cut pkg/config/static/static_config.go '/^\tPlugin map/d'
printf 'package middleware\n\n// PluginsBuilder is nil.\ntype PluginsBuilder any\n' >"$out/src/pkg/server/middleware/plugins.go"
cut pkg/server/middleware/middlewares.go '/^\t"reflect"/d' '/^\t\/\/ Plugin$/,/^\t}/d'
cut cmd/traefik/traefik.go '/^\t"maps"/d' '/^\t\/\/ Plugins$/,/^\t\/\/ Service manager factory/d' 's/observabilityMgr, pluginBuilder,/observabilityMgr, nil,/'

# The DNS challenge of ACME: 150 DNS services.
cut pkg/provider/acme/provider.go '/providers\/dns"$/d' \
  '/^\tif p\.DNSChallenge != nil && len\(p\.DNSChallenge\.Provider\) > 0/,/^\t}/c\	if p.DNSChallenge != nil {\n\t\treturn nil, errors.New("DNS challenges are not in this build")\n\t}'

# Basic and digest authentication: a fork that the proxy does not have. A middleware that asks for them is refused by Traefik as invalid.
rm "$out"/src/pkg/middlewares/auth/{basic,digest}_auth.go
cut pkg/server/middleware/middlewares.go '/^\t\/\/ (BasicAuth|DigestAuth)$/,/^\t}/d'

# Traefik Hub's fields, which are empty.
cut pkg/config/dynamic/http_config.go '/^\text\./d' '/dynamic\/ext"/d'
cut pkg/config/dynamic/zz_generated.deepcopy.go '/^\tout\.(HTTP|Router) = in\./d'

# The look-up of new versions (a client of GitHub), rate limits shared in Redis, metrics for InfluxDB, the experimental proxy.
cut pkg/version/version.go '/"context"|go-github|go-version/d' '/^func CheckNewVersion/,$d'
echo 'func CheckNewVersion() {}' >>"$out/src/pkg/version/version.go"
rm "$out"/src/pkg/middlewares/ratelimiter/{lua,redis_limiter}.go "$out/src/pkg/observability/metrics/influxdb2.go"
cut pkg/middlewares/ratelimiter/rate_limiter.go '/limiter, err = newRedisLimiter/,/^\t\t}/c\		return nil, fmt.Errorf("rate limits in Redis are not in this build")'
cut pkg/observability/types/metrics.go '/^\tInfluxDB2 /d'
cut pkg/server/server.go '/StopInfluxDB2/d'
cut pkg/config/static/experimental.go '/^\tFastProxy /d'
cut cmd/traefik/traefik.go '/^\tif metricsConfig\.InfluxDB2/,/^\t}/d' '/Experimental\.FastProxy/,/^\t}/d' '/pkg\/proxy"$/d'
