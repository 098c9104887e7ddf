#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds the modules for one kernel, in a copy of the sources that this kernel alone uses.
# Usage: scripts/kbuild.sh KERNEL|KDIR [DIR [MAKE-ARG]...]
#   KERNEL    debian-6.12, debian-6.1, uml or uml-debug
#   KDIR      or the build directory of any other kernel
#   DIR       name below build/kbuild/, KERNEL (or the release of KDIR) if not given
#   MAKE-ARG  for the kernel's build, e.g. W=1 or modules_install
set -eu
shopt -s inherit_errexit

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
kernel=${1:?usage: kbuild.sh KERNEL|KDIR [DIR [MAKE-ARG]...]}
shift

case $kernel in
/*)
	"$top/scripts/deps.sh" build
	KDIR=$kernel ARCH=$(sed -n 's/^# Linux\/\([a-z0-9_]*\) .*/\1/p' "$kernel/.config")
	case $KDIR in
	/lib/modules/*/build) RELEASE=$(basename "${KDIR%/build}") ;;
	*) RELEASE=$(cat "$KDIR/include/config/kernel.release") ;;
	esac
	kernel=$RELEASE
	;;
*)
	facts=$("$top/tests/vm/kernel" "$kernel")
	eval "$facts"
	;;
esac

dir=$top/build/kbuild/${1:-$kernel}
[ $# -eq 0 ] || shift
mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9

# Objects of another kernel are of no use to this one.
if [ "$(cat "$dir/.kdir" 2>/dev/null)" != "$RELEASE $KDIR" ]; then
	find "$dir" -mindepth 1 -not -name .lock -delete
	echo "$RELEASE $KDIR" >"$dir/.kdir"
fi

# Sources that went away go away here too; what the build made stays.
mkdir -p "$dir/tests" "$dir/include"
for part in kmod include tests/kunit; do
	[ -d "$top/$part" ] || continue
	rsync -a --delete --filter='protect *.mod.c' --filter='risk *.[ch]' --filter='risk Kbuild' \
		--filter='protect *' "$top/$part/" "$dir/$part/"
done
cp -p "$top/Kbuild" "$dir/"

[ $# -gt 0 ] || set -- modules
for arg in "$@"; do
	case $arg in
	*=*) ;;
	*) target=$arg ;;
	esac
done
[ -n "${target:-}" ] || set -- "$@" modules

make -s -j"$(nproc)" -C "$KDIR" M="$dir" ARCH="$ARCH" "$@"
