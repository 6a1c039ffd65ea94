#!/bin/bash
# smtp_clients among real connections, in network namespaces, beside ss; as root:
#     tests/system/sockets.sh PLUGINDIR CONNECTED
# CONNECTED is tests/bench/connected.c: so many connections to a port while a command runs.
set -u
export LC_ALL=C
plugins=$(cd "$1" && pwd) || exit 2
connected=$(cd "$(dirname "$2")" && pwd)/${2##*/}
if [ "$(id -u)" != 0 ] || ! unshare -npf --mount-proc true 2>/dev/null; then
	echo "skipped - connections: needs root and network namespaces"
	exit 0
fi
W=$(mktemp -d) && chmod 755 "$W" && cd "$W" || exit 1
trap 'rm -rf "$W"' EXIT
cp "$plugins/smtp_clients" . || exit 1 # where nobody may look
mkdir logs
bad=0
rows=0

says() { # WHAT WORDS: the last poll said so
	rows=$((rows + 1))
	grep -q -e "$2" out && return
	echo "not ok - $1: want $2"
	head -4 out
	bad=1
}

poll="env -i PATH=$PATH logdir=$W/logs $W/smtp_clients"
# no other process is seen, nor its network
alone="unshare -npf --mount-proc"
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"

$alone "$connected" 230 587 $poll >out 2>&1
says "a crowd" '^established\.value 230$'
says "the busiest address" '^busiest\.value 100$'
says "its name" '^busiest\.extinfo 127\.0\.[01]\.1 100 connections, then 127\.0\.[01]\.1 100 connections, then 127.0.2.1 30 connections$'
says "IPv4 clients of a socket of both families are no IPv6 network" '^busiest_64\.value 0$'
says "different addresses" '^addresses\.value 3$'
$alone "$connected" 30 587 $nobody $poll >out 2>&1
says "as nobody" '^established\.value 30$'
$alone "$connected" 30 2525 env ports='2525 25' logdir="$W/logs" ./smtp_clients >out 2>&1
says "another port" '^established\.value 30$'
$alone "$connected" 30 2525 $poll >out 2>&1
says "not asked for" '^established\.extinfo nothing listens on port 25, 465, 587$'
$alone "$connected" 30 2525 env ports='2525 x' logdir="$W/logs" ./smtp_clients >out 2>&1
says "a bad list of ports" 'env.ports is 2525 x, allowed are'
$alone "$connected" 0 25 $poll >out 2>&1
says "a quiet server" '^established\.value 0$'

if command -v ss >/dev/null; then
	mkdir -p root
	$alone "$connected" 230 465 sh -c "ss -Htan >root/sockets; $poll" >live 2>&1
	# of a copy nothing but the list is known
	env -i PATH="$PATH" SPOOLWATCH_ROOT="$W/root" ./smtp_clients >out 2>&1
	rows=$((rows + 1))
	cmp -s live out || { echo "not ok - the list of ss says another thing than the kernel" && diff live out && bad=1; }
fi

# a container's connections: in a namespace below ours
inside() { # COMMAND...: beside a namespace in which 40 are connected
	$alone sh -c "unshare -n '$connected' 40 25 sh -c '>up; while [ -e up ]; do sleep 0.1; done' &
		while ! [ -e up ]; do sleep 0.1; done
		$*; rm up; wait"
}
inside "$poll >out 2>&1"
says "root sees into containers" '^established\.value 40$'
inside "$nobody $poll >out 2>&1"
says "others know that they can't" '^established\.extinfo nothing listens on port 25, 465, 587 outside of containers, where only root can look$'
# what a forwarder hands on itself is a connection of its own: the man page says so
inside "'$connected' 30 25 $poll >out 2>&1"
says "a client of the host and one of a container are two" '^established\.value 70$'
# Docker's forwarder listens, and the connections go past it
$alone "$connected" 0 25 bash -c "(exec -a docker-proxy sh -c 'sleep 20; :' sh -proto tcp -host-ip 0.0.0.0 -host-port 25 -container-ip 172.17.0.2) & p=\$!
	sleep 0.3; $nobody $poll >out 2>&1; pkill -P \$p; kill \$p" 2>/dev/null
says "a listener that only hands on" '^established\.extinfo port 25 leads into a container, where only root can look'
[ $bad = 0 ] && echo "ok - $rows rows of connections"
exit $bad
