#!/bin/sh
# The tests of one build that need root, a daemon or a mount; `make story` is the largest of them:
#     [SKIPS=FILE] tests/system.sh BUILDDIR
# What they start ends with them. Every skip is printed, as in check.sh.
set -u
build=$1
cd "$(dirname "$0")/.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
export PATH
# shellcheck source=/dev/null
. tests/tally.sh

whole "mounts" tests/system/dirs_mounts.sh "$build/tests/unit/inode/test_dirs"
whole "mounts that fail" tests/system/mounts.sh "$build/plugins"
whole "share, full disks" tests/system/share.sh "$build/plugins" disk
whole "injection" tests/story/inject.sh "$build/plugins" "$build/inject"
unit "$build/tests/unit/os/test_state_live" # on a full disk, which it mounts
unit "$build/tests/unit/os/test_walk"       # over a mount that it finds
whole "in and out" tests/system/in_and_out.sh "$build/plugins"
whole "several servers" tests/system/nodes.sh "$build/plugins" "$build/nodes"
whole "openmetrics" tests/system/openmetrics.sh "$build/plugins"
whole "block" tests/system/incident_block.sh "$build/spoolwatch"
whole "connections" tests/system/sockets.sh "$build/plugins" "$build/tests/bench/connected"
whole "fleet" tests/system/fleet.sh "$build/plugins"
whole "incident" tests/system/incident.sh "$build/spoolwatch"
whole "incident, report" tests/system/incident_report.sh "$build/spoolwatch"
whole "incident, Dovecot" tests/system/incident_dovecot.sh "$build/spoolwatch"
whole "incident, mail in active" tests/system/incident_active.sh "$build/spoolwatch"
whole "screen" tests/system/incident_screen.sh "$build/spoolwatch"
whole "screen, disks that hang" tests/system/incident_hung.sh "$build/spoolwatch"
whole "incident, killed" tests/system/incident_kill.sh "$build/spoolwatch"
whole "incident, guard" tests/system/incident_guard.sh "$build/spoolwatch"
whole "incident, no free block" tests/system/incident_full.sh "$build/spoolwatch"
whole "incident, what can not be moved" tests/system/incident_stuck.sh "$build/spoolwatch"
whole "incident, every way out" tests/system/incident_words.sh "$build/spoolwatch"
tally
