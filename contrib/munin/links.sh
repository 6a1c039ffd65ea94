#!/bin/sh
# Brings the installed plugins into this host's munin-node, or takes them out again with all that they
# left; as root:
#     links.sh enable|disable PLUGINDIR PLUGIN_CONF
#     links.sh link|unlink PLUGINDIR SHOWN [OLD]         (for packages)
# enable   links what autoconf says yes to, as munin-node-configure does; puts PLUGIN_CONF beside
#          Munin's own sections (one that is there stays as it is); restarts munin-node.
# disable  removes every link to PLUGINDIR, that file, the state files and the timer; where a link
#          stood in for a plugin of Munin's own (df_inode, postfix_mailqueue) that one is back.
# link     links what autoconf says yes to, by way of SHOWN, the directory of all plugins, which has
#          ours as links; but no plugin that the file OLD names: who upgrades has chosen among these.
# unlink   removes every link that ends in PLUGINDIR, as disable does.
# MUNIN_CONFDIR (/etc/munin), MUNIN_LIBDIR (/usr/share/munin) and MUNIN_PLUGSTATE are Munin's.
set -eu
what=$1
plugins=$2
conf=$3
shown=$3
old=${4:-}
: "${MUNIN_CONFDIR:=/etc/munin}" "${MUNIN_LIBDIR:=/usr/share/munin}"
services=$MUNIN_CONFDIR/plugins
section=$MUNIN_CONFDIR/plugin-conf.d/spoolwatch

if [ "$(id -u)" != 0 ]; then
	echo "$what: only root may change munin-node's configuration" >&2
	exit 1
fi
if [ ! -d "$services" ]; then
	echo "$what: there is no $services (munin-node; another place: MUNIN_CONFDIR)" >&2
	exit 1
fi

restart() {
	if command -v systemctl >/dev/null 2>&1; then
		systemctl restart munin-node
	elif command -v service >/dev/null 2>&1; then
		service munin-node restart
	else
		echo "restart munin-node for it to take effect"
		return
	fi
	echo "munin-node restarted"
}

enable() {
	if [ ! -e "$section" ]; then
		cp "$conf" "$section"
		echo "$section: who each plugin runs as"
	fi
	echo "asking each plugin whether it has something to read here"
	munin-node-configure --libdir "$plugins" --servicedir "$services" --shell --families auto | while read -r line; do
		sh -c "$line"
		echo "$line"
	done
	restart
}

suggested() { # a line each: PLUGIN LINK
	munin-node-configure --libdir "$plugins" --servicedir "$services" --shell --families auto 2>/dev/null |
		sed -n "s,^ln -s '$plugins/\(.*\)' '$services/\(.*\)'\$,\1 \2,p"
}

link() {
	suggested | while read -r name link; do
		if [ -L "$services/$link" ] || [ -e "$services/$link" ] || grep -qsxF "$name" "$old"; then
			continue
		fi
		ln -s "$shown/$name" "$services/$link"
	done
}

# State files bear our marks at their beginning (lib/os/state.h, share.h).
forget() {
	for directory in "${MUNIN_PLUGSTATE:-/var/lib/munin-node/plugin-state}" /var/lib/munin/plugin-state; do
		[ -d "$directory" ] || continue
		find "$directory" -type f | while read -r file; do
			case $(head -c 7 "$file") in
			swstate | swshare)
				rm -f "$file"
				echo "$file removed"
				;;
			esac
		done
	done 2>/dev/null
}

is_ours() { # PATH: a link to one of ours, by whatever way
	case $(readlink "$1"):$(readlink -f "$1") in "$plugins"/* | *:"$plugins"/*) true ;; *) false ;; esac
}

own_again() {
	for link in "$services"/*; do
		[ -L "$link" ] && is_ours "$link" || continue
		rm -f "$link"
		if [ -x "$MUNIN_LIBDIR/plugins/${link##*/}" ] && ! is_ours "$MUNIN_LIBDIR/plugins/${link##*/}"; then
			ln -s "$MUNIN_LIBDIR/plugins/${link##*/}" "$link"
			echo "$link is Munin's own again"
		else
			echo "$link removed"
		fi
	done
}

disable() {
	own_again
	[ ! -e "$section" ] || { rm -f "$section" && echo "$section removed"; }
	for unit in /etc/systemd/system/spoolwatch-scan.timer /etc/systemd/system/spoolwatch-scan.service; do
		[ -e "$unit" ] || continue
		! command -v systemctl >/dev/null 2>&1 || systemctl disable --now "${unit##*/}" || :
		rm -f "$unit"
		echo "$unit removed"
	done
	# the timer's; the incident command's journal stays there
	if [ -e /var/lib/spoolwatch/scan ]; then
		rm -f /var/lib/spoolwatch/scan
		echo "/var/lib/spoolwatch/scan removed"
	fi
	[ ! -d /var/lib/spoolwatch ] || rmdir --ignore-fail-on-non-empty /var/lib/spoolwatch
	forget
	restart
}

case $what in
enable | disable | link) $what ;;
unlink) own_again ;;
*)
	echo "links.sh: $what is neither enable, disable, link nor unlink" >&2
	exit 2
	;;
esac
