#!/bin/sh
docker run quay.io/coreos/etcd:v3.4.20 etcd --name infra3 --log-package-levels=etcdserver=DEBUG
