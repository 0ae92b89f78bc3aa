#!/bin/sh
exec etcd --name=n1 --experimental-warning-unary-request-duration=0s --warning-unary-request-duration=1s
