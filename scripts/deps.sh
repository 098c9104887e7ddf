#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The one list of the Debian packages that each part of the tree needs.
# Usage: scripts/deps.sh GROUP...; installs what is missing when it may (root
# on Debian), else says what is missing and fails.
set -eu
shopt -s inherit_errexit

packages() {
	case $1 in
	check) echo make python3 git ;;
	build) echo build-essential kmod rsync ;;
	debian-6.12) echo linux-image-6.12-amd64 linux-headers-6.12-amd64 build-essential kmod rsync ;;
	debian-6.1) echo linux-image-amd64 linux-headers-amd64 build-essential kmod rsync ;;
	source) echo linux-source-6.12 xz-utils ;;
	uml) echo linux-source-6.12 xz-utils build-essential kmod rsync flex bison bc patch ;;
	vm) echo qemu-system-x86 busybox-static kmod util-linux iproute2 iputils-ping nftables ;;
	userspace)
		echo build-essential pkg-config libmnl-dev libnl-3-dev libnl-route-3-dev \
			libprotobuf-c-dev protobuf-c-compiler libgrpc-dev libjson-c-dev \
			libsqlite3-dev libsystemd-dev libglib2.0-dev
		;;
	unit) echo libcmocka-dev ;;
	fuzz) echo build-essential clang-14 libclang-rt-14-dev python3 xxd protobuf-compiler ;;
	guest)
		echo iproute2 iputils-ping iputils-arping ethtool jq tcpdump tshark iperf3 nftables \
			procps python3 python3-scapy python3-grpcio python3-protobuf \
			python3-grpc-tools protobuf-compiler openvswitch-switch frr openssl
		;;
	bench) echo linux-perf ;;
	lint)
		echo shellcheck cppcheck sparse perl python3 python3-yaml \
			python3-jsonschema mandoc systemd
		;;
	*)
		echo "deps.sh: no such group: $1" >&2
		return 2
		;;
	esac
}

missing() {
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
		sed -n 's/^installed //p' | sort -u >"$tmp/installed"
	printf '%s\n' "$@" | sort -u | comm -23 - "$tmp/installed"
}

install() {
	export DEBIAN_FRONTEND=noninteractive
	# Kernels are booted from files here: no initramfs, no boot loader.
	export INITRD=No
	set -- apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=900 install "$@"
	# Package lists may be absent or older than the archive.
	"$@" || { apt-get -q update && "$@"; }
}

[ $# -gt 0 ] || { echo "usage: deps.sh GROUP..." >&2; exit 2; }
if ! command -v dpkg-query >/dev/null; then
	echo "deps.sh: not a Debian machine; needed are the counterparts of:" >&2
	for group in "$@"; do packages "$group"; done >&2
	exit 1
fi

wanted=$(for group in "$@"; do packages "$group"; done)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# shellcheck disable=SC2086 # a list of package names
lacking=$(missing $wanted)
[ -n "$lacking" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
	echo "deps.sh: missing packages:" >&2
	# shellcheck disable=SC2086
	echo "  apt-get install --no-install-recommends" $lacking >&2
	exit 1
fi

# Two targets may find the same package missing at the same moment.
exec 9>/run/lock/alkaid-deps.lock
flock 9
# shellcheck disable=SC2086
lacking=$(missing $wanted)
# shellcheck disable=SC2086
[ -z "$lacking" ] || install $lacking </dev/null >&2
