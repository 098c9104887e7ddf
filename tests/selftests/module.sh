#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The device and the module come and go.
#
#   host_a
#   +------------------------+
#   | alk0                   |
#   | ul 10.0.0.1/24 -- (ul) |
#   +------------------------+
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"

setup() {
	add_hosts
}

has_device() {
	[ -n "$(alkaid_devices host_a)" ]
}

unload() {
	rmmod alkaid 2>/dev/null
}

test_device_comes_and_goes() {
	alk_a link add alk0 local 10.0.0.1
	ip -n host_a -d link show alk0 | grep -qw alkaid
	ip -n host_a link set alk0 up
	ip -n host_a link del alk0
	expect_no has_device
}

test_device_of_same_name_is_refused() {
	alk_a link add alk0 local 10.0.0.1
	expect_fail "File exists" alk_a link add alk0 local 10.0.0.1
}

test_device_goes_with_its_namespace() {
	add_alkaid host_a
	ip netns del host_a
	# A namespace dies in its own time; the module must not have to wait for it.
	wait_for unload
	insmod "$MODULE"
}

test_module_comes_and_goes() {
	local i
	for i in 1 2 3 4 5; do
		wait_for unload || fail "round $i"
		insmod "$MODULE"
	done
	add_alkaid host_a
}

test_module_goes_under_a_device() {
	add_alkaid host_a
	wait_for unload
	expect_no has_device
	insmod "$MODULE"
}

run_tests "$@"
