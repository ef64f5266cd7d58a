#!/bin/sh
# Allows user namespaces to every program on Ubuntu. `make platforms` starts the emulator of other processors in one.
set -eu
if [ -e /proc/sys/kernel/apparmor_restrict_unprivileged_userns ]; then
  sudo sysctl --write kernel.apparmor_restrict_unprivileged_userns=0
fi
