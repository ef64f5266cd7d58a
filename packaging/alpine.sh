#!/bin/sh
# Runs install.sh on Alpine Linux, whose C library is musl, in a container.
set -eux
docker run --rm --volume "$PWD:/grantmint" --workdir /grantmint alpine:3.22 sh -eux -c \
  'apk add --quiet python3 py3-pip py3-pytest nodejs npm && packaging/install.sh'
