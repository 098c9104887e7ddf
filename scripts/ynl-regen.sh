#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Regenerate the uAPI header and the netlink policies from the YAML spec.
# Usage: scripts/ynl-regen.sh KSRC [OUT]; KSRC is an unpacked linux-source-6.12,
# OUT a directory to write to instead of the tree (to compare, as make lint does).
set -eu

ksrc=${1:?usage: ynl-regen.sh KSRC [OUT]}
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
out=${2:-$top}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The generator finds its schema beside the spec's parent directory, and looks
# for a file MAINTAINERS above the spec until it finds one.
mkdir -p "$work/docs/netlink/specs" "$out/kmod/netlink" "$out/include/uapi"
touch "$work/MAINTAINERS"
cp "$top/docs/netlink/specs/alkaid.yaml" "$work/docs/netlink/specs/"
cp "$ksrc/Documentation/netlink/genetlink-legacy.yaml" "$work/docs/netlink/"

gen() {
	timeout 60 python3 "$ksrc/tools/net/ynl/ynl-gen-c.py" \
		--spec "$work/docs/netlink/specs/alkaid.yaml" "$@"
}

gen --mode uapi --header -o "$work/alkaid.h"
gen --mode kernel --header -o "$work/gen.h"
gen --mode kernel --source -o "$work/gen.c"

# The header is installed as <alkaid.h>, and the module includes it so too.
sed 's|<uapi/linux/alkaid.h>|<uapi/alkaid.h>|' "$work/gen.h" > "$out/kmod/netlink/gen.h"
sed 's|<uapi/linux/alkaid.h>|<uapi/alkaid.h>|' "$work/gen.c" > "$out/kmod/netlink/gen.c"
cp "$work/alkaid.h" "$out/include/uapi/alkaid.h"
