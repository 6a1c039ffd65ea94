#!/bin/sh
# contrib/gallery is what its script makes of the man pages, and what Munin's gallery takes: POD without
# a fault, a first line NAME - SUMMARY, the category that the graphs are in, pictures by their names.
#     tests/system/gallery.sh
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

not() {
	echo "not ok - $*"
	bad=1
}

TO=$work contrib/gallery/gallery.sh || not "gallery.sh fails"
for pod in "$work"/*/*.pod; do
	name=$(basename "$pod" .pod)
	category=$(basename "$(dirname "$pod")")
	cmp -s "$pod" "contrib/gallery/$category/$name.pod" || not "$name.pod is old: contrib/gallery/gallery.sh makes it anew"
	sed -n '/^=head1 NAME/,/^=head1 S/p' "$pod" | grep -qE "^$name - [[:alpha:]]" || not "$name.pod does not begin with $name - SUMMARY"
	grep -q '^  #%# family=auto$' "$pod" || not "$name.pod has no family"
	for want in tests/hosts/*/want/"$name".config; do
		[ -e "$want" ] || continue
		grep -q '^graph_category' "$want" && grep '^graph_category' "$want" | grep -qv " $category$" &&
			not "$want: a graph that is not in $category"
	done
done
for pod in contrib/gallery/*/*.pod; do
	[ -e "$work/${pod#contrib/gallery/}" ] || not "$pod is of no plugin"
done
if command -v podchecker >/dev/null 2>&1; then
	podchecker -warnings -warnings contrib/gallery/*/*.pod >"$work/said" 2>&1
	grep -vE 'pod syntax OK\.$' "$work/said" && not "podchecker finds faults"
else
	echo "skipped - gallery: podchecker is not installed"
fi
total=0
for picture in contrib/gallery/*/example-graphs/* contrib/pictures/*; do
	size=$(wc -c <"$picture")
	total=$((total + size))
	[ "$size" -lt 60000 ] || not "$picture has $size bytes"
	case $picture in
	*/example-graphs/*)
		name=$(basename "$picture" | sed -n -E 's/-(day|[0-9]+)\.png$//p')
		[ -n "$name" ] && [ -e "$(dirname "$picture")/../$name.pod" ] || not "$picture: of which plugin?"
		;;
	*) grep -q "$picture" README.md || not "$picture is not in README" ;;
	esac
done
[ $total -lt 500000 ] || not "the pictures have $total bytes"
for picture in $(grep -oE '\]\([^)]*\.(png|svg)\)' README.md | tr -d '])('); do
	[ -s "$picture" ] || not "README shows $picture, which is not there"
done
[ $bad = 0 ] && echo "ok - the gallery's pages are the man pages', $total bytes of pictures"
exit $bad
