# SPDX-License-Identifier: GPL-2.0
# Where the compiled alcor.schema messages are; include it after common.mk.

PROTO := $(BUILD)/obj/proto
LIBALCOR := $(PROTO)/libalcor.a
PROTO_PKGS := libprotobuf-c

ifneq ($(CURDIR),$(TOP)/userspace/proto)
# Its headers must be there before anything that includes them is compiled.
$(LIBALCOR): FORCE
	@$(MAKE) --no-print-directory -C $(TOP)/userspace/proto
endif
