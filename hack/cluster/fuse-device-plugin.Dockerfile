# The FUSE device plugin of the kind cluster, one static program. Its source is a package of the module that pins Kubernetes.
ARG GO_IMAGE=golang:1.26.8-bookworm

FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS build
ARG TARGETARCH
WORKDIR /src
COPY hack/airgap/go/kubernetes/ ./
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOARCH=$TARGETARCH go build -trimpath -buildvcs=false -ldflags '-s -w' -o /out/ ./fuse-device-plugin

FROM scratch
COPY --from=build /out/fuse-device-plugin /program
ENTRYPOINT ["/program"]
