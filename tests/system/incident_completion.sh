#!/bin/bash
# The shell completion of spoolwatch, beside its table of verbs, its --help and what it takes:
#     tests/system/incident_completion.sh BUILDDIR
set -u
program=$(cd "$1" && pwd)/spoolwatch
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
say() {
	echo "not ok - $*"
	bad=1
}
# shellcheck source=/dev/null
. contrib/incident/completion/spoolwatch

# completes WORD...: what is offered for the last one
completes() {
	COMP_WORDS=("$program" "$@")
	COMP_CWORD=$#
	_spoolwatch "$program" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	printf '%s\n' "${COMPREPLY[@]}" | sort -u | grep .
}
is() { # NAME GOT WANT
	[ "$2" = "$3" ] || say "$1: got ${2//$'\n'/ }, want ${3//$'\n'/ }"
}

verbs=$(sed -n 's/^	{ "\([a-z]*\)".*/\1/p' contrib/incident/main.c | sort)
[ -n "$verbs" ] || say "no verbs"
is "the verbs" "$(completes "")" "$verbs"
is "a verb that is begun" "$(completes unb)" unblock
is "behind options" "$(completes -c /etc --json unb)" unblock
is "a name behind two dashes" "$(completes hold -- "")" ""
is "values" "$(completes who --by "")" "$(printf '%s\n' account client domain reason sender uid)"
is "values behind =" "$(completes who --by = re)" reason
is "no value of another" "$(completes who --top "")" ""
mkdir "$work/some" "$work/other"
is "directories" "$(cd "$work" && completes inodes so)" some
is "directories of -c" "$(cd "$work" && completes who -c o)" other
is "without a verb" "$(completes --)" "$(printf '%s\n' --config-directory --help --json --top --version | sort)"

# each option that is offered is one, of the verb; each that there is is offered by a verb
offered=
for verb in $verbs; do
	for option in $(completes "$verb" -); do
		offered="$offered $option"
		case $option in --help | --version) continue ;; esac
		said=$(SPOOLWATCH_ROOT="$work" "$program" "$option" --help 2>&1 </dev/null >/dev/null)
		case $said in *"is no option"*) say "$verb: $option is none: $said" ;; esac
		said=$(SPOOLWATCH_ROOT="$work" timeout 20 "$program" "$verb" "$option" 1 2>&1 </dev/null >/dev/null)
		case $said in *"is no option"* | *"takes no --"*) say "$verb takes no $option: $said" ;; esac
	done
	grep -q "^\.Cm .*\<$verb\>\|^\.It Cm $verb\>" contrib/incident/spoolwatch.8 || say "spoolwatch.8 lacks $verb"
done
for option in $(sed -n 's/^	{ "\([a-z-]*\)", \(no\|required\)_argument.*/--\1/p' contrib/incident/options.c); do
	case "$offered " in
	*" $option "*) ;;
	*) say "no verb offers $option" ;;
	esac
	grep -q "Fl -${option#--}\>" contrib/incident/spoolwatch.8 || say "spoolwatch.8 lacks $option"
done
if command -v zsh >/dev/null 2>&1; then
	zsh -n contrib/incident/completion/_spoolwatch || say "zsh does not take _spoolwatch"
else
	echo "skipped - completion in zsh: it is not installed"
fi
[ $bad = 0 ] && echo "ok - completion, as spoolwatch's own --help and options"
exit $bad
