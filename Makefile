# SPDX-License-Identifier: GPL-2.0
# Builds, tests and installs alkaid; `make help` lists the targets.

# The kernel to build the module for: a build directory, or one of the test kernels by name.
RUNNING := /lib/modules/$(shell uname -r)/build
KDIR ?= $(if $(wildcard $(RUNNING)/Makefile),$(RUNNING),debian-6.12)

PREFIX ?= /usr
DESTDIR ?=
MANPAGES = $(wildcard docs/*.8 docs/man/*.8 userspace/*/*.8)
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

install: all
	scripts/kbuild.sh $(KDIR) "" modules_install $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR))
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/share/man/man8
	install build/bin/alk build/bin/alkaidd build/bin/alkaidctl $(DESTDIR)$(PREFIX)/sbin
	install -m 644 include/uapi/*.h $(DESTDIR)$(PREFIX)/include
	install -m 644 $(MANPAGES) $(DESTDIR)$(PREFIX)/share/man/man8
	install -D -m 644 docs/completion/alk $(DESTDIR)$(PREFIX)/share/bash-completion/completions/alk

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
	@echo 'make install               module, programs, headers, manual pages; DESTDIR, PREFIX'
	@echo 'make clean'
	@echo
	@echo 'Test kernels: debian-6.12 debian-6.1 uml uml-debug'

.PHONY: all module userspace check kunit selftest unit lint vm-selftest fuzz demo install clean help
