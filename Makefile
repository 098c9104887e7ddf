# SPDX-License-Identifier: GPL-2.0
# Builds, tests and installs alkaid; `make help` lists the targets.

# The kernel to build the module for: a build directory, or one of the test kernels by name.
RUNNING := /lib/modules/$(shell uname -r)/build
KDIR ?= $(if $(wildcard $(RUNNING)/Makefile),$(RUNNING),debian-6.12)

PREFIX ?= /usr
DESTDIR ?=
MANPAGES = $(wildcard docs/man/*.5 docs/man/*.8)
DEPS := scripts/deps.sh

all: userspace
	scripts/kbuild.sh $(KDIR)

# KERNEL is the test kernel that module, kunit and selftest use.
module:
	@scripts/kbuild.sh $(or $(KERNEL),debian-6.12)

userspace:
	@$(DEPS) userspace
	@mkdir -p build
	@flock build/userspace.lock $(MAKE) --no-print-directory -C userspace

check:
	@$(DEPS) check vm guest userspace unit fuzz lint
	@tests/check

kunit:
	@tests/vm/kunit $(or $(KERNEL),uml-debug)

selftest: userspace
	@tests/selftests/run $(addprefix --kernel ,$(KERNEL)) $(T)

unit: userspace
	@$(DEPS) unit
	@$(MAKE) --no-print-directory -C tests/userspace check

lint:
	@scripts/lint.sh $(T)

vm-selftest:
	@tests/vm/selftest.sh

fuzz:
	@tests/fuzz/run $(or $(SECONDS),600)

demo: userspace
	@$(DEPS) guest
	@tests/vm/run --load --timeout 300 -- demo/run

# B is a list of works, R one of the rigs; without them, all. Results are kept in build/bench.json.
bench: userspace
	@$(DEPS) guest bench
	@$(MAKE) --no-print-directory -C bench
	@ALKAID_BENCH_PROFILE=$(P) bench/run $(addprefix --rig ,$(R)) $(B)

# The plots of docs/performance.md, of what `make bench` has kept.
bench-plots:
	@bench/run --plots

install: all
	scripts/kbuild.sh $(KDIR) "" modules_install $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR))
	@$(MAKE) --no-print-directory install-userspace

# A configuration that is there stays as it is.
install-userspace: userspace
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/include
	install build/bin/alk build/bin/alkaidd build/bin/alkaidctl $(DESTDIR)$(PREFIX)/sbin
	install -m 644 include/uapi/*.h $(DESTDIR)$(PREFIX)/include
	for page in $(MANPAGES); do \
		install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man$${page##*.} $$page || exit; \
	done
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/bash-completion/completions docs/completion/*
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/alkaid packaging/alkaidd.conf
	[ -e $(DESTDIR)/etc/alkaid/alkaidd.conf ] || \
		install -D -m 640 -t $(DESTDIR)/etc/alkaid packaging/alkaidd.conf
	for unit in packaging/*.service; do \
		install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/systemd/system $$unit && \
		sed -i 's|/usr/sbin/|$(PREFIX)/sbin/|' \
			"$(DESTDIR)$(PREFIX)/lib/systemd/system/$${unit##*/}" || exit; \
	done

clean:
	rm -rf build

help:
	@echo 'make                       the module for KDIR ($(KDIR)), and the programs'
	@echo 'make module KERNEL=NAME    the module for a test kernel'
	@echo 'make userspace             alk, alkaidd and alkaidctl, in build/bin'
	@echo 'make demo                  two hosts, two VPCs, one goal state: every step verified'
	@echo 'make check                 all of the following; ends in "N passed, N failed"'
	@echo 'make lint [T=CHECK]        style and static analysis'
	@echo 'make unit                  tests of the programs'
	@echo 'make kunit [KERNEL=NAME]   tests inside the kernel'
	@echo 'make selftest [KERNEL=NAME] [T=NAME]'
	@echo '                           tests of the whole, on a test kernel'
	@echo 'make fuzz [SECONDS=600]    parser and decision in userspace, under libFuzzer'
	@echo 'make vm-selftest           tests of the machines that the tests run on'
	@echo 'make bench [B=WORK] [R=icount|uml]'
	@echo '                           what packets and changes cost, beside the peers'
	@echo 'make install               module, programs, units, manual pages; DESTDIR, PREFIX'
	@echo 'make install-userspace     the same without the module'
	@echo 'make clean'
	@echo
	@echo 'Test kernels: debian-6.12 debian-6.1 uml uml-debug'

.PHONY: all module userspace check kunit selftest unit lint vm-selftest fuzz demo bench bench-plots install install-userspace clean help
