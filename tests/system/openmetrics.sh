#!/bin/bash
# What Prometheus makes of it: promtool reads what the plugins print, its engine runs our rules over the
# minutes of a golden host, and textfile.sh brings it into a file, also where no inode is left.
#     tests/system/openmetrics.sh PLUGINDIR
set -u
plugins=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/../hosts" || exit 1
textfile=$PWD/../../contrib/prometheus/textfile.sh
rules=$PWD/../../contrib/prometheus/spoolwatch.rules.yml
if ! command -v promtool >/dev/null 2>&1; then
	echo "skipped - openmetrics: promtool (prometheus) is not installed"
	exit 0
fi
work=$(mktemp -d)
trap 'umount "$work/full" 2>/dev/null; rm -rf "$work"' EXIT
passed=0
failed=0

check() { # WHAT COMMAND...: its last lines are shown where it fails
	local what=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $what"
		tail -n 20 "$work/log"
	fi
}

# munin-run's place for one golden host: MUNIN_RUN="$0 munin-run HOST", with $NOW for its clock
mkdir "$work/links"
cat >"$work/munin-run" <<END
#!/bin/sh
link=\$1
[ "\$link" = fails ] && exit 1
plugin=\$link
case \$link in postfix_queue_?*) plugin=postfix_queue_ ;; esac
ln -sf $plugins/\$plugin $work/links/\$link
exec env -i PATH="\$PATH" TZ=UTC \$(cat $PWD/\$HOST/env) \${NOW:+SPOOLWATCH_NOW=\$NOW} \
	SPOOLWATCH_ROOT=$PWD/\$HOST/root $work/links/\$link \$2 2>/dev/null
END
chmod +x "$work/munin-run"
export MUNIN_RUN=$work/munin-run HOST=friday NOW=

# 1. Prometheus' own reader finds nothing to say against any plugin's text
for line in friday:inode_percent friday:postfix_queue friday:postfix_sasl_rate instances:postfix_queue_postfix-out \
	day:postfix_sasl_rate guessed:postfix_sasl_failures refused:postfix_refusals connected:smtp_clients \
	forged:postfix_sasl_rate mounts:inode_percent guard:postfix_guard fleet:postfix_sasl_fleet; do
	HOST=${line%%:*} "$work/munin-run" "${line#*:}" openmetrics >"$work/text"
	check "$line is read" sh -c "[ -s $work/text ] && promtool check metrics <$work/text"
	sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$work/text" >>"$work/families"
done
echo spoolwatch_up >>"$work/families"
for family in $(grep -oh 'spoolwatch_[a-z_]*[a-z]' "$rules" "${rules%/*}/dashboard.json" | sort -u); do
	check "$family, of which rules or dashboard speak" grep -q "^$family" "$work/families"
done
check "the dashboard is JSON" perl -MJSON::PP -0777 -ne 'decode_json($_)' "${rules%/*}/dashboard.json"

# 2. one file of all, replaced at once; a family stands together, whoever has it
HOST=instances
echo old >"$work/all.prom"
before=$(stat -c %i "$work/all.prom")
check "all in one" "$textfile" "$work/all.prom" postfix_queue_ postfix_queue_postfix-out postfix_sasl_rate
check "all in one is read" sh -c "promtool check metrics <$work/all.prom"
check "replaced" [ "$before" != "$(stat -c %i "$work/all.prom")" ]
check "a family once" [ "$(grep -c '^# TYPE spoolwatch_postfix_queue gauge' "$work/all.prom")" = 1 ]
check "both instances" [ "$(grep -c '^spoolwatch_postfix_queue{field="active"' "$work/all.prom")" = 2 ]
check "no other file" [ "$(find "$work" -name 'all.prom*' | wc -l)" = 1 ]
"$textfile" "$work/all.prom" fails postfix_sasl_rate
check "what fails is said" [ $? = 1 ]
check "what fails is 0" grep -q '^spoolwatch_up{plugin="fails"} 0$' "$work/all.prom"
check "what does not is there" grep -q '^spoolwatch_up{plugin="postfix_sasl_rate"} 1$' "$work/all.prom"

# 3. no inode is left: in place, shorter and longer than what was there
HOST=friday
mkdir "$work/full"
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=1m,nr_inodes=20 none "$work/full" 2>/dev/null; then
	for old in 3 40000; do
		head -c $old /dev/zero | tr '\0' x >"$work/full/spoolwatch.prom"
		before=$(stat -c %i "$work/full/spoolwatch.prom")
		i=0
		while : 2>/dev/null >"$work/full/$i"; do i=$((i + 1)); done 2>/dev/null
		check "full" "$textfile" "$work/full/spoolwatch.prom" inode_percent postfix_sasl_rate
		check "in place" [ "$before" = "$(stat -c %i "$work/full/spoolwatch.prom")" ]
		check "in place, whole" sh -c "promtool check metrics <$work/full/spoolwatch.prom"
		check "in place, its end" [ "$(tail -n 1 "$work/full/spoolwatch.prom")" = 'spoolwatch_up{plugin="postfix_sasl_rate"} 1' ]
		rm -f "$work"/full/[0-9]*
	done
else
	echo "skipped - openmetrics: no disk without an inode: not root"
fi

# 4. the rules, over an hour of friday minute by minute: the account that munin-limits' mail names
check "rules" promtool check rules "$rules"
end=$(sed -n 's/^SPOOLWATCH_NOW=//p' friday/env)
start=$((end - 1800))
cp "$rules" "$work/rules.yml"
for ((NOW = start; NOW <= end; NOW += 60)); do
	for plugin in inode_percent postfix_queue postfix_sasl_rate; do
		"$work/munin-run" $plugin openmetrics
	done | sed "s/^/$(((NOW - start) / 60)) /"
done | awk -v minutes=$(((end - start) / 60)) '
	$2 != "#" { value = $NF; at = $1; sub(/^[0-9]+ /, ""); sub(/ [^ ]*$/, "")
		sub(/[{]/, "{instance=\"mx1\","); got[$0, at] = value; series[$0] = 1 }
	END {
		print "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n - interval: 1m\n   input_series:"
		for (s in series) {
			gsub(/\047/, "\047\047", s)
			printf "    - series: \047%s\047\n      values: \047", s
			for (i = 0; i <= minutes; i++)
				printf "%s%s", i ? " " : "", (s, i) in got ? got[s, i] : "_"
			print "\047"
		}
		print "   promql_expr_test:"
		expect("count by (label) (ALERTS{alertname=\"SaslAccountSendsTooMuch\",alertstate=\"firing\"})", minutes, "{label=\"email@ourdomain.com\"}", 1)
		expect("count by (label) (ALERTS{alertname=\"SaslAccountSendsTooMuch\",alertstate=\"firing\"})", 1, "", 0)
		expect("count by (label) (ALERTS{alertname=\"InodesGone\",alertstate=\"firing\"})", minutes, "{label=\"/var/spool/postfix\"}", 1)
	}
	function expect(expr, at, labels, value) {
		printf "    - expr: \047%s\047\n      eval_time: %dm\n", expr, at
		if (labels != "") printf "      exp_samples:\n       - labels: \047%s\047\n         value: %d\n", labels, value
	}' >"$work/test.yml"
check "the rule names the account" sh -c "cd $work && promtool test rules test.yml"
echo "openmetrics: $passed passed, $failed failed"
[ $failed = 0 ]
