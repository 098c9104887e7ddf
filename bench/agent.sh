#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# How long alkaidd takes for pushes of neighbors, beside a gRPC server that only takes them.
# Usage: tests/vm/run --kernel uml --mem 4096 --load -- bench/agent.sh [MILLION] [RESTART]
#
#   controller (bytes made beforehand) --- gRPC --- nullserver | alkaidd --- alk0
#
# MILLION is how many neighbors come in the long stream, RESTART how many objects a daemon finds
# when it is started again. Each row is the best of its rounds.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
ip link set lo up
alk link add alk0 local 10.0.0.1
ip link set alk0 up
PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 "$here/agent.py" "$@"
