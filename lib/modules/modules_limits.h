/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modules_limits - limits on modules, their symbols and their debug info, each with its reason
 *
 * Every loop that a dump drives has a limit. Reaching a limit is reported, where that could make an
 * answer another one: not those of a symbol's name and a dynamic section, which no linker comes near.
 */
#pragma once

#include "base/base.h"

#define QC_LIMIT_MODULES 10000
#define QC_LIMIT_LINK_MAP 10000

/* Bytes of an ELF image in memory: the vDSO is two pages, QEMU's JIT image a few hundred bytes. */
#define QC_LIMIT_MEMORY_ELF (1 * QC_MIB)
#define QC_LIMIT_JIT_ENTRIES 1024

/* Units of debug info of all modules: QEMU has 1,352, libLLVM some 3,000; some tens of thousands if
   split by dwz or with a unit for each type. libdw keeps 900 bytes for each, and reaches a unit
   only through all those before it. */
#define QC_LIMIT_UNITS 500000

/* Length from which on a symbol's name is ignored. Names may be the ends of others: a million of
   them in 16 MiB take an hour to hash. The longest in Debian 12's libraries, those of ceph and gRPC
   among them, has 1,042 characters. */
#define QC_LIMIT_SYMBOL_NAME 8192

/* Bytes of .gnu_debugdata, inflated: symbols of a library without debug info; of libLLVM 20 MiB. */
#define QC_LIMIT_DEBUGDATA (64 * QC_MIB)

/* Bytes of read-only data that are searched: QEMU for one target has 20 to 60 MiB, one for all
   targets less than this. */
#define QC_LIMIT_RODATA (512 * QC_MIB)
