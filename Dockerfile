# Two images: `docker build .` makes the controller's, `docker build --target tester .` the tester's.

# Base images, each an argument so that a build can name a digest: --build-arg NODE_IMAGE=node:24-trixie-slim@sha256:...
# docs/security.md tells how to find the digests.
ARG NODE_IMAGE=node:24-trixie-slim
ARG GO_IMAGE=golang:1.26-trixie
ARG KUBECTL_IMAGE=registry.k8s.io/kubectl:v1.36.3
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

# What is built is JavaScript without native parts: one build serves all platforms.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /sluice
COPY package.json package-lock.json .npmrc ./
COPY scripts/pinned-node scripts/pinned-node
COPY packages packages
RUN npm ci --no-audit --no-fund
COPY examples examples
COPY scripts/build.ts scripts/bundle.ts scripts/sbom.ts scripts/
COPY scripts/sbom scripts/sbom
# The SBOM is written while the tools are there that write it.
RUN npm run build && npm run bundle -- /controller && npm run sbom && npm prune --omit=dev --no-audit --no-fund

# Programs that tasks of the tester call, from source: the module proxy's checksums vouch for them.
FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS programs
ARG TARGETOS
ARG TARGETARCH
ENV CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH
RUN go install -trimpath helm.sh/helm/v3/cmd/helm@v3.19.0 \
  && go install -trimpath github.com/rakyll/hey@v0.1.4 \
  && mkdir /programs \
  && find /go/bin -type f \( -name helm -o -name hey \) -exec cp {} /programs/ \;

FROM ${KUBECTL_IMAGE} AS kubectl

FROM ${NODE_IMAGE} AS tester
RUN apt-get update \
  && apt-get install -y --no-install-recommends bash ca-certificates curl git jq \
  && rm -rf /var/lib/apt/lists/*
COPY --from=kubectl /bin/kubectl /usr/local/bin/kubectl
COPY --from=programs /programs/ /usr/local/bin/
WORKDIR /sluice
COPY LICENSE NOTICE ./
COPY --from=build /sluice/package.json ./
COPY --from=build /sluice/node_modules node_modules
COPY --from=build /sluice/dist dist
ENV NODE_ENV=production
USER 1000:1000
EXPOSE 8080
ENTRYPOINT ["node", "/sluice/dist/sluice/src/cli/main.js"]
CMD ["tester", "-port=8080"]

FROM ${RUNTIME_IMAGE} AS controller
WORKDIR /sluice
COPY LICENSE NOTICE ./
COPY --from=build /controller ./
# One thread works: an arena of malloc for each of the others, and what is freed but kept, are some 20 MB that nobody uses.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/nodejs/bin/node", "/sluice/main.cjs"]
CMD ["controller"]
