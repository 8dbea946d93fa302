#!/usr/bin/env bash
# Releases Liteset. Each command is a step of .github/workflows/release.yml; test/release runs the same commands.
#
#   hack/release.sh check TAG          refuses a TAG that package.json and CHANGELOG.md do not agree with
#   hack/release.sh notes              prints the section of CHANGELOG.md for this version
#   hack/release.sh images REGISTRY    builds the images for amd64 and arm64, with SBOM and provenance, and pushes them
#   hack/release.sh chart REGISTRY     packages the chart and pushes it to REGISTRY/charts
#   hack/release.sh sign REFERENCE...  signs by cosign, with the identity of the workflow and without a key
#
# `images` and `chart` print a line NAME@DIGEST for each thing that they pushed: what `sign` takes.
#
#   --dry-run      print the commands of `images` and `sign`, and run none
#   --plain-http   push the chart without TLS, to a registry on this machine
#
# Needs jq; `images` needs docker with buildx, `chart` Helm (`hack/build.sh helm`), `sign` cosign.
# Undo: delete the packages from the registry. What is signed stays in cosign's public log for good.
# shellcheck source=hack/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

cd "$ROOT"
IMAGES=(invoices backup)
PLATFORMS=linux/amd64,linux/arm64
VERSION=$(jq -r .version package.json)

DRY_RUN=
HELM_OPTIONS=()
ARGUMENTS=()
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) DRY_RUN=yes ;;
    --plain-http) HELM_OPTIONS+=(--plain-http) ;;
    -h | --help) usage; exit 0 ;;
    -*) die "unknown option '$1': see $0 --help" ;;
    *) ARGUMENTS+=("$1") ;;
  esac
  shift
done

# Runs a command, or prints it with --dry-run.
run() { if [ "$DRY_RUN" ]; then echo "$*"; else "$@" >&2; fi; }

check() {
  [ "$1" = "v$VERSION" ] || die "the tag is $1, package.json says $VERSION: tag v$VERSION, or change package.json and run \`npm run synth\`"
  grep -qE "^## \[${VERSION//./\\.}\] - [0-9]{4}-[0-9]{2}-[0-9]{2}$" CHANGELOG.md ||
    die "CHANGELOG.md has no section '## [$VERSION] - <date>': give the section of this version its date"
}

notes() {
  local section
  section=$(awk -v heading="## [$VERSION]" 'index($0, "## ") == 1 {inside = index($0, heading) == 1; next} inside' CHANGELOG.md)
  printf '%s\n' "${section#$'\n'}"
}

# images REGISTRY
images() {
  local image metadata source
  source=$(jq -r .homepage package.json)
  for image in "${IMAGES[@]}"; do
    metadata=$CACHE/tmp/release-$image.json
    run docker buildx build -f "app/$image/Dockerfile" -t "$1/$image:$VERSION" --platform "$PLATFORMS" \
      --sbom=true --provenance=mode=max --metadata-file "$metadata" --push \
      --label "org.opencontainers.image.source=$source" --label org.opencontainers.image.licenses=Apache-2.0 .
    [ "$DRY_RUN" ] || jq -er --arg name "$1/$image" '$name + "@" + ."containerimage.digest"' "$metadata"
  done
}

# chart REGISTRY
chart() {
  local folder said
  folder=$(mktemp -d -p "$CACHE/tmp")
  helm package charts/liteset -d "$folder" >&2
  said=$(helm push "$folder/liteset-$VERSION.tgz" "oci://$1/charts" "${HELM_OPTIONS[@]}" 2>&1) || die "$said"
  rm -r "$folder"
  sed -n "s#^Digest: #$1/charts/liteset@#p" <<<"$said" | grep . || die "helm named no digest: $said"
}

# sign REFERENCE...: by digest, since a tag may point elsewhere a moment later.
sign() {
  local reference
  for reference in "$@"; do
    [[ $reference == *@sha256:* ]] || die "$reference has no digest: give what \`images\` and \`chart\` printed"
    run cosign sign --yes "$reference"
  done
}

# takes NAME...: the arguments that a command has to have.
takes() { ((${#ARGUMENTS[@]} - 1 >= $#)) || die "${ARGUMENTS[0]} takes $*: see $0 --help"; }

case ${ARGUMENTS[0]-} in
  check) takes TAG ;;
  images | chart) takes REGISTRY ;;
  sign) takes REFERENCE ;;
  notes) ;;
  *) die "unknown command '${ARGUMENTS[0]-}': see $0 --help" ;;
esac
"${ARGUMENTS[@]}"
