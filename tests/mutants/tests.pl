# Which tests there are, and which is likely to notice what is wrong in a file. A test is { name, call,
# needs, unit }: the command, the programs that it runs, and whether it is one of them itself. A new
# test needs no entry here.
use strict;
use warnings;
use File::Basename qw(basename dirname);

sub text_of {
	my ($path) = @_;
	open my $f, '<', $path or die "mutants: $path: $!\n";
	local $/;
	return <$f> // '';
}

# Programs test_NAME, and fuzz_NAME with their corpus, of those that make makes.
sub unit_tests {
	my @tests;
	for my $path (grep { m{/tests/(unit/\S+/test|fuzz/fuzz)_[^/.]+$} } @_) {
		my $name = $path =~ s{^.*?/tests/(unit/)?}{}r;
		my $call = "./$path";
		if (basename($path) =~ /^fuzz_(.*)/) {
			-d "tests/fuzz/corpus/$1" or next;
			$call .= " tests/fuzz/corpus/$1";
		}
		push @tests, { name => $name, call => $call, program => $path, needs => [$path], unit => 1 };
	}
	return @tests;
}

# The scripts that check.sh runs on what was built (and system.sh, if $root), less those that build,
# install or look at sources; golden hosts and starve.sh of each plugin by itself.
sub script_tests {
	my ($root, @order) = @_;
	my @plugins = grep { m{^build/release/plugins/[^/.]+$} } @order;
	my @programs = grep { m{^build/release/(spoolwatch|tests/.*/[^/.]+)$} } @order;
	my @hosts = (@plugins, grep { m{^build/release/spoolwatch$} } @order);
	my @tests;
	for (map { text_of($_) =~ /^\s*whole "[^"]*" ((?:tests\/\S+\.sh|"\$build\/tests\/).*)$/mg } 'tests/check.sh', $root ? 'tests/system.sh' : ()) {
		next if /\$\{?make/ || !/build/ || m{^tests/house\.sh};
		s/\$build/build\/release/g;
		my $script = (split ' ')[0] =~ tr/"//dr;
		my $text = ($script =~ /\.sh$/ ? text_of($script) : '') . $_;
		if ($script =~ m{/golden\.sh$}) {
			push @tests, map { { name => 'golden ' . basename($_), call => "./$script build/release/plugins '*' " . basename($_), needs => [$_] } } @hosts;
			next;
		}
		if ($script =~ m{/starve\.sh$}) {
			push @tests, map { { name => 'starve ' . basename($_), call => "./$script build/release " . basename($_), needs => [$_] } } @hosts;
			next;
		}
		my @needs = grep { my $name = basename($_); $text =~ /\b\Q$name\E\b/ } @plugins;
		@needs = @plugins if $text =~ m{\$plugins"?/\*} || (!@needs && /plugins/);
		push @needs, grep { my $name = s{^build/release/}{}r; $text =~ m{/\Q$name\E(?![\w/.-])} } @programs;
		push @tests, { name => s{tests/}{}r =~ tr/"//dr, call => "./$_", needs => \@needs };
	}
	return @tests;
}

# Does the test's NAME say that it is of the file's module?
sub is_of {
	my ($test, $file) = @_;
	$test =~ s/^.*?(test|fuzz)_//;
	$file = basename($file, '.c');
	return $test eq $file || $test =~ /^\Q$file\E_/ || $file =~ /^\Q$test\E_/;
}

# 0 for the test of the module itself, more for those that are less likely to notice or take longer.
sub nearness {
	my ($t, $file) = @_;
	my $room = basename(dirname($file));
	my $near = $t->{unit} && dirname($t->{name}) eq $room;
	return 0 if $t->{unit} && is_of($t->{name}, $file) && ($near || $t->{name} =~ m{^fuzz/});
	return 0 if $t->{name} eq 'golden ' . basename($file, '.c');
	return 1 if $near;
	return 2 if $t->{unit};
	return 2 if $t->{name} =~ m{/${room}_(\w+)\.sh} && is_of($1, $file);
	return 3 if $t->{name} =~ /^golden /;
	return 4 if $t->{name} =~ /^starve /;
	return 4 if $t->{name} =~ m{^hosts/};
	return 5;
}

1;
