/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * modules_limits - caps for modules and their files, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#ifndef QC_MODULES_MODULES_LIMITS_H
#define QC_MODULES_MODULES_LIMITS_H

#include "base/base.h"

#define QC_LIMIT_MODULES 10000
#define QC_LIMIT_LINK_MAP 10000

/* PATH_MAX of Linux. */
#define QC_LIMIT_PATH 4096
#define QC_LIMIT_SYMLINKS 40

/* Program headers of a module: ld.so maps four to a dozen. */
#define QC_LIMIT_MODULE_PHDRS 4096

/* Build-ids are 8 (fast), 16 (md5, uuid) or 20 (sha1) bytes. */
#define QC_LIMIT_BUILD_ID 64

/* The vDSO is two pages; a JIT's own ELF image (QEMU's: one function, a few hundred bytes). */
#define QC_LIMIT_MEMORY_ELF (1 * QC_MIB)
#define QC_LIMIT_JIT_ENTRIES 1024

/* A module of 512 MiB would be the largest QEMU ever linked, with all its debug info inside. */
#define QC_LIMIT_INFLATED_FILE (512 * QC_MIB)

/* Debug sections of a file that are inflated into memory: libLLVM's are 1.5 GiB, QEMU's 50 MiB. */
#define QC_LIMIT_INFLATED_SECTIONS (2 * QC_GIB)

/* From how many bytes on a module's file, or all of its sections, may become that many times the file's size at most:
   libdw goes through 2 GiB of the smallest DIEs, 70 KiB compressed, for a minute. Compilers' debug info
   is compressed to a third, by zstd at its best to a tenth. */
#define QC_LIMIT_INFLATED_RATIO 100
#define QC_LIMIT_INFLATED_FROM (64 * QC_MIB)

/* A linked file has some fifteen of them. */
#define QC_LIMIT_COMPRESSED_SECTIONS 256

/* Units of debug info of all modules: QEMU has 1,352, libLLVM some 3,000, split by dwz or with a unit a type some
   tens of thousands. libdw keeps 900 bytes of each, and looks through none for less than all in front of it. */
#define QC_LIMIT_UNITS 500000

/* Characters of a symbol's name, from which on it is none: names may be ends of each other, and a million of them in
   16 MiB take an hour to hash. C++'s longest have some thousands. */
#define QC_LIMIT_SYMBOL_NAME 8192

/* .gnu_debugdata, inflated: the symbols of a library without debug info; of libLLVM 20 MiB. */
#define QC_LIMIT_DEBUGDATA (64 * QC_MIB)

/* All downloads of a handle together: two files of a slow server, and not 90 s a library. */
#define QC_LIMIT_DEBUGINFOD_SECONDS 60

/* Bytes of a file that a server sends: more than twice what libLLVM's debug info has, uncompressed. */
#define QC_LIMIT_DEBUGINFOD_FILE (4 * QC_GIB)

/* Read-only data of an executable: QEMU for one target has 20 to 60 MiB, all targets in one less
   than this. */
#define QC_LIMIT_RODATA (512 * QC_MIB)

/* Files that list a package's files: Debian has 65,000 packages; a list of 1 MiB names 10,000. */
#define QC_LIMIT_PACKAGES 100000
#define QC_LIMIT_APT_SOURCES 1000
#define QC_LIMIT_PACKAGE_LIST (64 * QC_MIB)

/* Images of containers: a large one has 500,000 files in a layer, and 127 layers are the most that
   overlayfs mounts. Their manifests take some hundred bytes a layer. */
#define QC_LIMIT_ARCHIVE_ENTRIES 16000000
#define QC_LIMIT_IMAGE_LAYERS 1024
#define QC_LIMIT_IMAGE_MANIFEST (4 * QC_MIB)

/* Manifests and indexes of an image: one for each platform and what is attested of it, some forty. In an archive
   each is looked for from its beginning. */
#define QC_LIMIT_IMAGE_MANIFESTS 256

/* Layers are compressed to a half or a fifth; a bomb of zeros is 30,000 times its size. In bytes that all
   passes over all layers have inflated, when the ratio begins to count: 10 s of gzip. */
#define QC_LIMIT_ARCHIVE_RATIO 100
#define QC_LIMIT_ARCHIVE_INFLATED (4 * QC_GIB)

/* Files that are taken out of an image: a process with all its debug files has 2 GiB. */
#define QC_LIMIT_IMAGE_TAKEN (4 * QC_GIB)

/* Names in paths of modules, and of what symbolic links lead to; each link of a chain costs another
   pass where its target came before it. */
#define QC_LIMIT_IMAGE_NAMES 200000
#define QC_LIMIT_IMAGE_PASSES 8

#endif
