#!/usr/bin/perl
# Do the tests notice when the code is wrong?  `make mutants N=400 SEED=7` draws N small changes of
# lib/ and plugins/, makes one at a time in a copy of the tree, runs the tests that reach the changed
# line, cheapest first, and lists the changes that no test noticed. tests/mutants/README says more.
#     tests/mutants/mutants.pl MAKE        N, SEED, LEAST, JOBS and ONLY are environment variables
# Needs perl-base, gcc and its gcov. Everything it writes lies below build/mutants and in TMPDIR.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use POSIX qw(:sys_wait_h);

my $here = dirname(__FILE__);
require "./$here/sites.pl";

my $make = shift // 'make';
my $n = number('N', 400);
my $seed = number('SEED', 1);
my $least = number('LEAST', 0);
my $jobs = number('JOBS', 2) || 1;
my $only = $ENV{ONLY} // '';
my $work = 'build/mutants';
my $cov = 'build/cov';
my $asan = 'build/asan';
my $top = getcwd();
my $tmp = (-w '/dev/shm' ? '/dev/shm' : ($ENV{TMPDIR} // '/tmp')) . "/m.$$";
my $main = $$;

sub number {
	my ($name, $default) = @_;
	my $value = $ENV{$name} // '';
	return $default if $value eq '';
	$value =~ /^\d+$/ or die "mutants: $name is '$value', not a number\n";
	return $value;
}

# Seconds since some time, to the hundredth: perl-base has no finer clock.
sub clock {
	return (POSIX::times())[0] / POSIX::sysconf(&POSIX::_SC_CLK_TCK);
}

# Runs a command of the shell in a tree; its status, or -1 when it took longer than the limit.
sub run {
	my ($tree, $command, $log, $limit, $tmp) = @_;
	my $pid = fork() // die "mutants: fork: $!\n";
	if (!$pid) {
		setpgrp(0, 0);
		chdir $tree or die "mutants: $tree: $!\n";
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $log or die "mutants: $log: $!\n";
		open STDERR, '>&', \*STDOUT;
		$ENV{TMPDIR} = $tmp if $tmp;
		# a file without end is stopped as a loop is; one with a hole of 5 GB is none
		# and a loop by the processor's time, as the machine may have other work; what only waits below
		my $loop = $limit ? "ulimit -S -t $limit; " : '';
		exec '/bin/sh', '-c', "ulimit -f 12000000; $loop$command";
	}
	my $late = 0;
	local $SIG{ALRM} = sub { $late = 1; kill 'KILL', -$pid };
	alarm(20 + 4 * $limit) if $limit;
	1 while waitpid($pid, 0) != $pid;
	my $status = $?;
	alarm 0;
	kill 'KILL', -$pid; # what it left behind
	return $late || ($status & 127) == 24 || $status >> 8 == 128 + 24 ? -1 : $status; # 24: SIGXCPU
}

sub must {
	my ($tree, $command, $log) = @_;
	run($tree, $command, $log) == 0 and return;
	system 'tail', '-n', '20', $log;
	die "mutants: $command: failed\n";
}

sub slurp {
	my ($path) = @_;
	open my $f, '<', $path or die "mutants: $path: $!\n";
	local $/;
	return <$f> // '';
}

sub spew {
	my ($path, $text) = @_;
	open my $f, '>', $path or die "mutants: $path: $!\n";
	print $f $text;
	close $f or die "mutants: $path: $!\n";
}

# What `make V=1` has run: for each file that it made the commands, in order, and what they read.
sub commands {
	my ($log) = @_;
	my (%made, @order);
	for my $line (split /\n/, slurp($log)) {
		my @words = split ' ', $line;
		my ($out) = $line =~ /\s-o (\S+)/;
		($out) = grep { /\.a$/ } @words if !$out && $line =~ /^\S*ar \S+ /;
		($out) = $words[-1] if !$out && $line =~ /^\S*(objcopy|ranlib|strip) /;
		next if !defined $out;
		push @order, $out if !$made{$out};
		push @{ $made{$out}{run} }, $line;
		push @{ $made{$out}{from} }, grep { $_ ne $out && ($made{$_} || /\.c$/) } @words;
	}
	return (\%made, \@order);
}

# The tests: programs test_NAME, fuzz_NAME with their corpus, and the scripts that check.sh and system.sh run on
# what was built, less those that build or install.
sub tests_of {
	my ($order, $b) = @_;
	my @tests;
	for my $path (grep { m{/tests/(\S+/)?(test|fuzz)_[^/.]+$} } @$order) {
		my $name = $path =~ s{^.*?/tests/}{}r;
		my $call = $path;
		if (basename($path) =~ /^fuzz_(.*)/) {
			my $corpus = (grep { -d } glob("{tests/corpus,tests/*/corpus}/$1"))[0] // next;
			$call .= " $corpus";
		}
		push @tests, { name => $name, call => "./$call", needs => [$path], unit => 1 };
	}
	for my $check (grep { -f } glob('tests/check.sh tests/system.sh tests/*/check.sh')) {
		for (slurp($check) =~ /^\s*whole "[^"]*" (tests\/\S+\.sh .*\$\{?build.*)$/mg) {
			next if /\$\{?make/;
			my $call = $_;
			$call =~ s/\$(build|\{build\})/$b/g;
			my $text = slurp((split ' ', $call)[0]) . $call;
			my @needs = grep {
				my $name = basename($_);
				m{^$b/plugins/[^/.]+$} || (m{^$b/tests/.*[^.]} && !/\.[oa]$/ && $text =~ /\b\Q$name\E\b/)
			} @$order;
			push @tests, { name => basename((split ' ', $call)[0]), call => "./$call", needs => \@needs };
		}
	}
	@tests > 1 or die "mutants: no tests found\n";
	return @tests;
}

# A copy of the tree without what was built there.
sub copy_tree {
	my ($to) = @_;
	make_path($to);
	opendir my $d, '.' or die "mutants: $!\n";
	my @names = grep { !/^(\.|\.\.|\.git|build)$/ } readdir $d;
	system('cp', '-a', '--', @names, $to) == 0 or die "mutants: the tree can't be copied\n";
}

sub build {
	my ($tree, $profile, $flags) = @_;
	my $log = "$top/$work/$profile.log";
	must($tree, "$make -j$jobs V=1 WERROR= PROFILE=$profile B=build/$profile $flags plugins library tests", $log);
	return commands($log);
}

# Each test once with gcov: which tests execute which line of which file.
sub reach {
	my ($tree, $tests, $tmp) = @_;
	my %lines;
	for my $t (@$tests) {
		# emptied, and for everybody: a child of a test that is no superuser counts too
		system "cd $tree && find $cov -name '*.gcno' | sed 's/gcno\$/gcda/' | while read -r f; do : >\$f; chmod 666 \$f; done";
		(my $call = $t->{call}) =~ s/\Q$asan\E/$cov/g;
		# what a sandbox of a test forbids to gcov is no matter: it has counted until then
		run($tree, $call, "$top/$work/lines.log", 300, $tmp);
		system("cd $tree && find $cov -name '*.gcda' -size +0 >../gcda") == 0 or die "mutants: find failed\n";
		next if !-s "$work/gcda"; # it looks at the sources alone
		system("cd $tree && gcov -t \$(cat ../gcda) >../notes 2>../gcov.log") == 0
			or die "mutants: gcov failed: " . slurp("$work/gcov.log");
		my $file = '';
		for (split /\n/, slurp("$work/notes")) {
			my ($count, $at, $source) = /^\s*([^:]+):\s*(\d+):(?:Source:(\S+))?/ or next;
			$file = $source if $at == 0 && $source;
			next if $at == 0 || $count eq '-';
			$lines{$file}{$at} //= {};
			$lines{$file}{$at}{ $t->{name} } = 1 if $count =~ /^\d/;
		}
	}
	return \%lines;
}

sub took {
	my ($t) = @_;
	my $log = "$top/$work/test.log";
	for my $turn (1, 2) {
		my $from = clock();
		return clock() - $from if run("$work/job1", $t->{call}, $log, 300, "$tmp/1") == 0;
	}
	# what check.sh asks of a release alone can't be true of a build with sanitizers
	return 'never' if !$t->{unit};
	print slurp($log), "mutants: $t->{name} fails although nothing was changed\n";
	exit 1;
}

# The names of the tests for a place. A line without code of its own (the middle of a statement)
# counts as the lines around it; what is outside functions (tables, enums) as the whole file.
sub reaching {
	my ($lines, $s) = @_;
	my $of = $lines->{ $s->{file} } or return {};
	my $at = $s->{line};
	return $of->{$at} if $of->{$at};
	my %all;
	if ($s->{body}) {
		for my $step (-1, 1) {
			my $l = $at + $step;
			$l += $step while $l >= $s->{body}[0] && $l <= $s->{body}[1] && !$of->{$l};
			%all = (%all, %{ $of->{$l} }) if $of->{$l} && $l >= $s->{body}[0] && $l <= $s->{body}[1];
		}
		return \%all;
	}
	%all = (%all, %$_) for values %$of;
	return \%all;
}

# One mutant in the tree of one job. Gives its word: void, noticed, survived; and what noticed it.
sub try {
	my ($tree, $s, $made, $tests, $lines, $tmp) = @_;
	my $log = "$top/$tree.log";
	my $object = $s->{object};
	my $path = "$tree/$s->{file}";
	my $text = slurp($path);
	my $names = reaching($lines, $s);
	my %stale = ($object => 1);
	my @word = ('survived', %$names ? 'ran ' . keys(%$names) : 'not reached');

	my $plain = "$s->{plain} -o $object.plain";
	my $before = run($tree, $plain, $log) == 0 ? slurp("$tree/$object.plain") : die "mutants: $s->{file}: does not compile\n";
	spew($path, substr($text, 0, $s->{at}) . $s->{to} . substr($text, $s->{at} + length $s->{from}));
	if (run($tree, $plain, $log, 60) != 0 || slurp("$tree/$object.plain") eq $before) {
		spew($path, $text);
		return ('void', 'does not compile, or the same');
	}

	# what was made of the old object is put aside and made anew when a test needs it
	my @aside;
	my $depends;
	$depends = sub { $stale{ $_[0] } //= (grep { $depends->($_) } @{ $made->{ $_[0] }{from} }) ? 1 : 0 };
	my $remake;
	my %done;
	$remake = sub {
		my ($out) = @_;
		return if $done{$out}++ || !$depends->($out);
		$remake->($_) for grep { $made->{$_} } @{ $made->{$out}{from} };
		rename "$tree/$out", "$tree/$out.aside" or die "mutants: $out: $!\n";
		push @aside, $out;
		run($tree, $_, $log, 120) == 0 or die "mutants: $_: failed\n" . slurp($log) for @{ $made->{$out}{run} };
	};
	my $name = basename($s->{file}, '.c');
	my $own = sub { $_[0]{name} =~ m{(^|/)test_\Q$name\E$} ? 1 : 0 };
	for my $t (sort { $own->($b) <=> $own->($a) || $a->{took} <=> $b->{took} }
		grep { $names->{ $_->{name} } } @$tests) {
		$remake->($_) for @{ $t->{needs} };
		my $status;
		# others change the host meanwhile, or keep it so busy that an alarm rings: it must fail twice
		for my $turn (1, 2) {
			$status = run($tree, $t->{call}, $log, 5 + int(5 * $t->{took}), $tmp);
			last if $status == 0;
		}
		next if $status == 0;
		@word = ('noticed', $t->{name} . ($status < 0 ? ' (no end)' : ''));
		last;
	}
	rename "$tree/$_.aside", "$tree/$_" for @aside;
	spew($path, $text);
	system "chmod -R u+rwX $tmp 2>/dev/null; rm -rf $tmp/*";
	return @word;
}

delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES WERROR PROFILE)};
$ENV{PATH} .= ':/usr/sbin:/sbin';
$ENV{LC_ALL} = 'C';
$ENV{SEEDS} = 1; # of what is drawn at random, in tests that draw
$| = 1;
my $began = clock();
remove_tree($work);
make_path($work);
$SIG{INT} = $SIG{TERM} = sub { exit 1 };
END {
	my $was = $?;
	system 'rm', '-rf', $tmp if $main && $$ == $main;
	$? = $was;
}
make_path("$tmp/$_") for 0, 1 .. $jobs;

# The copy that counts lines. A child that ends by _exit() counts too.
copy_tree("$work/lines");
spew("$work/count.c", <<'C');
void __gcov_dump(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status)
{
	__gcov_dump();
	__real__exit(status);
}
C
must('.', "gcc -c -o $work/count.o $work/count.c", "$top/$work/count.log");
build("$work/lines", 'cov', "LDFLAGS='-Wl,--wrap=_exit $top/$work/count.o'");

# The copies that are changed: with the sanitizers, as a step outside an array is noticed by these.
copy_tree("$work/job1");
my ($made, $order) = build("$work/job1", 'asan', "CFLAGS='-g0 -O1'");
system('cp', '-a', "$work/job1", "$work/job$_") == 0 or die "mutants: no copy\n" for 2 .. $jobs;
my @tests = do { chdir "$work/job1" or die; my @t = tests_of($order, $asan); chdir $top; @t };
# how long each takes, while the other copy finds what each reaches
my $pid = fork() // die "mutants: fork: $!\n";
if (!$pid) {
	undef $main;
	spew("$work/took", join '', map { took($_) . "\n" } @tests);
	exit 0;
}
my $lines = reach("$work/lines", \@tests, "$tmp/0");
1 while waitpid($pid, 0) != $pid;
exit 1 if $?;
my @took = split /\n/, slurp("$work/took");
$_->{took} = shift @took for @tests;
print "mutants: left out, fails in a build with sanitizers: $_->{name}\n" for grep { $_->{took} eq 'never' } @tests;
@tests = grep { $_->{took} ne 'never' } @tests;
printf "mutants: %d tests, their lines known after %d s\n", scalar @tests, clock() - $began;

# what somebody has looked at: it does the same as before, whatever the tests are
my %same = map { $_ => 1 } grep { /^[^#]/ } split /\n/, slurp("$here/same");

srand $seed;
my @sites;
for my $object (sort grep { /\.o$/ } keys %$made) {
	my ($file) = grep { m{^(lib|plugins)/.*\.c$} } @{ $made->{$object}{from} };
	next if !$file || ($only ne '' && index($file, $only) != 0);
	my $plain = $made->{$object}{run}[0];
	$plain =~ s/\s(-o \S+|-fsanitize\S*|-fno-sanitize\S*|-MMD|-MP|-O1)(?=\s)//g for 1 .. 2;
	push @sites, map { { %$_, file => $file, object => $object, plain => "$plain -O2" } } sites(slurp("$work/lines/$file"));
}
@sites = sort { $a->{file} cmp $b->{file} || $a->{at} <=> $b->{at} } @sites;
for (my $i = $#sites; $i > 0; $i--) {
	my $j = int rand($i + 1);
	@sites[ $i, $j ] = @sites[ $j, $i ];
}
$_->{to} = $_->{choices}[ int rand @{ $_->{choices} } ] for @sites;
@sites = grep { !$same{ "$_->{file}: " . shown($_) } } @sites;

my ($next, %slot, @result) = (0);
my @free = 1 .. $jobs;
sub valid { return scalar grep { $_ && $_->[0] ne 'void' } @result }
while (valid() < $n && ($next < @sites || %slot)) {
	while (@free && $next < @sites && valid() + keys(%slot) < $n) {
		my $job = shift @free;
		my $pid = fork() // die "mutants: fork: $!\n";
		if (!$pid) {
			my $from = clock();
			my @word = eval { try("$work/job$job", $sites[$next], $made, \@tests, $lines, "$tmp/$job") };
			@word = ('broken', $@) if $@;
			$word[1] .= sprintf ", %.1f s", clock() - $from;
			spew("$work/job$job.word", join "\t", @word);
			POSIX::_exit(0);
		}
		$slot{$pid} = [$job, $next++];
	}
	my $pid = waitpid(-1, 0);
	my $was = delete $slot{$pid} or next;
	push @free, $was->[0];
	$result[ $was->[1] ] = [split /\t/, slurp("$work/job$was->[0].word"), 2];
	note($sites[ $was->[1] ], @{ $result[ $was->[1] ] });
}

my $drawn = valid();
my $noticed = grep { $_ && $_->[0] eq 'noticed' } @result;
die "mutants: nothing to change\n" if !$drawn;
my $share = 100 * $noticed / $drawn;
printf "mutants: %d of %d noticed (%.1f %%), seed %d, %d s; all in %s/mutants.log\n", $noticed, $drawn, $share,
	$seed, clock() - $began, $work;
if ($share < $least) {
	print "mutants: at least $least % are wanted\n";
	exit 1;
}

# At once: who ends a long draw early has what was tried until then.
sub note {
	my ($s, $word, $by) = @_;
	die "mutants: $by\n" if $word eq 'broken';
	return if $word eq 'void';
	my $line = sprintf "%s %s:%d: %s  (%s)\n", $word, $s->{file}, $s->{line}, shown($s), $by;
	open my $log, '>>', "$work/mutants.log" or die "mutants: $!\n";
	print $log $line;
	close $log;
	print $line if $word eq 'survived';
}

# The line before and after, the change within its statement.
sub shown {
	my ($s) = @_;
	my $text = slurp("$work/lines/$s->{file}");
	my $from = rindex(substr($text, 0, $s->{at}), "\n") + 1;
	my $to = index($text, "\n", $s->{at} + length $s->{from});
	my $old = substr $text, $from, $to - $from;
	my $new = substr($text, $from, $s->{at} - $from) . $s->{to} . substr($text, $s->{at} + length $s->{from},
		$to - $s->{at} - length $s->{from});
	for ($old, $new) { s/\s+/ /g; s/^ | $//g }
	return "$old  ->  $new";
}
