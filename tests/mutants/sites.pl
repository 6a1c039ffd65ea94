# sites(TEXT): where a C source can be made wrong. Each is { at, line, from, choices, function }: offset
# and line, the text there, what may stand there instead, and the name of the function around it (none
# for tables and enums). A tokenizer, no parser: what does not compile is redrawn.
use strict;
use warnings;
no warnings "portable";

my %swap = (
	'<' => '<=', '<=' => '<', '>' => '>=', '>=' => '>', '==' => '!=', '!=' => '==',
	'&&' => '||', '||' => '&&', '+=' => '-=', '-=' => '+=',
);
my %keyword = map { $_ => 1 } qw(return case else do goto sizeof if while for switch);

# [kind, text, offset] of each token; comments and preprocessor lines are none.
sub tokens {
	my ($text) = @_;
	my @t;
	pos($text) = 0;
	while (pos($text) < length $text) {
		my $at = pos $text;
		if ($text =~ m{\G\s+}gc || $text =~ m{\G/\*.*?\*/}gcs || $text =~ m{\G//[^\n]*}gc) { next }
		if ($text =~ /\G#(?:[^\n\\]|\\.)*/gcs) { next }
		my $kind =
			$text =~ /\G"(?:[^"\\]|\\.)*"/gcs ? 'string'
			: $text =~ /\G'(?:[^'\\]|\\.)*'/gc ? 'char'
			: $text =~ /\G(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?\w*/gc ? 'float'
			: $text =~ /\G\d\w*/gc ? 'number'
			: $text =~ /\G[A-Za-z_]\w*/gc ? 'word'
			: $text =~ /\G(?:<<=|>>=|\.\.\.|->|\+\+|--|<<|>>|[-+*\/%&|^<>=!]=|&&|\|\|)/gc ? 'op'
			: $text =~ /\G./gcs ? 'op' : last;
		push @t, [$kind, substr($text, $at, pos($text) - $at), $at];
	}
	return @t;
}

sub beside {
	my ($number) = @_;
	my ($digits, $suffix) = $number =~ /^(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)$/ or return ();
	my $value = $digits =~ /^0/ ? oct $digits : $digits;
	return () if $value > 2**52;
	my $form = $digits =~ /^0x/i ? '0x%x' : $digits =~ /^0./ ? '0%o' : '%d';
	return map { sprintf($form, $_) . $suffix } $value == 0 ? (1) : ($value + 1, $value - 1);
}

# The size of an array that is declared, or a bound such as 16 << 20 in an enum: a little more or less
# says nothing.
sub is_size {
	my ($t, $i, $code) = @_;
	return 1 if !$code && ($t->[$i - 1][1] =~ m{^(<<|[*/])$} || $t->[$i + 1][1] =~ m{^(<<|[*/])$});
	my $open = $i - 1;
	$open-- while $open > 0 && $t->[$open][1] =~ /^(\w+|[-+*])$/;
	return 0 if $t->[$open][1] ne '[' || $open < 2;
	my ($name, $type) = ($t->[$open - 1], $t->[$open - 2]);
	return $name->[0] eq 'word' && ($type->[0] eq 'word' ? !$keyword{ $type->[1] } : $type->[1] eq '*');
}

sub operand {
	my ($t) = @_;
	return $t->[0] =~ /^(number|float|char)$/ || ($t->[0] eq 'word' && !$keyword{ $t->[1] }) || $t->[1] =~ /^[\])]$/;
}

# `fd < 0`, at its operator: no test gets the descriptor 0, so that only the opposite says something.
sub is_descriptor {
	my ($t, $i) = @_;
	return $i && $i < $#$t && $t->[$i - 1][1] =~ /^((\w*_)?fd|spool|hold|active|directory|root|pipe|mark|next|tree|proc)$/ && $t->[$i][1] =~ /^(<|>=)$/ && $t->[$i + 1][1] eq '0';
}

# The operand that ends before token $i (step -1) or begins behind it (step 1), as text: a name, its
# members and elements, or a number.
sub beside_operator {
	my ($t, $i, $step) = @_;
	my ($depth, @words) = (0);
	for (my $j = $i + $step; $j > 0 && $j < $#$t; $j += $step) {
		my ($kind, $word) = @{ $t->[$j] };
		$depth += $step if $word eq '[';
		$depth -= $step if $word eq ']';
		last if !$depth && ($keyword{$word} || !($kind =~ /^(word|number)$/ || $word =~ /^(->|\.|\]|\[)$/));
		push @words, $word;
	}
	return join ' ', $step < 0 ? reverse @words : @words;
}

# `a < b ? a : b`, `if (a < b) b = a;`, at the operator: the larger or smaller of two, and of two that
# are the same it is no matter which.
sub is_extreme {
	my ($t, $i) = @_;
	my ($left, $right) = (beside_operator($t, $i, -1), beside_operator($t, $i, 1));
	return 0 if $t->[$i][1] !~ /^[<>]=?$/ || $left eq '' || $right eq '';
	my $j = $i + 1 + split / /, $right;
	my $end = $j;
	$end++ while $end < $#$t && $t->[$end][1] !~ /^[;,{]$/ && $end < $j + 60;
	my $rest = join ' ', map { $_->[1] } @$t[$j .. $end];
	$rest =~ s/\( (struct )?\w+ \) //g; # of another type
	return $rest =~ /^\)* ?(\) )*(\Q$right\E = \Q$left\E|\Q$left\E = \Q$right\E) ;$/
		|| $rest =~ /^\? (\Q$left\E : \Q$right\E|\Q$right\E : \Q$left\E) [;,)]/;
}

# `if (a != b) return a < b ..`, `a != b ? a < b : ..`, at the second operator: these two are never the same.
sub is_told_apart {
	my ($t, $i) = @_;
	my ($left, $right) = (beside_operator($t, $i, -1), beside_operator($t, $i, 1));
	return 0 if $t->[$i][1] !~ /^[<>]=?$/ || $left eq '' || $right eq '';
	my $from = $i - 4 - split(/ /, $left) * 2 - split(/ /, $right);
	my $before = join ' ', map { $_->[1] } @$t[($from > 0 ? $from : 0) .. $i - 1];
	return $before =~ /\Q$left != $right\E (\) return|\?) \Q$left\E$/;
}

# `raw_order(..) < 0` or `>= 0`, at its operator: names that are ordered are never the same.
sub is_order_of_names {
	my ($t, $i) = @_;
	return $i > 0 && $t->[$i][1] =~ /^(<|>=)$/ && $t->[$i + 1][1] eq '0' && $t->[$i - 1][1] eq ')' && (function_at($t, $i - 1) // '') eq 'raw_order';
}

# `(a > b) - (a < b)`, at one of both comparisons: the order of two that are the same.
sub is_order {
	my ($t, $i) = @_;
	my ($left, $right) = (beside_operator($t, $i, -1), beside_operator($t, $i, 1));
	return 0 if $t->[$i][1] !~ /^[<>]$/ || $left eq '' || $right eq '';
	my $most = 8 + 2 * (split(/ /, $left) + split(/ /, $right));
	my ($from, $to) = ($i > $most ? $i - $most : 0, $i + $most < $#$t ? $i + $most : $#$t);
	my $around = join ' ', map { $_->[1] } @$t[$from .. $to];
	return $around =~ /\( \Q$left > $right\E \) - \( \Q$left < $right\E \)/;
}

# `n ? 2 * n : 16`, at the 2 or the 16: by how much what grows does.
sub is_growth {
	my ($t, $i) = @_;
	my $factor = $t->[$i + 1][1] eq '*';
	my $what = $factor ? beside_operator($t, $i + 1, 1) : beside_operator($t, $i - 1, -1);
	my $words = 4 + split / /, $what;
	my ($from, $to) = ($i > $words ? $i - $words : 0, $i + $words < $#$t ? $i + $words : $#$t);
	my $around = join ' ', map { $_->[1] } @$t[$from .. $to];
	return $what ne '' && $around =~ ($factor ? qr/\Q$what\E \? 2 \* \Q$what\E : \d/ : qr/\? 2 \* \Q$what\E : \Q$t->[$i][1]\E\b/);
}

# Of a statement that mixes a hash, by the golden ratio.
sub is_mixing {
	my ($t, $i) = @_;
	my ($from, $to) = ($i, $i);
	$from-- while $from > 0 && $t->[$from - 1][1] !~ /^[;{}]$/;
	$to++ while $to < $#$t && $t->[$to][1] !~ /^[;{}]$/;
	return scalar grep { $_->[1] =~ /^0x9E3779B/ } @$t[$from .. $to];
}

# What may stand for token $i, which is no return.
sub instead {
	my ($t, $i, $code) = @_;
	my ($kind, $text) = @{ $t->[$i] };
	return $text eq '<' ? '>=' : '<' if is_descriptor($t, $i);
	return () if $i && is_descriptor($t, $i - 1);
	return '>=' if is_order_of_names($t, $i);
	return () if $i && is_order_of_names($t, $i - 1);
	return () if $i && (is_extreme($t, $i) || is_told_apart($t, $i) || is_order($t, $i));
	# a value behind the last point of a field has room, and is not told
	return () if $text eq '<' && beside_operator($t, $i, 1) =~ /[.>] points$/;
	return $swap{$text} if $kind eq 'op' && $swap{$text};
	if ($text =~ /^[-+]$/ && $i && operand($t->[$i - 1])) {
		return is_size($t, $i, 1) ? () : $text eq '+' ? '-' : '+';
	}
	return () if $kind ne 'number' || is_size($t, $i, $code);
	# { 0 } is an empty struct, the number of a return is changed with it
	return () if $t->[$i - 1][1] eq '{' && $t->[$i + 1][1] eq '}';
	return () if $i > 3 && $text eq '0' && join(' ', map { $_->[1] } @$t[$i - 4 .. $i + 1]) =~ /^\{ \. \w+ = 0 \}$/;
	return () if $t->[$i - 1][1] eq 'return' && $t->[$i + 1][1] eq ';';
	# nor another key of a hash, nor how it mixes
	return () if is_mixing($t, $i);
	return () if $i > 6 && join(' ', map { $_->[1] } @$t[$i - 7 .. $i - 1]) =~ /\( struct hash_key \) \{( \w+ ,)?$/;
	# nor by which number below 0 a descriptor is none
	return () if $text eq '1' && $i > 2 && join(' ', map { $_->[1] } @$t[$i - 3 .. $i + 1]) =~ /(^|\W|_)fd = - 1 [;,}]$/;
	# nor how what grows does, nor a millisecond more of patience, nor how often the clock is looked at
	return $text eq '2' ? '1' : () if is_growth($t, $i);
	return () if $i > 1 && $t->[$i - 1][1] eq '=' && $t->[$i - 2][1] =~ /(_MS|_NS|_LOOKS|_A_LOOK|^tv_nsec)$/;
	# nobody asks with what a child failed
	return '0' if $text eq '1' && $i > 1 && $t->[$i - 1][1] eq '(' && $t->[$i - 2][1] eq '_exit';
	# of what a comparison for qsort(3) gives, the sign alone matters, and glibc asks only if it is above 0
	return '(-1)' if $text eq '1' && $i > 1 && $t->[$i - 1][1] eq '-' && $t->[$i - 2][1] eq '?';
	my ($from, $to) = ($i > 4 ? $i - 4 : 0, $i + 4 < $#$t ? $i + 4 : $#$t);
	return '0' if $text eq '1' && join(' ', map { $_->[1] } @$t[$from .. $to]) =~ /\? - 1 : 1( ;|$)/;
	return '0' if $text eq '1' && join(' ', map { $_->[1] } @$t[$i .. $to]) =~ /^1 : - 1 ;$/ && $t->[$i - 1][1] eq '?';
	# nor does it tell "less" from "the same", as it moves what is greater
	return () if $text eq '1' && $i > 4 && join(' ', map { $_->[1] } @$t[$i - 4 .. $i]) eq '? 1 : - 1';
	# more memory than is needed does no harm
	return $text - 1 if $i > 1 && $t->[$i - 1][1] eq '(' && $t->[$i - 2][1] =~ /^(calloc|block_room)$/ && $text =~ /^[1-9]\d*$/;
	return beside($text);
}

# `return X;` at token $i: the token of its `;`, and what may stand instead of all.
sub returns {
	my ($t, $i, $depth) = @_;
	my $end = $i;
	$end++ while $end < $#$t && $t->[$end][1] ne ';';
	my $value = join ' ', map { $_->[1] } @$t[$i + 1 .. $end - 1];
	my @to;
	push @to, 'return -1;' if $value eq '0';
	push @to, 'return 0;' if $value =~ /^- \w+$/;
	push @to, 'return false;' if $value eq 'true';
	push @to, 'return true;' if $value eq 'false';
	push @to, ';' if $depth > 1 || $t->[$end + 1][1] ne '}';
	return ($end, @to);
}

# The name before the brackets that close at token $i.
sub function_at {
	my ($t, $i) = @_;
	my $open = 0;
	for (; $i > 0; $i--) {
		$open += $t->[$i][1] eq ')' ? 1 : $t->[$i][1] eq '(' ? -1 : 0;
		return $t->[$i - 1][1] if !$open;
	}
	return;
}

# In which functions each word of a C source stands: { word => { function => 1 } }.
sub mentions {
	my ($text) = @_;
	my @t = tokens($text);
	my ($depth, $function, %in) = (0);
	for my $i (0 .. $#t) {
		my ($kind, $word) = @{ $t[$i] };
		$function = function_at(\@t, $i - 1) if $word eq '{' && !$depth++ && $i && $t[$i - 1][1] eq ')';
		undef $function if $word eq '}' && !--$depth;
		$in{$word}{$function} = 1 if $function && $kind eq 'word';
	}
	return \%in;
}

sub sites {
	my ($text) = @_;
	my @t = tokens($text);
	my ($depth, $skip, @found, $function) = (0, 0);
	my $line_of = sub { 1 + (substr($text, 0, $_[0]) =~ tr/\n//) };
	for my $i (0 .. $#t) {
		my ($kind, $word, $at) = @{ $t[$i] };
		if ($word =~ /^(_Static_assert|static_assert|assert|__attribute__)$/) {
			# up to the bracket that closes
			my $open = 0;
			for ($skip = $i + 1; $skip < $#t; $skip++) {
				$open += $t[$skip][1] eq '(' ? 1 : $t[$skip][1] eq ')' ? -1 : 0;
				last if !$open;
			}
		}
		if ($kind eq 'op' && $word eq '{') {
			$function = function_at(\@t, $i - 1) if !$depth && $i && $t[$i - 1][1] eq ')';
			$depth++;
		} elsif ($kind eq 'op' && $word eq '}') {
			$depth--;
			undef $function if !$depth;
		}
		next if $i <= $skip;
		if ($word eq 'return' && $depth) {
			my ($end, @to) = returns(\@t, $i, $depth);
			my $from = substr $text, $at, $t[$end][2] + 1 - $at;
			push @found, { at => $at, line => $line_of->($at), from => $from, choices => \@to, function => $function } if @to;
			next;
		}
		my @to = instead(\@t, $i, $function);
		push @found, { at => $at, line => $line_of->($at), from => $word, choices => \@to, function => $function } if @to;
	}
	return @found;
}

1;
