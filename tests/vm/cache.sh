# SPDX-License-Identifier: GPL-2.0
# Where kernels and initramfs images are kept, outside the tree; sourced, sets $cache.
# shellcheck shell=bash

cache=${ALKAID_CACHE:-/var/cache/alkaid}
if ! { mkdir -p "$cache" && [ -w "$cache" ]; } 2>/dev/null; then
	cache=${HOME:-/root}/.cache/alkaid
	mkdir -p "$cache"
fi
