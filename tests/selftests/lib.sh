# SPDX-License-Identifier: GPL-2.0
# What every selftest shares: KTAP, topologies of namespaces, assertions; sourced.
# docs/testing.md shows how a test is written.
# shellcheck shell=bash

KSFT_FAIL=1
KSFT_SKIP=4

selftests=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
top=${selftests%/tests/selftests}
# The module of the kernel that runs, to load it again.
# shellcheck disable=SC2034 # for tests
MODULE=$top/build/kbuild/${ALKAID_VM_KERNEL:-debian-6.12}/kmod/alkaid.ko

# --- tests ---

fail() { # TEXT...
	echo "FAIL: $*" >&2
	exit $KSFT_FAIL
}

skip() { # REASON...
	echo "$*" >"$workdir/skip"
	exit $KSFT_SKIP
}

# The functions test_* of the file, in the order in which they stand there.
list_tests() {
	sed -n 's/^\(test_[A-Za-z0-9_]*\) *().*/\1/p' "$0"
}

# One test, in a shell of its own: any command that fails without being asked fails it.
run_one() { # TEST
	(
		set -eE
		trap 'echo "${BASH_SOURCE[0]##*/}:$LINENO: exit status $?: $BASH_COMMAND" >&2' ERR
		! declare -F setup >/dev/null || setup
		"$1"
		assert_conserved
	) >"$workdir/output" 2>&1 </dev/null
}

# Runs the named tests, or all; the last line of every test file.
run_tests() { # [TEST]...
	local -a tests=("$@")
	local test number=0 status result=0 skipped=0
	[ $# -gt 0 ] || mapfile -t tests < <(list_tests)
	workdir=$(mktemp -d)
	trap 'cleanup; rm -rf "$workdir"' EXIT
	echo "KTAP version 1"
	echo "1..${#tests[@]}"
	for test in "${tests[@]}"; do
		number=$((number + 1))
		run_one "$test"
		status=$?
		cleanup
		case $status in
		0) echo "ok $number ${test#test_}" ;;
		"$KSFT_SKIP")
			skipped=$((skipped + 1))
			echo "ok $number ${test#test_} # SKIP $(cat "$workdir/skip")"
			;;
		*)
			result=$KSFT_FAIL
			sed 's/^/# /' "$workdir/output"
			echo "not ok $number ${test#test_}"
			;;
		esac
	done
	[ "$skipped" -lt "$number" ] || result=$KSFT_SKIP
	exit "$result"
}

# --- conditions ---

wait_for() { # SECONDS COMMAND...
	local seconds=$1 end
	shift
	end=$((${EPOCHREALTIME/./} + seconds * 1000000))
	until "$@"; do
		if [ "${EPOCHREALTIME/./}" -ge "$end" ]; then
			echo "not so after $seconds s: $*" >&2
			return 1
		fi
		sleep 0.05 # the period at which the condition is looked at
	done
}

expect_eq() { # GOT WANTED [WHAT]
	[ "$1" = "$2" ] || fail "${3:-value} is '$1', not '$2'"
}

# The kernel refuses COMMAND with TEXT.
expect_fail() { # TEXT COMMAND...
	local text=$1 status=0
	shift
	"$@" 2>"$workdir/stderr" || status=$?
	[ "$status" -eq 2 ] || fail "exit status $status, not 2: $*: $(cat "$workdir/stderr")"
	grep -qF -- "$text" "$workdir/stderr" ||
		fail "no '$text' in the refusal of: $*: $(cat "$workdir/stderr")"
}

# COMMAND fails, whatever its status.
expect_no() { # COMMAND...
	if "$@"; then
		fail "succeeded: $*"
	fi
}

# --- namespaces ---

# A namespace that says nothing unless asked: no IPv6, for its router solicitations
# and duplicate address detection would move exact counters.
add_ns() { # NAME
	ip netns add "$1"
	# shellcheck disable=SC2016 # expanded in the namespace
	ip netns exec "$1" sh -c '
		for f in all default; do echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done
		exec ip link set lo up'
}

namespaces() {
	local ns
	for ns in /run/netns/*; do
		[ ! -e "$ns" ] || echo "${ns##*/}"
	done
}

in_ns() { # NAME COMMAND...
	ip netns exec "$@"
}

# Two hosts on an underlay:  host_a [ul 10.0.0.1/24] --- [ul 10.0.0.2/24] host_b
add_hosts() {
	add_ns host_a
	add_ns host_b
	ip -n host_a -batch - <<-'BATCH'
		link add ul mtu 1600 type veth peer name ul mtu 1600 netns host_b
		addr add 10.0.0.1/24 dev ul
		link set ul up
	BATCH
	ip -n host_b -batch - <<-'BATCH'
		addr add 10.0.0.2/24 dev ul
		link set ul up
	BATCH
}

# An alkaid device on a host of add_hosts; ARG as in `alk link add`.
add_alkaid() { # HOST [ARG...]
	local host=$1 local_ip
	shift
	case $host in
	host_a) local_ip=10.0.0.1 ;;
	host_b) local_ip=10.0.0.2 ;;
	*) fail "add_alkaid: which address has $host?" ;;
	esac
	alk -n "$host" link add alk0 local "$local_ip" "$@"
	ip -n "$host" link set alk0 up
}

# A VM: a namespace whose eth0 is one end of a veth, IFNAME on HOST the other.
add_vm() { # NAME HOST IFNAME MAC [ADDRESS/LEN [GATEWAY]]
	local name=$1 host=$2 ifname=$3 mac=$4
	add_ns "$name"
	ip -n "$host" link add "$ifname" type veth peer name eth0 address "$mac" netns "$name"
	[ -z "${5:-}" ] || ip -n "$name" addr add "$5" dev eth0
	ip -n "$host" link set "$ifname" up
	ip -n "$name" link set eth0 up
	[ -z "${6:-}" ] || ip -n "$name" route add default via "$6"
}

alk_a() { alk -n host_a "$@"; }
alk_b() { alk -n host_b "$@"; }

# What ran in the namespaces of a test ends with it, then the namespaces do.
cleanup() {
	local ns
	local -a pids
	for ns in $(namespaces); do
		mapfile -t pids < <(ip netns pids "$ns")
		[ "${#pids[@]}" -eq 0 ] || kill -9 "${pids[@]}"
	done 2>/dev/null
	ip -all netns del
}

# --- counters ---

alkaid_devices() { # NS
	ip -n "$1" -o link show type alkaid | sed 's/^[0-9]*: \([^:@]*\).*/\1/'
}

is_conserved() { # NS DEVICE
	alk -n "$1" -j stats show dev "$2" >"$workdir/stats" &&
		jq -e '.[0] | .rx_packets == .tx_packets + .consumed_packets + .dropped_packets' \
			"$workdir/stats" >/dev/null
}

# Every frame that entered any alkaid device was forwarded, consumed or dropped.
assert_conserved() {
	local ns device
	for ns in $(namespaces); do
		for device in $(alkaid_devices "$ns"); do
			# A frame may be on its way at any one moment.
			wait_for 3 is_conserved "$ns" "$device" ||
				fail "packets unaccounted for in $ns: $(cat "$workdir/stats")"
		done
	done
}

drop_count() { # HOST REASON
	alk -n "$1" -j drops show | jq -r --arg reason "$2" '.[0][$reason] // 0'
}

dropped_at_least() { # HOST REASON COUNT
	[ "$(drop_count "$1" "$2")" -ge "$3" ]
}

# COMMAND, whether or not it succeeds, moves this reason by N, and no other.
expect_drop() { # HOST REASON N COMMAND...
	local host=$1 reason=$2 n=$3 before after wanted
	shift 3
	before=$(alk -n "$host" -j drops show)
	wanted=$(($(jq -r --arg reason "$reason" '.[0][$reason] // 0' <<<"$before") + n))
	"$@" >&2 || :
	wait_for 3 dropped_at_least "$host" "$reason" "$wanted" || :
	after=$(alk -n "$host" -j drops show)
	jq -n -e --arg reason "$reason" --argjson n "$n" \
		--argjson before "$before" --argjson after "$after" '
		def moved: with_entries(select(.value != 0));
		($after[0] | with_entries(.value -= ($before[0][.key] // 0)) | moved)
			== ({($reason): $n} | moved)' >/dev/null ||
		fail "not $n more $reason on $host and nothing else: $before, then $after: $*"
}

# --- captures ---

capture_listens() { # FILE
	grep -q '^listening on\|, link-type ' "$1.log"
}

# Frames of a device into a pcap file, from the return of this function on.
capture_start() { # NS DEVICE FILE [FILTER]
	local ns=$1 device=$2 file=$3
	shift 3
	# Not in_ns: the signal that ends it must reach tcpdump, not a shell. With the usual
	# snapshot length there would be room for 32 frames only, until tcpdump gets to run.
	ip netns exec "$ns" tcpdump -i "$device" --immediate-mode -s 2000 -B 4096 -U -n -w "$file" \
		"$@" 2>"$file.log" &
	echo $! >"$file.pid"
	wait_for 10 capture_listens "$file"
}

# It sleeps: what came in is in the file.
capture_rests() { # FILE
	grep -q '^State:[[:space:]]*S' "/proc/$(cat "$1.pid")/status"
}

# A signal would make tcpdump leave what it has not read yet.
capture_stop() { # FILE
	wait_for 10 capture_rests "$1"
	kill "$(cat "$1.pid")"
	wait "$(cat "$1.pid")" || :
}

capture_count() { # FILE [FILTER]
	local file=$1
	shift
	tcpdump -r "$file" -n --count "$@" 2>/dev/null | awk '{ print $1 }'
}
