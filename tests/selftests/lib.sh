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

# A figure for the report, of a test that passes too.
note() { # TEXT...
	echo "# $*" >>"$workdir/notes"
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
	# Nothing is ever to be read from it.
	exec {never}<> <(:)
	trap 'cleanup; rm -rf "$workdir"' EXIT
	echo "KTAP version 1"
	echo "1..${#tests[@]}"
	for test in "${tests[@]}"; do
		number=$((number + 1))
		run_one "$test"
		status=$?
		[ ! -e "$workdir/notes" ] || cat "$workdir/notes"
		rm -f "$workdir/notes"
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

# The period at which conditions are looked at; by no process, for those are dear.
pause() {
	read -r -t 0.02 -u "$never" || :
}

# How long a condition may take to come true, in seconds, where a machine has much else to do.
PATIENCE=30

wait_for() { # COMMAND...
	local end=$((${EPOCHREALTIME/./} + PATIENCE * 1000000))
	until "$@"; do
		if [ "${EPOCHREALTIME/./}" -ge "$end" ]; then
			echo "not so after $PATIENCE s: $*" >&2
			return 1
		fi
		pause
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

# Starting a process is what takes time on a test machine, so what can be is done in
# one: what makes namespaces and links, and what is done within one namespace.

# Lines for ip, in a namespace that says nothing unless asked: no IPv6, for its router
# solicitations and duplicate address detection would move exact counters.
quiet_ns() { # NAME, lines on standard input
	# shellcheck disable=SC2016 # expanded in the namespace
	nsenter --net="/run/netns/$1" sh -c '
		for f in all default; do echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done
		exec ip -batch -'
}

add_ns() { # NAME
	ip netns add "$1"
	quiet_ns "$1" <<<"link set lo up"
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

# A program of these tests by the name of its module: as such, and unlike a script, it is
# compiled but once on a machine, and of what Debian adds to Python it needs nothing (-S).
run_python() { # MODULE [ARG]...
	PYTHONPATH=$selftests /usr/bin/python3 -S -P -m "$@"
}

# Two hosts on an underlay:  host_a [ul 10.0.0.1/24] --- [ul 10.0.0.2/24] host_b
add_hosts() {
	ip -batch - <<-'BATCH'
		netns add host_a
		netns add host_b
		link add ul netns host_a mtu 1600 type veth peer name ul mtu 1600 netns host_b
	BATCH
	quiet_ns host_a <<-'BATCH'
		link set lo up
		addr add 10.0.0.1/24 dev ul
		link set ul up
	BATCH
	quiet_ns host_b <<-'BATCH'
		link set lo up
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
	ip -batch - <<-BATCH
		netns add $name
		link add $ifname netns $host type veth peer name eth0 address $mac netns $name
	BATCH
	ip -n "$host" link set "$ifname" up
	start_vm "$name" "${@:5}"
}

# What a VM does with its eth0.
start_vm() { # NAME [ADDRESS/LEN [GATEWAY]]
	quiet_ns "$1" <<-BATCH
		link set lo up
		${2:+addr add $2 dev eth0}
		link set eth0 up
		${3:+route add default via $3}
	BATCH
}

alk_a() { alk -n host_a "$@"; }
alk_b() { alk -n host_b "$@"; }

is_in_some_ns() { # PID
	local ns
	[ ! "/proc/$1/ns/net" -ef /proc/self/ns/net ] || return 1
	for ns in /run/netns/*; do
		[ ! "/proc/$1/ns/net" -ef "$ns" ] || return 0
	done
	return 1
}

# What ran in the namespaces of a test ends with it, then the namespaces do.
cleanup() {
	local process
	for process in /proc/[0-9]*; do
		! is_in_some_ns "${process#/proc/}" || kill -9 "${process#/proc/}"
	done 2>/dev/null
	ip -all netns del
}

# --- counters ---

alkaid_devices() { # NS
	ip -n "$1" -o link show type alkaid | sed 's/^[0-9]*: \([^:@]*\).*/\1/'
}

is_conserved() { # NS [DEVICE]
	local stats number='([0-9]+)'
	alk -n "$1" -j stats show ${2:+dev "$2"} >"$workdir/stats" 2>"$workdir/stats.error" || return
	read -r stats <"$workdir/stats"
	[[ $stats =~ \"rx_packets\":$number,\"tx_packets\":$number,\"consumed_packets\":$number,.*\"dropped_packets\":$number ]] &&
		[ "${BASH_REMATCH[1]}" -eq $((BASH_REMATCH[2] + BASH_REMATCH[3] + BASH_REMATCH[4])) ]
}

expect_conserved() { # NS [DEVICE]
	# A frame may be on its way at any one moment.
	wait_for is_conserved "$@" || fail "packets unaccounted for in $1: $(cat "$workdir/stats")"
}

# Every frame that entered any alkaid device was forwarded, consumed or dropped.
assert_conserved() {
	local ns device
	for ns in $(namespaces); do
		! is_conserved "$ns" || continue
		case $(<"$workdir/stats.error") in
		'') expect_conserved "$ns" ;;
		*"there is no alkaid device"*) ;;
		*"there are several alkaid devices"*)
			for device in $(alkaid_devices "$ns"); do
				expect_conserved "$ns" "$device"
			done
			;;
		*) fail "no counters in $ns: $(<"$workdir/stats.error")" ;;
		esac
	done
}

# Sets $count to a number of a JSON object by its name; 0 if it has none.
count_in() { # JSON NAME
	local pattern="\"$2\":([0-9]+)"
	count=0
	[[ ! $1 =~ $pattern ]] || count=${BASH_REMATCH[1]}
}

drop_count() { # HOST REASON
	local count
	count_in "$(alk -n "$1" -j drops show)" "$2"
	echo "$count"
}

dropped_at_least() { # HOST REASON COUNT
	[ "$(drop_count "$1" "$2")" -ge "$3" ]
}

# COMMAND, whether or not it succeeds, moves this reason by N, and no other.
expect_drop() { # HOST REASON N COMMAND...
	local host=$1 reason=$2 n=$3 before after count wanted
	shift 3
	before=$(alk -n "$host" -j drops show)
	count_in "$before" "$reason"
	wanted=${before/"\"$reason\":$count"/"\"$reason\":$((count + n))"}
	"$@" >&2 || :
	wait_for dropped_at_least "$host" "$reason" "$((count + n))" || :
	after=$(alk -n "$host" -j drops show)
	[ "$after" = "$wanted" ] ||
		fail "not $n more $reason on $host and nothing else: $before, then $after: $*"
}

# --- captures ---

capture_listens() { # FILE
	[[ $(<"$1.log") == *', link-type '* ]]
}

# Frames of a device into a pcap file, from the return of this function on.
capture_start() { # NS DEVICE FILE [FILTER]
	local ns=$1 device=$2 file=$3
	shift 3
	: >"$file.log"
	# Not in_ns: the signal that ends it must reach tcpdump, not a shell. With the usual
	# snapshot length there would be room for 32 frames only, until tcpdump gets to run.
	ip netns exec "$ns" tcpdump -i "$device" --immediate-mode -s 2000 -B 4096 -U -n -w "$file" \
		"$@" 2>"$file.log" &
	echo $! >"$file.pid"
	wait_for capture_listens "$file"
}

sleeps() { # PID
	local lines
	mapfile -t lines <"/proc/$1/status"
	[[ ${lines[*]} == *'State:'[[:space:]]'S '* ]]
}

# It sleeps, and sleeps on: what came in is in the file.
capture_rests() { # PID
	sleeps "$1" && pause && sleeps "$1"
}

# A signal would make tcpdump leave what it has not read yet.
capture_stop() { # FILE
	local pid
	pid=$(<"$1.pid")
	wait_for capture_rests "$pid"
	kill "$pid"
	wait "$pid" || :
}

capture_count() { # FILE [FILTER]
	local file=$1
	shift
	tcpdump -r "$file" -n --count "$@" 2>/dev/null | awk '{ print $1 }'
}
