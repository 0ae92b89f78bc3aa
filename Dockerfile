# syntax=docker/dockerfile:1
#
#     docker build --tag etcd-uplift .                        nothing but the binary, about 10 MB
#     docker build --tag etcd-uplift:shell --target shell .   with a shell, as GitLab's runners want it
#     docker run --rm --volume "$PWD:/work" --user "$(id -u):$(id -g)" etcd-uplift lint --from 3.4 --to 3.5 .

FROM rust:1.88-alpine AS build
WORKDIR /etcd-uplift
COPY . .
# Alpine's compiler links musl statically: the binary needs nothing beside it.
RUN cargo build --release --locked && cp target/release/etcd-uplift /usr/local/bin/

FROM alpine:3.22 AS shell
COPY --from=build /usr/local/bin/etcd-uplift /usr/local/bin/
USER 65534:65534
WORKDIR /work
CMD ["etcd-uplift", "--help"]

FROM scratch
COPY --from=build /usr/local/bin/etcd-uplift /usr/local/bin/
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/etcd-uplift"]
CMD ["--help"]
