# spoolwatch: GNU make, no configure. `make help` lists the targets.
#
# PROFILE=release|asan|cov|static picks flags and the folder build/PROFILE; profiles never mix. With
# PROFILE=cov `make check` ends in the lines and branches that were run.
# CC CPPFLAGS CFLAGS LDFLAGS LDLIBS PREFIX PLUGINDIR DESTDIR are yours: used, never overwritten.

ifeq ($(filter 4.% 5.%,$(MAKE_VERSION)),)
$(error GNU make 4 is needed, this is $(MAKE_VERSION))
endif

MAKEFLAGS += --no-builtin-rules
PROFILE ?= release
B := build/$(PROFILE)

PREFIX ?= /usr/local
PLUGINDIR ?= $(PREFIX)/lib/spoolwatch/plugins
LIBDIR ?= $(PREFIX)/lib
SBINDIR ?= $(PREFIX)/sbin
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
incident_STATE := $(shell sed -n 's/.define JOURNAL_DIRECTORY[[:blank:]]*"\(.*\)"/\1/p' contrib/incident/journal.h)
incident_JOURNAL := $(shell sed -n 's/[[:blank:]]*JOURNAL_FILE = \([0-9]*\).*/\1/p' contrib/incident/journal.h)
incident_GUARD := $(shell sed -n 's/[[:blank:]]*LOCKED_FILE = \([0-9]*\).*/\1/p' lib/postfix/locked.h)
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/spoolwatch
INSTALL ?= install
PKG_CONFIG ?= pkg-config
OBJCOPY ?= objcopy
VERSION := $(shell sed -n 's/.define SW_VERSION[[:blank:]]*"\(.*\)"/\1/p' lib/spoolwatch/version.h)

sw_CPPFLAGS := -iquote lib -iquote plugins -iquote contrib -iquote tests/unit -iquote tests/reference -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64
sw_CFLAGS := -std=c11 -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wvla -Wformat=2 -Wundef -Wno-missing-field-initializers -fno-common -ffunction-sections -fdata-sections \
	-fno-math-errno # so sqrt() is an instruction, and a start does not load libm
sw_CFLAGS += -Wno-psabi # no vector goes from one file to another (32-bit x86)
sw_CFLAGS += -Wno-enum-float-conversion # constants are enumerators (clang's; gcc takes any -Wno-)
sw_LDFLAGS := -Wl,--gc-sections -Wl,--as-needed
# of what a program does not call nothing is linked (--as-needed)
sw_LDLIBS = -lm $(mnl_LIBS)
comma := ,

ifeq ($(PROFILE),release)
# -O2 without frame-checking noise for packagers who bring their own CFLAGS
CFLAGS ?= -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2
LDFLAGS ?= -Wl,-z,relro -Wl,-z,now -pie
sw_CFLAGS += -fPIE
else ifeq ($(PROFILE),asan)
sw_CFLAGS += -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
sw_LDFLAGS += -fsanitize=address,undefined
else ifeq ($(PROFILE),cov)
sw_CFLAGS += -O0 -g --coverage
sw_CPPFLAGS += -DSW_COVERAGE # nothing is confined: gcov writes when the program ends
sw_LDFLAGS += --coverage
else ifneq ($(filter fuzzer msan,$(PROFILE)),)
# for make fuzz: clang's libFuzzer with ASan and UBSan; MemorySanitizer
CC := clang
sanitize := -fsanitize=$(if $(filter msan,$(PROFILE)),memory,fuzzer-no-link$(comma)address$(comma)undefined -fno-sanitize-recover=all)
sw_CFLAGS += -O1 -g -fno-omit-frame-pointer $(sanitize)
sw_LDFLAGS += $(sanitize)
else ifeq ($(PROFILE),static)
ifeq ($(origin CC),default)
CC := musl-gcc
endif
CFLAGS ?= -O2 -g
# zlib's, PCRE2's and the kernel's headers lie beside glibc's: looked at last
sw_CPPFLAGS += -idirafter /usr/include -idirafter /usr/include/$(shell $(CC) -print-multiarch 2>/dev/null || gcc -print-multiarch)
sw_CPPFLAGS += -DSW_LINKED # what others load (os/load.h)
sw_LDFLAGS += -static
PKG_CONFIG += --static
else
$(error PROFILE is $(PROFILE), allowed are release, asan, cov, static, fuzzer, msan)
endif

ifeq ($(origin CC),default)
CC := cc
endif
ifdef WERROR
sw_CFLAGS += -Werror
endif

# Libraries that few runs need are loaded when they are (os/load.h; glibc before 2.34 has dlopen in
# -ldl). A static build links them.
cmocka_LIBS = $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)
zlib_LIBS = $(shell $(PKG_CONFIG) --libs zlib 2>/dev/null) # for tests that make .gz files
archives := $(if $(filter static,$(PROFILE)),$(shell $(PKG_CONFIG) --variable=libdir zlib 2>/dev/null))
all_LIBS = $(if $(archives),$(addprefix $(archives)/,libpcre2-8.a libz.a $(foreach f,$(FORMATS),$(archive_$f))) $(B)/libspoolwatch.a,-ldl)
$(B)/plugins/% $(B)/spoolwatch: sw_LDLIBS += $(all_LIBS)

# Foreign systems are files, not #ifdefs: the journal where libsystemd is, musl's gap in static
# builds, a format of compressed logs where its library's header is (in static builds, its archive).
JOURNAL := $(if $(filter static,$(PROFILE)),none,$(shell $(PKG_CONFIG) --exists libsystemd 2>/dev/null && echo systemd || echo none))
header_xz := lzma.h
header_zstd := zstd.h
header_bzip2 := bzlib.h
archive_xz := liblzma.a
archive_zstd := libzstd.a
archive_bzip2 := libbz2.a
has_header = $(shell $(CC) $(sw_CPPFLAGS) $(CPPFLAGS) -include $1 -E -x c /dev/null >/dev/null 2>&1 && echo yes)
has_archive = $(if $(archives),$(wildcard $(archives)/$1),yes)
FORMATS := $(foreach f,xz zstd bzip2,$(if $(and $(call has_header,$(header_$f)),$(call has_archive,$(archive_$f))),$f))
LACKING := $(filter-out $(FORMATS),xz zstd bzip2)
MNL := $(if $(filter static,$(PROFILE)),none,$(shell $(PKG_CONFIG) --exists libmnl 2>/dev/null && echo mnl || echo none))
mnl_LIBS := $(if $(filter mnl,$(MNL)),$(shell $(PKG_CONFIG) --libs libmnl))
foreign_SRC := lib/os/journal_$(JOURNAL).c lib/os/sockets_$(MNL).c $(FORMATS:%=lib/os/unpack_%.c) $(LACKING:%=lib/os/unpack_%_none.c) \
	$(if $(filter static,$(PROFILE)),lib/os/fortify_musl.c)
foreign_ALL := $(wildcard lib/os/journal_*.c lib/os/sockets_*.c lib/os/*_musl.c lib/os/*_none.c) $(patsubst %_none.c,%.c,$(wildcard lib/os/unpack_*_none.c))
lib_SRC := $(filter-out $(foreign_ALL),$(wildcard lib/*/*.c)) $(foreign_SRC)
parts_SRC := $(wildcard plugins/parts/*.c)
plugin_SRC := $(wildcard plugins/*.c)
incident_SRC := $(filter-out contrib/incident/main.c,$(wildcard contrib/incident/*.c))
test_SRC := $(wildcard tests/unit/*/test_*.c)
system_SRC := $(wildcard tests/system/test_*.c)
fuzz_SRC := $(wildcard tests/fuzz/fuzz_*.c)
reference_SRC := $(wildcard tests/reference/reference_*.c)
support_SRC := tests/unit/support.c $(wildcard tests/unit/*/exactly_*.c)
bench_SRC := $(wildcard tests/bench/*.c)
BENCHES := $(bench_SRC:%.c=$(B)/%)

lib_OBJ := $(lib_SRC:%.c=$(B)/%.o)
parts_OBJ := $(parts_SRC:%.c=$(B)/%.o)
PLUGINS := $(plugin_SRC:%.c=$(B)/%)
TESTS := $(test_SRC:%.c=$(B)/%)
SYSTEM := $(system_SRC:%.c=$(B)/%)
REPLAYS := $(fuzz_SRC:%.c=$(B)/%)

# V=1 shows the commands
export SKIPS
Q := $(if $(V),,@)

.PHONY: all contrib run deps check test system systems mutants story browse bench bench-against bench-load install install-contrib install-dev enable disable uninstall uninstall-dev clean help library plugins tests
.DELETE_ON_ERROR:
.SECONDARY:

all: plugins library ## build the plugins and the library

plugins: $(PLUGINS)
	@:
	$(if $(filter none,$(JOURNAL)),@echo 'postfix_sasl_rate: built without the systemd journal ($(if $(filter static,$(PROFILE)),static,no libsystemd))')
	$(if $(filter none,$(MNL)),@echo 'smtp_clients: built without libmnl ($(if $(filter static,$(PROFILE)),static,no libmnl-dev)): it will say U')
	$(if $(LACKING),@echo 'postfix_sasl_rate: built without rotated logs of the kind $(LACKING) (no $(foreach f,$(LACKING),$(header_$f)$(if $(archives), or $(archive_$f))))')

library: $(B)/libspoolwatch.a $(B)/door/libspoolwatch.a $(B)/spoolwatch.pc

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) $(sw_CPPFLAGS) $(CPPFLAGS) $(sw_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# A parent can hand down a small stack. Without -O, and with sanitizers, frames are what they are.
ifneq ($(filter release static,$(PROFILE)),)
$(lib_OBJ) $(parts_OBJ) $(PLUGINS:%=%.o): sw_CFLAGS += -Wframe-larger-than=20480
endif

$(B)/libspoolwatch.a: $(lib_OBJ)
	@rm -f $@
	$(Q)$(AR) qcs $@ $^

# The archive that is installed: for each header of the door one object of all that its functions
# need, in which nothing else is visible. So no name of ours is in the way of a user's, and who
# includes one header links what that one needs alone.
DOORS := $(wildcard lib/spoolwatch/*.h)
door_OBJ := $(DOORS:lib/spoolwatch/%.h=$(B)/door/%.o)
# A static build has what the system may not have for its libc inside.
door_INSIDE = $(B)/libspoolwatch.a $(if $(archives),$(addprefix $(archives)/,libz.a $(foreach f,$(FORMATS),$(archive_$f))))
# Each object keeps what the compiler made for all (of 32-bit x86): nobody sees another's. With -flto
# the compiler leaves its own code in objects, which objcopy can't look into.
door_LDFLAGS = -r -nostdlib -Wl,--force-group-allocation $(if $(findstring -flto,$(CFLAGS)),-flinker-output=nolto-rel)

$(B)/door/%.names: lib/spoolwatch/%.h lib/spoolwatch/names.sh Makefile
	@mkdir -p $(@D)
	$(Q)lib/spoolwatch/names.sh $< >$@

$(B)/door/%.o: $(B)/door/%.names $(B)/libspoolwatch.a
	$(Q)$(CC) $(CFLAGS) $(door_LDFLAGS) $$(sed 's/^/-Wl,-u,/' $<) -o $@ $(door_INSIDE)
	$(Q)$(OBJCOPY) --keep-global-symbols=$< $@

$(B)/door/libspoolwatch.a: $(door_OBJ)
	@rm -f $@
	$(Q)$(AR) qcs $@ $^

$(B)/libparts.a: $(parts_OBJ)
	@rm -f $@
	$(Q)$(AR) qcs $@ $^

$(PLUGINS): $(B)/plugins/%: $(B)/plugins/%.o $(B)/libparts.a $(B)/libspoolwatch.a
	$(Q)$(CC) $(sw_CFLAGS) $(CFLAGS) $(sw_LDFLAGS) $(LDFLAGS) -o $@ $^ $(sw_LDLIBS) $(LDLIBS)

$(B)/libincident.a: $(incident_SRC:%.c=$(B)/%.o)
	@rm -f $@
	$(Q)$(AR) qcs $@ $^

contrib: $(B)/spoolwatch ## build the incident command
	@:

$(B)/spoolwatch: $(B)/contrib/incident/main.o $(B)/libincident.a $(B)/libspoolwatch.a
	$(Q)$(CC) $(sw_CFLAGS) $(CFLAGS) $(sw_LDFLAGS) $(LDFLAGS) -o $@ $^ $(sw_LDLIBS) $(LDLIBS)

$(B)/libsupport.a: $(support_SRC:%.c=$(B)/%.o)
	@rm -f $@
	$(Q)$(AR) qcs $@ $^

$(TESTS) $(SYSTEM): $(B)/%: $(B)/%.o $(B)/libsupport.a $(B)/libparts.a $(B)/libincident.a $(B)/libreference.a $(B)/libspoolwatch.a
	$(Q)$(CC) $(sw_CFLAGS) $(CFLAGS) $(sw_LDFLAGS) $(LDFLAGS) -o $@ $^ $(cmocka_LIBS) $(zlib_LIBS) $(all_LIBS) $(sw_LDLIBS) $(LDLIBS)

# Tests for which the machine fails: a call that they take over.
$(B)/tests/unit/queue/test_count_fault: sw_LDFLAGS += -Wl,--wrap=syscall
$(B)/tests/unit/parts/test_limits $(B)/tests/unit/parts/test_outliers $(B)/tests/unit/traffic/test_fleet: sw_LDFLAGS += -Wl,--wrap=calloc
starved = malloc calloc realloc reallocarray strdup strndup asprintf __asprintf_chk free
$(B)/tests/unit/spoolwatch/test_text_starved: sw_LDFLAGS += $(starved:%=-Wl,--wrap=%)
$(B)/tests/unit/log/test_journal: sw_LDFLAGS += -Wl,--wrap=journal_read
$(B)/tests/unit/base/test_print: sw_LDFLAGS += -Wl,--wrap=vsnprintf,--wrap=__vsnprintf_chk
$(B)/tests/unit/munin/test_out: sw_LDFLAGS += -Wl,--wrap=realloc
$(B)/tests/unit/os/test_io: sw_LDFLAGS += -Wl,--wrap=pread64,--wrap=pwrite64
$(B)/tests/unit/os/test_state_fault: sw_LDFLAGS += -Wl,--wrap=pread64,--wrap=pwrite64,--wrap=fdatasync,--wrap=malloc

# Slow and obvious second opinions, for fuzz targets and tests.
$(B)/libreference.a: $(reference_SRC:%.c=$(B)/%.o)
	@rm -f $@
	$(Q)$(AR) qcs $@ $^

# clang 14's MemorySanitizer does not know these two of glibc 2.33 (replay.c)
$(REPLAYS): sw_LDFLAGS += $(if $(filter msan,$(PROFILE)),-Wl$(comma)--wrap=fstat64$(comma)--wrap=fstatat64)

# libFuzzer brings a main() of its own
fuzz_main = $(if $(filter fuzzer,$(PROFILE)),,$(B)/tests/fuzz/replay.o $(B)/tests/fuzz/mutate.o)
$(REPLAYS): $(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o $(fuzz_main) $(B)/libincident.a $(B)/libreference.a $(B)/libspoolwatch.a
	$(Q)$(CC) $(sw_CFLAGS) $(CFLAGS) $(sw_LDFLAGS) $(LDFLAGS) $(if $(filter fuzzer,$(PROFILE)),-fsanitize=fuzzer) -o $@ $^ $(zlib_LIBS) $(all_LIBS) $(sw_LDLIBS) $(LDLIBS)

# Programs of one file each: the story's sender, the benchmarks' floors.
$(B)/tests/story/%: tests/story/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE $(CPPFLAGS) $(filter-out -fsanitize%,$(sw_CFLAGS)) -O2 $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)

$(B)/tests/bench/%: tests/bench/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE $(CPPFLAGS) $(filter-out -fsanitize%,$(sw_CFLAGS)) -O2 $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS) -lm

# Benchmarks that call the library.
LINKED := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/linked/*.c))
$(LINKED): $(B)/%: $(B)/%.o $(B)/libspoolwatch.a
	$(Q)$(CC) $(sw_CFLAGS) $(CFLAGS) $(sw_LDFLAGS) $(LDFLAGS) -o $@ $^ $(all_LIBS) $(sw_LDLIBS) $(LDLIBS)

# The trial by faults: a program that watches a plugin's calls, and what is preloaded into the plugin.
FAULTS := $(B)/tests/faults/trial $(B)/tests/faults/memory.so

$(B)/tests/faults/trial: $(patsubst %,$(B)/tests/faults/%.o,trial supervise judge starved calls)
	$(Q)$(CC) $(sw_CFLAGS) $(CFLAGS) $(sw_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/tests/fuzz/hosts: $(B)/tests/fuzz/hosts.o $(B)/tests/fuzz/mutate.o $(patsubst %,$(B)/tests/faults/%.o,supervise judge calls)
	$(Q)$(CC) $(sw_CFLAGS) $(CFLAGS) $(sw_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

PRELOADED := $(B)/tests/faults/memory.so $(B)/tests/system/attempts.so
$(PRELOADED): $(B)/%.so: %.c Makefile
	@mkdir -p $(@D)
	$(Q)$(CC) -D_GNU_SOURCE $(CPPFLAGS) -Wall -Wextra -O2 -fPIC -shared -o $@ $<

tests: $(TESTS) $(SYSTEM) $(REPLAYS) $(FAULTS) $(PRELOADED)

deps: ## install what the build lacks (apt-get, dnf or apk; root or sudo)
	@contrib/packaging/deps.sh build

# The goals that a newcomer types install what is missing first, then start make anew: pkg-config
# and the compiler may not have been there when this file was read.
run: ## install what is missing, build, show what every plugin says on this host
	@contrib/packaging/deps.sh build
	@$(MAKE) --no-print-directory plugins
	@contrib/tour.sh $(B)/plugins

check: ## install what is missing, build, run all tests that need no root
	@contrib/packaging/deps.sh build check
	@$(MAKE) --no-print-directory test

.PHONY: test system
test: plugins library contrib tests ## the same without installing anything, for distributions
	$(if $(filter cov,$(PROFILE)),@tests/coverage.sh $(B) clean)
	@tests/check.sh $(B) "$(MAKE)"
	$(if $(filter cov,$(PROFILE)),@tests/coverage.sh $(B))

system: tests contrib $(B)/tests/bench/connected ## (root) tests that mount; nothing is installed or left behind
	@tests/system.sh $(B)

.PHONY: faults
faults: plugins $(FAULTS) ## each system call and each malloc of each plugin fails (SEED=n; SHALLOW=m: one in m; VARIED=1)
	@SEED='$(SEED)' SHALLOW='$(SHALLOW)' VARIED='$(VARIED)' tests/faults/faults.sh $(B)

.PHONY: fuzz replays
replays: $(REPLAYS)

fuzz: ## every parser and whole plugins over changed hosts, SECONDS=n each (10; SEED=n, ONLY=target)
	@SECONDS_EACH='$(SECONDS)' SEED='$(SEED)' ONLY='$(ONLY)' tests/fuzz/fuzz.sh $(firstword $(MAKE))

mutants: ## change the code in N=400 places, list the changes that no test notices (SEED ONLY LEAST)
	@contrib/packaging/deps.sh build check mutants
	@N='$(N)' SEED='$(SEED)' LEAST='$(LEAST)' ONLY='$(ONLY)' JOBS='$(JOBS)' ROOT='$(ROOT)' tests/mutants/mutants.pl $(firstword $(MAKE))

.PHONY: deb packages
deb: ## Debian packages, in build/deb; lintian looks at them
	@contrib/packaging/deps.sh build check deb
	@contrib/packaging/deb.sh build/deb

packages: ## (root) install, use, upgrade, purge the packages in a fresh Debian (once a release)
	@tests/systems/packages.sh build/packages

systems: ## (root) build and test on old and new Debian, in roots of their own (once a release)
	@tests/systems/systems.sh build/systems

PLOTS = plot plot_guard
story: ## (root) the whole Friday, and one with the guard alone: real Postfix, munin-node and master; alerts, pictures in build/story
	@contrib/packaging/deps.sh build check story
	@$(MAKE) --no-print-directory plugins contrib $(B)/tests/unit/queue/test_file $(B)/tests/story/flood $(B)/tests/story/relog
	@for plot in $(PLOTS); do tests/story/story.sh $(B)/plugins build/story$${plot#plot} $(B)/tests/story $$plot || exit; done

browse: ## (root) the story's pages in headless Chromium, into build/story/browser
	@contrib/packaging/deps.sh browse
	@tests/story/browse.sh build/story

bench: ## how long it takes, beside peers and bare system calls (QUICK=1: half a minute)
	@contrib/packaging/deps.sh build
	@$(MAKE) --no-print-directory plugins contrib $(BENCHES) $(LINKED)
	@tests/bench/bench.sh $(B) build/bench

bench-against: ## these plugins beside those of an older build, OLD=DIRECTORY: one table
	@contrib/packaging/deps.sh build
	@$(MAKE) --no-print-directory plugins $(BENCHES)
	@OLD='$(OLD)' tests/bench/bench.sh $(B) build/bench against

bench-load: ## (root) one poll of each plugin where everything is too much: 20 minutes, 25 GB
	@contrib/packaging/deps.sh build
	@$(MAKE) --no-print-directory plugins contrib $(BENCHES)
	@tests/bench/load.sh $(B) build/bench

# What programs on the door may need beyond libc; --as-needed leaves out what one does not call.
door_LIBS = -lm $(if $(archives),,-ldl)

.PHONY: force
# anew each time: PREFIX may be another than that of the build
$(B)/spoolwatch.pc: force
	@mkdir -p $(@D)
	@printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$(LIBDIR:$(PREFIX)%=$${prefix}%)' \
		'includedir=$(INCLUDEDIR:$(PREFIX)%=$${prefix}%)' '' 'Name: spoolwatch' \
		'Description: Postfix queue, inode and mail log readers; the Munin plugin protocol' \
		'Version: $(VERSION)' 'Cflags: -I$${includedir}' \
		'Libs: -L$${libdir} -lspoolwatch -Wl,--push-state,--as-needed $(strip $(door_LIBS)) -Wl,--pop-state' >$@

plugin_NAMES := $(notdir $(PLUGINS))
plugin_PAGES := $(wildcard plugins/*.8)
plugin_DOCS := README.md CHANGELOG.md contrib/munin/START.md contrib/munin/munin.conf contrib/munin/fleet.conf \
	contrib/munin/plugin-conf.d/spoolwatch
door_PAGES := $(wildcard lib/spoolwatch/*.3)

install: plugins ## install the plugins below PREFIX (/usr/local), DESTDIR honoured
	$(INSTALL) -d $(DESTDIR)$(PLUGINDIR) $(DESTDIR)$(PREFIX)/lib/spoolwatch $(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 755 $(PLUGINS) $(DESTDIR)$(PLUGINDIR)
	$(INSTALL) -m 644 $(plugin_PAGES) $(DESTDIR)$(MANDIR)/man8
	$(INSTALL) -m 755 contrib/munin/alert $(DESTDIR)$(PREFIX)/lib/spoolwatch
	$(INSTALL) -m 644 $(plugin_DOCS) $(DESTDIR)$(DOCDIR)

install-contrib: contrib ## install the incident command, its completion in shells, the room of its journal
	$(INSTALL) -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(BASHCOMPDIR) $(DESTDIR)$(ZSHCOMPDIR) $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 644 contrib/incident/guard.conf $(DESTDIR)$(DOCDIR)
	$(INSTALL) -m 755 $(B)/spoolwatch $(DESTDIR)$(SBINDIR)
	$(INSTALL) -m 644 contrib/incident/spoolwatch.8 $(DESTDIR)$(MANDIR)/man8
	$(INSTALL) -m 644 contrib/incident/completion/spoolwatch $(DESTDIR)$(BASHCOMPDIR)
	$(INSTALL) -m 644 contrib/incident/completion/_spoolwatch $(DESTDIR)$(ZSHCOMPDIR)
	$(INSTALL) -d $(DESTDIR)$(incident_STATE)
	@# with its blocks: on a full disk there is no other room
	[ -e $(DESTDIR)$(incident_STATE)/journal ] || head -c $(incident_JOURNAL) /dev/zero >$(DESTDIR)$(incident_STATE)/journal
	chmod 600 $(DESTDIR)$(incident_STATE)/journal
	[ -e $(DESTDIR)$(incident_STATE)/guard ] || head -c $(incident_GUARD) /dev/zero >$(DESTDIR)$(incident_STATE)/guard
	chmod 644 $(DESTDIR)$(incident_STATE)/guard

install-dev: library ## install the library: headers, archive, man pages, spoolwatch.pc
	$(INSTALL) -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR)/spoolwatch $(DESTDIR)$(MANDIR)/man3
	$(INSTALL) -m 644 $(B)/door/libspoolwatch.a $(DESTDIR)$(LIBDIR)
	$(INSTALL) -m 644 $(B)/spoolwatch.pc $(DESTDIR)$(LIBDIR)/pkgconfig
	$(INSTALL) -m 644 $(DOORS) $(DESTDIR)$(INCLUDEDIR)/spoolwatch
	$(INSTALL) -m 644 $(door_PAGES) $(DESTDIR)$(MANDIR)/man3

enable: ## (root) link the installed plugins into this host's munin-node, restart it
	@contrib/munin/links.sh enable $(PLUGINDIR) contrib/munin/plugin-conf.d/spoolwatch

disable: ## (root) take them out again, with all that they left there
	@contrib/munin/links.sh disable $(PLUGINDIR) contrib/munin/plugin-conf.d/spoolwatch

uninstall: uninstall-dev ## remove what install, install-contrib and install-dev put there, and nothing else
	rm -f $(DESTDIR)$(SBINDIR)/spoolwatch $(DESTDIR)$(MANDIR)/man8/spoolwatch.8 $(DESTDIR)$(DOCDIR)/guard.conf \
		$(DESTDIR)$(BASHCOMPDIR)/spoolwatch $(DESTDIR)$(ZSHCOMPDIR)/_spoolwatch
	rm -f $(addprefix $(DESTDIR)$(incident_STATE)/,journal guard guard.day guard.failures)
	-@rmdir $(DESTDIR)$(incident_STATE) 2>/dev/null; :
	rm -f $(plugin_NAMES:%=$(DESTDIR)$(PLUGINDIR)/%)
	rm -f $(plugin_PAGES:plugins/%=$(DESTDIR)$(MANDIR)/man8/%)
	rm -f $(DESTDIR)$(PREFIX)/lib/spoolwatch/alert $(addprefix $(DESTDIR)$(DOCDIR)/,$(notdir $(plugin_DOCS)))
	-@rmdir $(DESTDIR)$(PLUGINDIR) $(DESTDIR)$(PREFIX)/lib/spoolwatch $(DESTDIR)$(DOCDIR) 2>/dev/null; :

uninstall-dev: ## remove what install-dev put there
	rm -f $(DESTDIR)$(LIBDIR)/libspoolwatch.a $(DESTDIR)$(LIBDIR)/pkgconfig/spoolwatch.pc
	rm -f $(DOORS:lib/%=$(DESTDIR)$(INCLUDEDIR)/%)
	rm -f $(door_PAGES:lib/spoolwatch/%=$(DESTDIR)$(MANDIR)/man3/%)
	-@rmdir $(DESTDIR)$(INCLUDEDIR)/spoolwatch 2>/dev/null; :

clean: ## remove build/
	rm -rf build

help: ## this text
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22
	@echo '  PROFILE=release|asan|cov|static  CC CPPFLAGS CFLAGS LDFLAGS LDLIBS PREFIX PLUGINDIR DESTDIR'
	@echo '  V=1 shows the commands, WERROR=1 makes warnings errors, QUICK=1 is for bench,'
	@echo '  SKIPS=tests/skips makes a skip that is not expected there a failure'

-include $(wildcard $(foreach d,lib plugins contrib tests,$(B)/$d/*.d $(B)/$d/*/*.d $(B)/$d/*/*/*.d))
