# SPDX-License-Identifier: GPL-2.0
# Flags, output places and rules that every userspace Makefile shares.
#
# Include it first, then define what to build:
#
#	include ../common.mk
#	PKGS := libmnl json-c
#	SRCS := main.c show.c
#	all: $(BIN)/prog
#	$(BIN)/prog: $(OBJS) $(LIBALKAID)
#		$(LINK)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

TOP := $(patsubst %/,%,$(dir $(abspath $(dir $(lastword $(MAKEFILE_LIST))))))
BUILD ?= $(TOP)/build
BIN := $(BUILD)/bin
OBJ := $(BUILD)/obj/$(patsubst $(TOP)/%,%,$(CURDIR))
LIBALKAID := $(BUILD)/obj/userspace/libalkaid/libalkaid.a
LIBALKAID_PKGS := libmnl libnl-3.0 libnl-route-3.0

VERSION ?= $(or $(shell cat $(TOP)/VERSION 2>/dev/null),0.1)
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config

ALL_CFLAGS = -std=gnu11 -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE \
	-DALK_VERSION='"$(VERSION)"' \
	-I$(TOP)/include/uapi -I$(TOP)/userspace/libalkaid \
	$(if $(PKGS),$(shell $(PKG_CONFIG) --cflags $(PKGS))) \
	$(CPPFLAGS) $(CFLAGS)
ALL_LIBS = $(if $(PKGS),$(shell $(PKG_CONFIG) --libs $(PKGS))) $(LDLIBS)

OBJS = $(SRCS:%.c=$(OBJ)/%.o)

V ?= 0
ifeq ($(V),0)
Q := @
say = @printf '  %-7s %s\n' $(1) $(patsubst $(TOP)/%,%,$(2))
else
say = @:
endif

COMPILE = $(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
LINK = $(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ \
	$(filter %.o,$^) $(filter %.a,$^) $(ALL_LIBS)

$(OBJ)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(COMPILE)

# The library's own Makefile knows when it is stale.
ifneq ($(CURDIR),$(TOP)/userspace/libalkaid)
$(LIBALKAID): FORCE
	@$(MAKE) -s -C $(TOP)/userspace/libalkaid
endif

.PHONY: all check clean FORCE

-include $(wildcard $(OBJ)/*.d)
