/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * files_limits - limits on files that are looked for and read, each with its reason
 *
 * Every loop that a dump, a file or an archive drives has a limit. Reaching it is reported, but for
 * those of package lists, which only serve hints.
 */
#pragma once

#include "base/base.h"

/* PATH_MAX of Linux. */
#define QC_LIMIT_PATH 4096

/* Program headers of a module: ld.so maps four to a dozen. */
#define QC_LIMIT_MODULE_PHDRS 4096

/* Build-ids are 8 (fast), 16 (md5, uuid) or 20 (sha1) bytes. */
#define QC_LIMIT_BUILD_ID 64

/* Bytes of a module's file, inflated: more than any QEMU has, with all its debug info inside. */
#define QC_LIMIT_INFLATED_FILE (512 * QC_MIB)

/* Bytes of a file's debug sections, inflated: libLLVM's are 1.5 GiB, QEMU's 50 MiB. */
#define QC_LIMIT_INFLATED_SECTIONS (2 * QC_GIB)

/* Ratio by which a module's file, or all of its sections, may be inflated once that makes more than
   QC_LIMIT_INFLATED_FROM bytes. libdw takes a minute for 2 GiB of the smallest DIEs, which are 70
   KiB compressed. Compilers' debug info is compressed to a third, by zstd at best to a tenth. */
#define QC_LIMIT_INFLATED_RATIO 100
#define QC_LIMIT_INFLATED_FROM (64 * QC_MIB)

/* Sections of a file that are copied or inflated for libdw: a linked file has some fifteen. */
#define QC_LIMIT_COMPRESSED_SECTIONS 256

/* Seconds for all downloads of a handle: two files from a slow server, and not 90 s a library. */
#define QC_LIMIT_DEBUGINFOD_SECONDS 60

/* Bytes of a file that a server sends: more than twice libLLVM's debug info, uncompressed. */
#define QC_LIMIT_DEBUGINFOD_FILE (4 * QC_GIB)

/* Lists of a package's files: Debian has 65,000 packages; a list of 1 MiB names 10,000 files. */
#define QC_LIMIT_PACKAGES 100000
#define QC_LIMIT_APT_SOURCES 1000
#define QC_LIMIT_PACKAGE_LIST (64 * QC_MIB)

/* Images of containers: a large one has 500,000 files in a layer, and 127 layers are the most that
   overlayfs mounts. Their manifests take some hundred bytes a layer. */
#define QC_LIMIT_ARCHIVE_ENTRIES 16000000
#define QC_LIMIT_IMAGE_LAYERS 1024
#define QC_LIMIT_IMAGE_MANIFEST (4 * QC_MIB)

/* Manifests and indexes of an image: one for each platform, and one for what is attested of it:
   some forty. In an archive, each is searched for from the beginning. */
#define QC_LIMIT_IMAGE_MANIFESTS 256

/* Ratio by which layers may be inflated: they are compressed to a half or a fifth, a bomb of zeros
   to 1/30,000; and bytes that all passes have inflated before the ratio counts: 10 s of gzip. */
#define QC_LIMIT_ARCHIVE_RATIO 100
#define QC_LIMIT_ARCHIVE_INFLATED (4 * QC_GIB)

/* Bytes of files taken out of an image: a process with all its debug files has 2 GiB. */
#define QC_LIMIT_IMAGE_TAKEN (4 * QC_GIB)

/* Names in paths of modules and in targets of symbolic links; and passes over the image: each link
   of a chain costs another one if its target came before it. */
#define QC_LIMIT_IMAGE_NAMES 200000
#define QC_LIMIT_IMAGE_PASSES 8
