#!/bin/sh
exec etcd --name=n1 --data-dir=/var/lib/etcd \
  --experimental-warning-apply-duration=0s \
  --experimental-corrupt-check-time=1h \
  --experimental-initial-corrupt-check
