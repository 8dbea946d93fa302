# Building images.
# shellcheck shell=bash

# The docker client that can build with BuildKit. From version 23 on that takes a plugin (buildx), which some installations lack;
# Debian's older client has it built in.
buildkit_client() {
  local client
  while read -r client; do
    if "$client" buildx version >/dev/null 2>&1 || (($("$client" --version | grep -oE '[0-9]+' | head -n 1) < 23)); then
      echo "$client"
      return
    fi
  done < <(type -ap docker)
  return 1
}

# docker_build ARGUMENT...: `docker build`, with BuildKit.
docker_build() { DOCKER_BUILDKIT=1 "$(buildkit_client)" build --progress=plain "$@"; }
