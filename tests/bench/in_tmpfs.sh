#!/bin/sh
# Make a spool-shaped tree on a tmpfs of its own, in a mount namespace of our own, and run a program
# there. For bench_walk.sh: inode_percent looks at file systems, not at directories.
#
#     unshare -m in_tmpfs.sh TOOLS MOUNT_POINT MESSAGES OTHERS PROGRAM [ARG...]
set -eu
tools=$1 at=$2 messages=$3 others=$4
shift 4
mount -t tmpfs -o "mode=755,nr_inodes=$((messages * 2 + others * 7 + 1000))" spoolwatch-bench "$at"
mkdir -p "$at/var/spool"
"$tools/mktree" "$at/usr" "$others" 5
"$tools/mkqueue" "$at/var/spool/postfix" "$messages" twins
exec "$@"
