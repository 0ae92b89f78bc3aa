#!/bin/sh
# Reads a key through the HTTP gateway of every member.
set -eu
for host in 10.0.1.10 10.0.1.11 10.0.1.12; do
  curl --fail --silent --cacert /etc/etcd/pki/ca.crt --cert /etc/etcd/pki/client.crt --key /etc/etcd/pki/client.key \
    "https://${host}:2379/v3alpha/kv/range" --data '{"key": "aGVhbHRo"}'
done
