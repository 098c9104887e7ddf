#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tests of the test machines themselves: what tests/vm/run promises is kept on each kind of kernel.
# Usage: tests/vm/selftest.sh [KERNEL]...
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$here/../.." || exit
run=$here/run
[ $# -gt 0 ] || set -- debian-6.12 debian-6.1 uml-debug
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs COMMAND on the machine of $kernel; output, messages and status to files.
machine() { # [OPTION]... -- COMMAND...
	ALKAID_VM_LOG=$work/log "$run" --kernel "$kernel" --mem 512 --timeout 60 "$@" \
		>"$work/out" 2>"$work/err"
	echo $? >"$work/status"
}

status_is() { # STATUS
	[ "$(cat "$work/status")" -eq "$1" ] ||
		{ echo "exit status $(cat "$work/status"), not $1"; cat "$work/err"; return 1; }
}

output_is() { # FILE
	diff "$1" "$work/out"
}

# What a command prints arrives byte by byte, with its exit status, on a clean boot.
test_passes_output_and_status() {
	printf 'a\nb\r\nc\tno newline \377\001' >"$work/wanted"
	machine -- bash -c "printf 'a\nb\r\nc\tno newline \377\001' | tee /dev/stderr >/dev/null; exit 3"
	status_is 3 && output_is "$work/wanted" || return
	if "$here/splat" <"$work/log"; then
		echo "the kernel does not boot clean"
		return 1
	fi
}

test_passes_arguments_whole() {
	# shellcheck disable=SC2016 # nothing is to expand here
	local -a args=('a b' "c'd\"e" $'f\ng' '' '$HOME *' 'h\i')
	printf '<%s>\n' "${args[@]}" >"$work/wanted"
	machine -- printf '<%s>\n' "${args[@]}"
	status_is 0 && output_is "$work/wanted"
}

# Root is writable there and stays as it was here; cwd, environment, input and PATH are set.
test_shows_the_tree() {
	{
		echo "$PWD"
		echo "two words"
		echo 0
		echo "$PWD/build/bin"
	} >"$work/wanted"
	# shellcheck disable=SC2016 # expanded there
	FROM_HERE='two words' ALKAID_VM_ENV=FROM_HERE machine -- bash -c '
		pwd
		echo "$FROM_HERE"
		wc -c
		echo "${PATH%%:*}"
		touch tests/vm/not-here /tmp/not-here && ip link show lo | grep -q LOWER_UP &&
			[ -e /sys/kernel/tracing/trace ] && [ -e /sys/kernel/debug/tracing ]'
	status_is 0 && output_is "$work/wanted" && [ ! -e tests/vm/not-here ]
}

test_waits_for_all_output() {
	seq 100000 >"$work/wanted"
	# A process left behind neither holds the machine up nor goes on.
	machine -- bash -c 'sleep 1000 & seq 100000'
	status_is 0 && output_is "$work/wanted"
}

test_tells_a_warning() {
	machine -- sh -c 'echo "<4>WARNING: CPU: 0 planted" >/dev/kmsg; exit 3'
	status_is 126 && grep -q 'WARNING: CPU: 0 planted' "$work/err"
}

test_tells_a_panic() {
	machine -- sh -c 'echo c >/proc/sysrq-trigger; sleep 1000'
	status_is 126 && grep -q 'sysrq triggered crash' "$work/err"
}

# Of a time that is enough to boot while other tests have the CPUs.
test_times_out() {
	machine --timeout 45 -- sleep 1000
	status_is 124
}

test_runs_two_at_once() {
	local first second
	"$run" --kernel "$kernel" --mem 512 --timeout 60 -- sh -c 'echo first; exit 4' >"$work/first" &
	first=$!
	"$run" --kernel "$kernel" --mem 512 --timeout 60 -- sh -c 'echo second; exit 5' >"$work/second" &
	second=$!
	wait "$first"
	[ $? -eq 4 ] || return
	wait "$second"
	[ $? -eq 5 ] && [ "$(cat "$work/first" "$work/second")" = $'first\nsecond' ]
}

# --- once, on no kernel or the first ---

test_refuses_bad_usage() {
	local status
	for args in '--kernel nosuch -- true' '--smp 0 -- true' '--nosuch -- true' '--kernel' 'true' ''; do
		# shellcheck disable=SC2086 # words
		"$run" $args >/dev/null 2>"$work/err"
		status=$?
		[ "$status" -eq 2 ] || { echo "exit status $status: $args"; return 1; }
		grep -q '^usage:' "$work/err" || return
	done
}

test_counts_instructions() {
	kernel=debian-6.12
	echo 1 >"$work/wanted"
	machine --icount -- nproc
	status_is 0 && output_is "$work/wanted"
}

test_builds_and_loads_the_module() {
	kernel=debian-6.12
	machine --load -- test -d /sys/module/alkaid
	status_is 0
}

# What a tunnel that comes and goes makes the kernel patch in itself.
code_patches() { # CPUS
	# shellcheck disable=SC2016 # expanded there
	machine --load --smp "$1" -- bash -ec '
		grep -q "QEMU TCG" /proc/cpuinfo || exit 77
		cd /sys/kernel/tracing
		echo "p:patch arch_jump_label_transform_queue" >kprobe_events
		echo 1 >events/kprobes/patch/enable
		ip link add tunnel type vxlan id 1 dstport 1
		ip link set tunnel up
		ip link del tunnel
		echo $(grep -c " patch: " trace)'
}

# Several emulated CPUs do not bear it; one shows that it would be seen.
test_patches_nothing_under_several_cpus() {
	kernel=debian-6.12
	echo 0 >"$work/wanted"
	code_patches 2
	# CPUs that are not emulated.
	status_is 77 && return
	status_is 0 && output_is "$work/wanted" || return
	code_patches 1
	status_is 0 && [ "$(cat "$work/out")" -gt 0 ]
}

test_tells_no_boot() {
	kernel=debian-6.12
	# The initramfs alone needs more.
	machine --mem 20 --timeout 30 -- true
	status_is 125
}

each=(passes_output_and_status passes_arguments_whole shows_the_tree waits_for_all_output
	tells_a_warning tells_a_panic runs_two_at_once)
once=(refuses_bad_usage counts_instructions builds_and_loads_the_module
	patches_nothing_under_several_cpus)

# A test that does nothing but wait goes on beside the others, in a directory of its own;
# it waits once, for the verdict is asked for last.
begin() { # COMMAND
	mkdir -p "$work/beside"
	in_beside "$1" >"$work/beside.output" 2>&1 &
	beside=$!
}

in_beside() { # COMMAND
	local work=$work/beside
	"$1"
}

# shellcheck disable=SC2317 # called by verdict
end() {
	wait "$beside"
	local status=$?
	cat "$work/beside.output"
	return "$status"
}

number=0
result=0
verdict() { # NAME COMMAND
	local status
	number=$((number + 1))
	# Not in a shell of its own, which could not wait for what began beside it.
	"$2" >"$work/output" 2>&1
	status=$?
	output=$(<"$work/output")
	if [ "$status" -eq 0 ]; then
		echo "ok $number $1"
	else
		printf '# %s\n' "${output//$'\n'/$'\n'# }"
		echo "not ok $number $1"
		result=1
	fi
}

echo "KTAP version 1"
echo "1..$(((${#each[@]} + 1) * $# + ${#once[@]} + 1))"
for kernel in "$@"; do
	begin test_times_out
	for name in "${each[@]}"; do
		verdict "$kernel $name" "test_$name"
	done
	verdict "$kernel times_out" end
done
begin test_tells_no_boot
for name in "${once[@]}"; do
	verdict "$name" "test_$name"
done
verdict tells_no_boot end
exit $result
