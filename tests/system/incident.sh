#!/bin/sh
# The incident command on a real Postfix: names of every kind, the guilty among the honest, bounces,
# a stranger under a queue ID that was seen, no free inode, Postfix stopped, who is not permitted.
#     tests/system/incident.sh PROGRAM
set -u
HERE=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$HERE/incident_world.sh"
incident_begin "$@"
S=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
ACCOUNT='quo"te@x'
incident_world 3000

# rows: of --json on standard input: "MESSAGES NAME"
rows() {
	perl -MJSON::PP -e 'my $o = decode_json(join "", <STDIN>);
		for (@{$o->{rows}}) { my $n = $_->{name} // ""; utf8::encode($n); print "$_->{messages} $n\n" }'
}

long=$(printf 'l%.0s' $(seq 200))@x
n=0
for name in 'sp ace@x' sp ' lead' lead "$ACCOUNT" "it's@x" '%s%n@x' -dash '#hash' ALL '*' ../hold a@x aa@x a@x.example \
	--yes '$(id)@x' "$long"; do
	mail "$name" s@soft.example 2 r@soft.example
	n=$((n + 2))
done
mail 'ÄÖ@x' s@soft.example 2 r@soft.example
mail 'äÖ@X' s@soft.example 1 r@soft.example
CLIENT=192.0.2.77 mail '' other@soft.example 2 r@soft.example
n=$((n + 5))
wait_for 20 settled
sums hold deferred >/run/before
sed 's, .*/, ,' /run/before | sort >/run/files

"$S" who --json >/run/who
is "who: every message" "$(key total </run/who)" $n
for name in 'sp ace@x' sp ' lead' lead "$ACCOUNT" '%s%n@x' -dash ALL '*' ../hold a@x aa@x --yes '$(id)@x' "$long"; do
	is "who: $name" "$(rows </run/who | grep -cFx "2 $name")" 1
	"$S" hold --json -- "$name" >/run/out
	is "would hold: $name" "$? $(key messages </run/out)" "0 2"
done
is "who: spellings are one" "$(rows </run/who | grep -cFx '3 äö@x')" 1
is "who by client" "$("$S" who --by client --json | rows | grep -cFx '2 192.0.2.77')" 1
is "who by domain" "$("$S" who --by domain --json | rows)" "$n soft.example"
is "who by sender" "$("$S" who --by sender --json | rows | tr '\n' ' ')" "$((n - 2)) s@soft.example 2 other@soft.example "
is "who by reason" "$("$S" who --by reason --json | rows)" "$n 450 4.3.0 Error: command failed"
is "a dry run changes nothing" "$(sums hold deferred | sha256sum)" "$(sha256sum </run/before)"

# The guilty, and nothing else
hold() { # NAME WANT
	"$S" hold --json --yes -- "$1" >/run/out
	is "hold: $1" "$? $(key held </run/out) $(key left </run/out)" "0 $2 0"
}
hold 'sp ace@x' 2
hold ' lead' 2
hold 'äö@x' 3
is "these are in hold" "$(count hold)" 7
is "the others lie where they lay, byte for byte" \
	"$(sums deferred | grep -cFxvf /run/before) $(count deferred)" "0 $((n - 7))"
is "what is held is what was there" "$(sums hold | sed 's, .*/, ,' | sort | comm -23 - /run/files)" ""

"$S" release --json --yes -- 'sp ace@x' >/run/out
is "release" "$? $(key released </run/out) $(key left </run/out) $(count hold)" "0 2 0 5"
"$S" hold --yes --client 192.0.2.77 >/run/out
is "hold by client" "$? $(count hold)" "0 7"
"$S" hold --yes --sender OTHER@soft.example >/run/out
is "nothing is left for its sender" "$? $(cut -c -27 /run/out)" "0 held 2 messages of sender O"

# What somebody else held stays
mail victim@x s@soft.example 3 r@soft.example
wait_for 20 settled
theirs=$(grep -l victim@x -r $SPOOL/deferred | head -1)
postsuper -h "${theirs##*/}" 2>/dev/null
sleep 0.1
"$S" hold --json --yes victim@x >/run/out
is "held with what was" "$(key held </run/out)" 3
"$S" release --json --yes victim@x >/run/out
is "released but for what somebody else held" "$? $(key released </run/out) $(key left </run/out)" "0 2 1"
[ -e "$SPOOL/hold/${theirs##*/}" ]
is "which is in hold" $? 0

# Bounces
mail bouncer@x own@soft.example 2 r@hard.example r@soft.example
wait_for 20 settled
"$S" hold --json --yes bouncer@x >/run/out
is "bounces are told apart" "$(key held </run/out) $(key bounces </run/out)" "2 2"

# A stranger under an ID that was seen
mkdir /run/fake
for p in /usr/sbin/post*; do ln -s "$p" /run/fake/; done
rm /run/fake/postsuper
cat >/run/fake/postsuper <<-'END'
#!/bin/sh
cat >/run/fake/ids
if [ -e /run/fake/swap ]; then
	id=$(sed -n 2p /run/fake/ids)
	file=$(find /var/spool/postfix/deferred -name "$id")
	[ -z "$file" ] || { mv "$(cat /run/fake/swap)" "$file"; rm /run/fake/swap; }
fi
exec /usr/sbin/postsuper "$@" </run/fake/ids
END
chmod +x /run/fake/postsuper
postconf -e command_directory=/run/fake
mail swapped@x s@soft.example 3 r@soft.example
wait_for 20 settled
stranger=$(grep -l '#hash' -r $SPOOL/deferred | head -1)
sum=$(sha256sum <"$stranger")
echo "$stranger" >/run/fake/swap
"$S" hold --json --yes swapped@x >/run/out
is "a stranger goes back" "$? $(key held </run/out) $(key strangers_put_back </run/out) $(grep -l '#hash' -r $SPOOL/hold | wc -l)" "0 2 1 0"
back=$(sha256sum $SPOOL/*/* $SPOOL/*/*/* 2>/dev/null | grep -c "${sum%% *}")
is "whole" "$back" 1
postconf -e command_directory=/usr/sbin

# No free inode
mail full@x s@soft.example 20 r@soft.example
wait_for 20 settled
# logs without a message
orphans() {
	find $SPOOL/defer $SPOOL/bounce -type f | sed 's,.*/,,' | sort | while read -r id; do
		find $SPOOL/deferred $SPOOL/hold $SPOOL/active -name "$id" | grep -q . || echo "$id"
	done
}
orphans=$(orphans)
mkdir $SPOOL/filler
i=0
while true >"$SPOOL/filler/$i"; do i=$((i + 1)); done 2>/dev/null
is "no inode is free" "$(inodes_free)" 0
"$S" hold --json --yes full@x >/run/out
is "hold without an inode" "$? $(key held </run/out)" "0 20"
"$S" release --json --yes full@x >/run/out
is "release without an inode" "$? $(key released </run/out)" "0 20"
while true >"$SPOOL/filler/$i"; do i=$((i + 1)); done 2>/dev/null
"$S" delete --json --yes full@x >/run/out
is "delete without an inode" "$? $(key deleted </run/out) $(key left </run/out)" "0 20 0"
is "no log of theirs is left" "$(orphans)" "$orphans"
rm -r $SPOOL/filler

# Postfix stopped, its log a file
mail stopped@x s@soft.example 20 r@soft.example
wait_for 20 settled
postfix stop 2>/dev/null
"$S" hold --json --yes stopped@x >/run/out
is "hold while Postfix is stopped" "$? $(key held </run/out) $(key left </run/out)" "0 20 0"
"$S" delete --yes stopped@x >/run/out
is "delete while Postfix is stopped" "$? $(cat /run/out)" "0 deleted 20 messages of account stopped@x"
is "nothing is left in /run" "$(ls /run | grep -c spoolwatch)" 0
postfix start 2>/dev/null

# What a map of Postfix takes for one is one
mkdir /run/fold
for pair in 'Straße STRASSE' 'ÄÖ äö' 'ΣΑΣ σας' 'K k' 'İ i' 'ı I' 'ﬁ FI' 'Ǆ ǆ' 'é É' 'a b' 'Å Å' 'ΐ ΐ'; do
	one=${pair% *} other=${pair#* }
	echo "$one x" >/run/fold/map
	want=0
	[ -z "$(postmap -q "$other" texthash:/run/fold/map 2>/dev/null)" ] || want=2
	grep -q "^$other " /run/fold/map && want=2
	mail "$one" f@soft.example 2 r@soft.example
	wait_for 20 settled
	"$S" hold --json "$other" >/run/out
	is "$other is $one as in a map" "$(key messages </run/out)" "$want"
	postsuper -d ALL 2>/dev/null
done

# Who is not permitted
for verb in 'hold x' 'release x' 'delete x' 'delete --yes x' who; do
	# shellcheck disable=SC2086
	setpriv --reuid nobody --clear-groups "$S" $verb >/run/out 2>/run/err
	is "not permitted: $verb" "$? $(wc -l </run/err) $(wc -c </run/out)" "77 1 0"
done

# Two at once
mail a@x s@soft.example 2 r@soft.example
"$S" hold --yes a@x >/run/one 2>&1 &
sleep 0.5
"$S" delete --yes a@x >/run/out 2>/run/err
is "a second one says who is at work" "$? $(grep -c "process $!" /run/err)" "1 1"
wait
is "and the first is done" "$(cut -c -17 /run/one)" "held 2 messages o"
finish
