#!/usr/bin/perl
# Do the tests notice when the code is wrong?  `make mutants N=400 SEED=7` draws N small changes of
# lib/, plugins/ and contrib/incident, makes one at a time in a copy of the tree, runs the tests that
# link the changed function, the likeliest first, and lists the changes that no test noticed.
# tests/mutants/README says more.
#     tests/mutants/mutants.pl MAKE        N, SEED, LEAST, JOBS, ONLY, ROOT are environment variables
# Needs perl-base and gcc. It builds build/asan and build/release if they are not up to date; all
# else that it writes lies below build/mutants and in TMPDIR.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use POSIX qw(:sys_wait_h);

my $here = dirname(__FILE__);
require "./$here/sites.pl";
require "./$here/tests.pl";

my $make = shift // 'make';
my $n = number('N', 400);
my $seed = number('SEED', 1);
my $least = number('LEAST', 0);
my $jobs = number('JOBS', 2) || 1;
my $only = $ENV{ONLY} // '';
my $work = 'build/mutants';
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

# Seconds of the processor that children took, to the hundredth.
sub clock {
	my @t = POSIX::times();
	return ($t[3] + $t[4]) / POSIX::sysconf(&POSIX::_SC_CLK_TCK);
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
	alarm(120 + 4 * $limit) if $limit;
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

# A new file: the old one may have a second name in another tree.
sub spew {
	my ($path, $text) = @_;
	unlink $path;
	open my $f, '>', $path or die "mutants: $path: $!\n";
	print $f $text;
	close $f or die "mutants: $path: $!\n";
}

# How `make` makes each file: the commands, and what they read.
sub commands {
	my ($log) = @_;
	my (%made, @order);
	for my $line (split /\n/, slurp($log)) {
		my @words = split ' ', $line;
		my ($out) = $line =~ /^\S+ .*\s-o (\S+)/ or next;
		$line =~ s/\s-g(?=\s)/ -g0/g; # nobody looks at the symbols of a mutant
		push @order, $out if !$made{$out};
		$made{$out} = { run => $line, from => { map { $_ => 1 } grep { $_ ne $out && /\.[oca]$/ } @words } };
	}
	return (\%made, \@order);
}

sub build {
	my ($profile) = @_;
	my $goals = 'plugins library contrib tests';
	$goals .= " build/$profile/tests/bench/connected" if $profile eq 'release';
	must('.', "$make -j$jobs PROFILE=$profile $goals", "$top/$work/$profile.log");
	must('.', "$make -n -B V=1 PROFILE=$profile $goals", "$top/$work/$profile.commands");
	return commands("$work/$profile.commands");
}

# The functions and tables that are in each of these programs or objects.
sub symbols {
	my (@paths) = @_;
	my %in;
	open my $nm, '-|', 'nm', '-A', '--defined-only', @paths or die "mutants: nm: $!\n";
	while (<$nm>) {
		my ($path, $kind, $name) = /^(\S+?):\S* (\S) (\S+)/ or next;
		$name =~ s/\..*//; # a part of it
		$in{$path}{$name} = $kind;
	}
	return \%in;
}

my $made; # by path: how it is made
my %symbols; # by path: what is in it
my $united; # the program of all that are linked alike

# The function, if the object has it by itself; else those that the compiler has put it into.
sub holders {
	my ($object, $function, $mentions) = @_;
	my (%seen, @found);
	my @ask = $function // ();
	while (defined(my $name = shift @ask)) {
		next if $seen{$name}++;
		if ($symbols{$object}{$name}) { push @found, $name }
		else { push @ask, keys %{ $mentions->{$name} // {} } }
	}
	return @found;
}

# Is what a mutant changes linked in the program? It is in these functions, in none of a table.
sub is_linked {
	my ($program, $object, @functions) = @_;
	my ($there, $all) = ($symbols{$program}, $symbols{$object});
	return $made->{$program}{from}{$object} if $all->{main};
	# a static one of that name may be another file's
	return if @functions && !grep { $there->{$_} } @functions;
	return scalar grep { $all->{$_} =~ /[A-Z]/ && $there->{$_} } keys %$all;
}

# A copy of the tree: the sources, and the same files of the builds by a second name.
sub copy_tree {
	my ($to) = @_;
	make_path("$to/build");
	opendir my $d, '.' or die "mutants: $!\n";
	my @names = grep { !/^(\.|\.\.|\.git|build)$/ } readdir $d;
	system('cp', '-a', '--', @names, $to) == 0 or die "mutants: the tree can't be copied\n";
	system('cp', '-al', '--', 'build/asan', 'build/release', "$to/build") == 0 or die "mutants: the builds can't be copied\n";
}

# The unit tests and replays that are linked alike become one program, which a mutant is linked into
# once and not a hundred times: `all NAME ARGUMENTS` is what NAME would do.
sub unite {
	my ($tree, $units) = @_;
	my $dir = 'build/asan/united';
	make_path("$tree/$dir");
	my (@objects, $link, $main, $table, %read);
	for my $t (@$units) {
		my $of = $made->{ $t->{program} };
		my @own = grep { /\.o$/ } sort keys %{ $of->{from} };
		next if !@own || $of->{run} =~ /--wrap/ || slurp("$t->{program}.c" =~ s{^build/asan/}{}r) =~ m{/proc/self};
		my $entry = 'united_' . scalar @objects;
		my $object = "$dir/$entry.o";
		push @objects, $object;
		$main .= "int $entry(int n, char **words);\n";
		$table .= "\t{ \"$t->{name}\", $entry },\n";
		$read{$_} = 1 for grep { /\.a$/ } keys %{ $of->{from} };
		$t->{united} = 1;
		must($tree, "ld -r -o $object @own && objcopy --redefine-sym main=$entry $object && objcopy --keep-global-symbol=$entry $object",
			"$top/$work/unite.log");
		$link = $of->{run} if !$link || length $link < length $of->{run};
	}
	return if !@objects;
	spew("$tree/$dir/main.c", <<"C");
#include <string.h>
$main
static const struct { const char *name; int (*entry)(int n, char **words); } all[] = {
$table};
int main(int n, char **words)
{
	for (unsigned i = 0; n > 1 && i < sizeof(all) / sizeof(*all); i++)
		if (strcmp(words[1], all[i].name) == 0)
			return all[i].entry(n - 1, words + 1);
	return 127;
}
C
	my $prefix = $link =~ s/\s-o .*//r;
	my $libraries = join ' ', grep { /^-[lL]|^-Wl,/ } split ' ', $link =~ s/.*?\s-o //r;
	my $archives = join ' ', sort { ($a =~ /spoolwatch/) <=> ($b =~ /spoolwatch/) || $a cmp $b } keys %read;
	must($tree, "gcc -c -o $dir/main.o $dir/main.c && ld -r -o $dir/tests.o $dir/main.o @objects", "$top/$work/unite.log");
	$made->{"$dir/all"} = {
		run => "$prefix -o $dir/all $dir/tests.o -Wl,--start-group $archives -Wl,--end-group $libraries",
		from => { map { $_ => 1 } "$dir/tests.o", keys %read },
	};
	return "$dir/all";
}

sub took_file {
	my ($t) = @_;
	return "$work/took/" . $t->{name} =~ s{\W+}{_}gr;
}

# How long a test takes of the processor when nothing is changed, or 'never' when it fails. Asked of a
# test that failed, and of those that are likely to.
sub took {
	my ($t) = @_;
	my $known = took_file($t);
	return slurp($known) if -e $known;
	my $answer = 'never';
	for my $turn (1, 2) {
		my $from = clock();
		next if run("$work/tree0", $t->{call}, "$top/$known.log", 300, "$tmp/0") != 0;
		$answer = clock() - $from;
		last;
	}
	print "mutants: left out, fails although nothing was changed: $t->{name}\n" if $answer eq 'never';
	spew($known, $answer);
	return $answer;
}

# One mutant in the tree of one job. Gives its word: void, noticed, survived; and what noticed it.
sub try {
	my ($tree, $s, $tests, $tmp) = @_;
	my $log = "$top/$tree.log";
	my $path = "$tree/$s->{file}";
	my $text = slurp($path);
	my (@aside, %fresh);

	my $compile = sub { # OBJECT WHERE
		my ($object, $out) = @_;
		my $command = $made->{$object}{run} =~ s/\s-o \S+/ -o $out/r =~ s/\s-MMD -MP(?=\s)//r;
		return run($tree, $command, $log, 60) == 0;
	};
	my $put_aside = sub {
		my ($out) = @_;
		rename "$tree/$out", "$tree/$out.aside" or die "mutants: $out: $!\n";
		push @aside, $out;
	};
	# The program with the changed object in front of the archive that has it as it was.
	my $link = sub {
		my ($program, $object) = @_;
		return if $fresh{$program}++;
		$put_aside->($program);
		my $command = $made->{$program}{run};
		$command =~ s/(\s-o \S+)/$1 -Wl,-S $object/ if !$made->{$program}{from}{$object};
		run($tree, $command, $log, 120) == 0 or die "mutants: $command: failed\n" . slurp($log);
	};
	# What others do to the host meanwhile, or an alarm that rings because they keep it busy, is no
	# answer: it must fail twice, and a loop five times as long as it takes when nothing is changed.
	my $test = sub {
		my ($t, $call) = @_;
		my $limit = -e took_file($t) ? 5 + int(5 * took($t)) : 20;
		my $status = run($tree, $call, $log, $limit, $tmp);
		return $status if $status == 0 || took($t) eq 'never' || ($status < 0 && $limit >= 5 + int(5 * took($t)));
		return run($tree, $call, $log, 5 + int(5 * took($t)), $tmp);
	};
	my $end = sub {
		rename "$tree/$_.aside", "$tree/$_" for @aside;
		spew($path, $text);
		system "chmod -R u+rwX $tmp 2>/dev/null; rm -rf $tmp/*";
		return @_;
	};

	my ($asan, $release) = map { "build/$_/$s->{object}" } qw(asan release);
	my $changed = substr($text, 0, $s->{at}) . $s->{to} . substr($text, $s->{at} + length $s->{from});
	spew($path, $changed);
	$put_aside->($asan);
	return $end->('void', 'does not compile') if !$compile->($asan, $asan);
	# Without the sanitizers, for what follows; is it the same code as before?
	my $is_same = sub {
		$put_aside->($release);
		spew($path, $text);
		$compile->($release, "$release.was") or die "mutants: $s->{file}: does not compile\n";
		spew($path, $changed);
		$compile->($release, $release) or return 1;
		my $same = slurp("$tree/$release") eq slurp("$tree/$release.was");
		unlink "$tree/$release.was";
		return $same;
	};

	my $mentions = mentions($text);
	my %holders = map { $_ => [holders($_, $s->{function}, $mentions)] } $asan, $release;
	my @reach = grep {
		my $t = $_;
		my $object = $t->{unit} ? $asan : $release;
		$t->{of} = [grep { is_linked($_, $object, @{ $holders{$object} }) } @{ $t->{needs} }];
		$t->{near} = nearness($t, $s->{file});
		@{ $t->{of} };
	} @$tests;
	# what only a real Postfix reaches
	return $end->('void', 'for ROOT=1') if !$ENV{ROOT} && $s->{file} =~ m{^contrib/} && !grep { $_->{near} < 3 } @reach;
	my ($ran, $looked) = (0, 0);
	for my $t (sort { $a->{near} <=> $b->{near} || $a->{size} <=> $b->{size} || $a->{name} cmp $b->{name} } @reach) {
		if (($t->{near} > 0 || !$t->{unit}) && !$looked++) {
			return $end->('void', 'the same') if $is_same->(); # its own unit tests don't mind
		}
		next if ($t->{near} == 0 || -e took_file($t)) && took($t) eq 'never';
		my $call = $t->{call};
		if ($t->{unit} && $t->{united} && $t->{near} > 0) {
			$link->($united, $asan);
			$call =~ s/^\S+/$united $t->{name}/;
		} else {
			$link->($_, $t->{unit} ? $asan : $release) for @{ $t->{of} };
		}
		my $status = $test->($t, $call);
		return $end->('noticed', $t->{name} . ($status < 0 ? ' (no end)' : '')) if $status != 0 && took($t) ne 'never';
		$ran++ if $status == 0;
	}
	return $end->('void', 'the same') if !$looked && $is_same->();
	return $end->('survived', $ran ? "ran $ran" : 'no test links it');
}

delete @ENV{qw(MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES WERROR PROFILE SKIPS)};
$ENV{PATH} .= ':/usr/sbin:/sbin';
$ENV{LC_ALL} = 'C';
$ENV{SEEDS} = 1; # of what is drawn at random, in tests that draw
$ENV{FIRST} = 1; # golden.sh and logs.sh end at the first that is wrong
$| = 1;
my $began = time;
remove_tree($work);
make_path("$work/took");
$SIG{INT} = $SIG{TERM} = sub { exit 1 };
END {
	my $was = $?;
	system 'rm', '-rf', $tmp if $main && $$ == $main;
	$? = $was;
}
make_path("$tmp/$_") for 0 .. $jobs;

# Unit tests and replays with the sanitizers, as a step outside an array is noticed by these; what
# starts plugins by the hundred without, as that is ten times faster.
($made, my $order) = build('asan');
my ($made_release, $order_release) = build('release');
$made->{$_} = $made_release->{$_} for @$order_release;
my @tests = (unit_tests(@$order), script_tests($ENV{ROOT}, @$order_release));
copy_tree("$work/tree0");
$united = unite("$work/tree0", [grep { $_->{unit} } @tests]);
must("$work/tree0", $made->{$united}{run}, "$top/$work/unite.log");
for my $tree (map { "$work/tree$_" } 1 .. $jobs) {
	system('cp', '-al', "$work/tree0", $tree) == 0 or die "mutants: no copy\n";
	# a state file that has a second name is refused
	remove_tree("$tree/tests/hosts");
	system('cp', '-a', "$work/tree0/tests/hosts", "$tree/tests") == 0 or die "mutants: no copy\n";
}
my @objects = grep { m{^build/[a-z]+/(lib|plugins|contrib/incident)/.*\.o$} } @$order, @$order_release;
%symbols = %{ symbols(@objects, keys %{ { map { $_ => 1 } map { @{ $_->{needs} } } @tests } }) };
# one that links little is about little, and soon ready
for my $t (@tests) {
	$t->{size} = 0;
	$t->{size} += keys %{ $symbols{$_} } for @{ $t->{needs} };
}
printf "mutants: %d tests, ready after %d s\n", scalar @tests, time - $began;

# what somebody has looked at: it does the same as before, whatever the tests are
my %same = map { $_ => 1 } grep { /^[^#]/ } split /\n/, slurp("$here/same");

srand $seed;
my @sites;
for my $object (grep { m{^build/asan/} } @objects) {
	$object =~ s{^build/asan/}{};
	my $file = $object =~ s/\.o$/.c/r;
	push @sites, map { { %$_, file => $file, object => $object } } sites(slurp("$work/tree0/$file")) if $only eq '' || index($file, $only) == 0;
}
@sites = sort { $a->{file} cmp $b->{file} || $a->{at} <=> $b->{at} } @sites;
for (my $i = $#sites; $i > 0; $i--) {
	my $j = int rand($i + 1);
	@sites[ $i, $j ] = @sites[ $j, $i ];
}
if ($only eq '') {
	my %gone = %same;
	for my $site (@sites) {
		delete $gone{ "$site->{file}: " . shown({ %$site, to => $_ }) } for @{ $site->{choices} };
	}
	print "mutants: no change any more, out of `same` with it: $_\n" for sort keys %gone;
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
			my @word = eval { try("$work/tree$job", $sites[$next], \@tests, "$tmp/$job") };
			@word = ('broken', $@) if $@;
			$word[1] .= sprintf ", %.1f s", clock() - $from;
			spew("$work/tree$job.word", join "\t", @word);
			POSIX::_exit(0);
		}
		$slot{$pid} = [$job, $next++];
	}
	my $pid = waitpid(-1, 0);
	my $was = delete $slot{$pid} or next;
	push @free, $was->[0];
	$result[ $was->[1] ] = [split /\t/, slurp("$work/tree$was->[0].word"), 2];
	note($sites[ $was->[1] ], @{ $result[ $was->[1] ] });
}

my $drawn = valid();
my $noticed = grep { $_ && $_->[0] eq 'noticed' } @result;
die "mutants: nothing to change\n" if !$drawn;
my $share = 100 * $noticed / $drawn;
printf "mutants: %d of %d noticed (%.1f %%), seed %d, %d s, %d of the processor; all in %s/mutants.log\n",
	$noticed, $drawn, $share, $seed, time - $began, clock(), $work;
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
	my $text = slurp("$work/tree0/$s->{file}");
	my $from = rindex(substr($text, 0, $s->{at}), "\n") + 1;
	my $to = index($text, "\n", $s->{at} + length $s->{from});
	my $old = substr $text, $from, $to - $from;
	my $new = substr($text, $from, $s->{at} - $from) . $s->{to} . substr($text, $s->{at} + length $s->{from},
		$to - $s->{at} - length $s->{from});
	for ($old, $new) { s/\s+/ /g; s/^ | $//g }
	return "$old  ->  $new";
}
