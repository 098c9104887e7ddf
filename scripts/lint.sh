#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Style and static analysis; each check is one test of a KTAP report.
# Usage: scripts/lint.sh [CHECK]...
set -u
shopt -s inherit_errexit

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$top" || exit
# Debian's python3 has the modules that the generator needs.
PATH=/usr/bin:$PATH
MAX_LINES=600

CHECKS=(
	checkpatch
	warnings_debian_6_12 warnings_debian_6_1
	sparse_debian_6_12 sparse_debian_6_1
	generated
	shellcheck
	cppcheck
	manpages
	units
	version_codes
	bug_on
	file_size
	open_ends
	licence
)

# Tracked files, or those of a tree that is no repository.
files() { # PATH...
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard -- "$@"
	else
		find "$@" \( -path ./build -o -path ./.git \) -prune -o -type f -print 2>/dev/null |
			sed 's|^\./||'
	fi | while IFS= read -r file; do [ ! -f "$file" ] || echo "$file"; done
}

module_sources() {
	files kmod include tests/kunit | grep '\.[ch]$' | grep -v '^kmod/netlink/gen\.[ch]$' |
		grep -v '^include/uapi/alkaid\.h$'
}

# Succeeds if standard input is empty, and shows it if not.
is_empty() {
	! grep .
}

checkpatch() { # IGNORED-TYPES, files on standard input
	local facts SOURCE=
	facts=$(tests/vm/kernel source) || return
	eval "$facts"
	xargs -r "$SOURCE/scripts/checkpatch.pl" --no-tree --strict --terse --show-types \
		--no-summary --ignore "$1" -f | is_empty
}

check_checkpatch() {
	local status=0
	# FILE_PATH_CHANGES: a change of the file list concerns the kernel's own MAINTAINERS.
	# LINUX_VERSION_CODE: the module has one compat.h, which another check guards.
	# COMPLEX_MACRO, MACRO_ARG_REUSE, MACRO_ARG_UNUSED: tables of drop reasons are macros
	# of macros, each of which takes from a row what it needs.
	local ignore=FILE_PATH_CHANGES,LINUX_VERSION_CODE,COMPLEX_MACRO,MACRO_ARG_REUSE,MACRO_ARG_UNUSED
	module_sources | grep -v '/trace\.h$' | checkpatch "$ignore" || status=1
	# Tracepoints are written in a language of their own, not in C's layout.
	module_sources | grep '/trace\.h$' |
		checkpatch "$ignore,TRAILING_SEMICOLON,PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE" || status=1
	return "$status"
}

# What debuggers read takes a quarter of the time of a build.
BARE=(KCFLAGS=-g0 CONFIG_DEBUG_INFO_BTF_MODULES=)

# A build from nothing: what is up to date warns of nothing.
warnings() { # KERNEL
	rm -rf "build/kbuild/lint-$1"
	scripts/kbuild.sh "$1" "lint-$1" W=1 "${BARE[@]}" >"build/logs/lint-$1.warnings" 2>&1 ||
		{ cat "build/logs/lint-$1.warnings"; return 1; }
	grep -A 6 'warning:' "build/logs/lint-$1.warnings" | is_empty
}

check_warnings_debian_6_12() { warnings debian-6.12; }
check_warnings_debian_6_1() { warnings debian-6.1; }

# With the flags of the build before, so that nothing is compiled again.
sparse_of() { # KERNEL
	scripts/kbuild.sh "$1" "lint-$1" W=1 C=2 CF=-D__CHECK_ENDIAN__ "${BARE[@]}" \
		>"build/logs/lint-$1.sparse" 2>&1 || { cat "build/logs/lint-$1.sparse"; return 1; }
	grep -E '(warning|error):' "build/logs/lint-$1.sparse" | is_empty
}

check_sparse_debian_6_12() { sparse_of debian-6.12; }
check_sparse_debian_6_1() { sparse_of debian-6.1; }

check_generated() {
	local facts SOURCE='' out file
	facts=$(tests/vm/kernel source) || return
	eval "$facts"
	out=$(mktemp -d)
	scripts/ynl-regen.sh "$SOURCE" "$out" &&
		for file in kmod/netlink/gen.c kmod/netlink/gen.h include/uapi/alkaid.h; do
			diff -u "$file" "$out/$file" || { rm -rf "$out"; return 1; }
		done
	local status=$?
	rm -rf "$out"
	return "$status"
}

check_shellcheck() {
	# SC2317, SC2329: functions of tests are called by name.
	files . | while IFS= read -r file; do
		case $file in
		*.sh) echo "$file" ;;
		*) ! head -n 1 "$file" | grep -aqE '^#!.*(bash|/sh)$' || echo "$file" ;;
		esac
	done | xargs shellcheck -x -e SC2317,SC2329
}

check_cppcheck() {
	# It does not see the headers of libraries, and takes designated initialisers of
	# their types for uses; the compiler looks for what is not initialised. A string's
	# end is its zero, so that a limit may well be looked at second.
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=legacyUninitvar \
		--suppress=arrayIndexThenCheck --error-exitcode=1 -j "$(nproc)" \
		-D_GNU_SOURCE -Iinclude/uapi -Iuserspace/libalkaid userspace
}

check_manpages() {
	files docs userspace | grep '\.[1-8]$' | xargs -r mandoc -T lint -W warning
}

# As if the programs were installed.
check_units() {
	local dir status
	make -s userspace >/dev/null || return
	dir=$(mktemp -d)
	for unit in packaging/*.service; do
		# A template is looked at as an instance of itself.
		sed "s|/usr/sbin/|$top/build/bin/|" "$unit" >"$dir/$(basename "${unit/@./@lint.}")"
	done
	SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$dir"/*.service
	status=$?
	rm -rf "$dir"
	return "$status"
}

check_version_codes() {
	module_sources | grep -v '^kmod/compat\.h$' |
		xargs grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION' | is_empty
}

check_bug_on() {
	module_sources | xargs grep -nE '\<(BUG|BUG_ON|panic)\(' | is_empty
}

check_file_size() {
	{ module_sources; files userspace tests scripts | grep -E '\.(c|h|sh|py)$'; } | sort -u |
		xargs wc -l | awk -v max="$MAX_LINES" '$2 != "total" && $1 > max' | is_empty
}

check_open_ends() {
	files kmod include userspace tests scripts demo docs Makefile Kbuild |
		grep -v -e '^scripts/lint\.sh$' | xargs grep -nIE '\<(TODO|FIXME|XXX)\>' | is_empty
}

check_licence() {
	files kmod include userspace tests scripts demo .ci | grep -E '\.(c|h|sh|py|proto|yaml)$|^\.ci/' |
		xargs grep -L 'SPDX-License-Identifier:' | is_empty
}

main() {
	local check number=0 status result=0 output
	[ $# -gt 0 ] || set -- "${CHECKS[@]}"
	for check in "$@"; do
		if ! declare -F "check_$check" >/dev/null; then
			echo "lint.sh: no such check: $check; there are: ${CHECKS[*]}" >&2
			exit 2
		fi
	done
	mkdir -p build/logs
	scripts/deps.sh lint || exit
	echo "KTAP version 1"
	echo "1..$#"
	for check in "$@"; do
		number=$((number + 1))
		output=$("check_$check" 2>&1 </dev/null)
		status=$?
		if [ "$status" -eq 0 ]; then
			echo "ok $number $check"
		else
			# shellcheck disable=SC2001 # each line, not the first
			sed 's/^/# /' <<<"$output"
			echo "not ok $number $check"
			result=1
		fi
	done
	exit $result
}

main "$@"
