# shellcheck shell=sh disable=SC2034,SC2154,SC2016 # variables are those of bench.sh
# Part of bench.sh: who is connected, beside the kernel's bare list, ss and /proc/net/tcp.

bench_sockets() {
	if [ "$(id -u)" != 0 ] || ! unshare -n true 2>/dev/null; then
		left_out "connections: needs root and network namespaces"
		return 0
	fi
	if ! setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$plugins/smtp_clients"; then
		left_out "connections: nobody may not look where the plugins are"
		return 0
	fi
	for n in $sizes_sockets; do
		workdir "$out" || return 1
		got=$(unshare -n "$tools/connected" "$n" 587 env ports=587 "$plugins/smtp_clients" |
			sed -n 's/^established\.value //p')
		[ "$got" = "$n" ] || is_broken "smtp_clients finds ${got:-no} connections of $n"
		set -- floor_sockets "$tools/floor_sockets" 587 \
			--- smtp_clients ports=587 "logdir=$dir" "$plugins/smtp_clients"
		! command -v ss >/dev/null || set -- "$@" --- ss ss -Htn 'sport = :587'
		set -- "$@" --- proc cat /proc/net/tcp /proc/net/tcp6
		connected=$n
		race 101 "$n connections to port 587" "$@"
		connected=
		aim smtp_clients floor_sockets 1.5 "$n connections"
		clean
	done
}
