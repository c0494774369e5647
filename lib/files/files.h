/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * files - given a path, a build-id, a sysroot or the image of a container: the ELF file and its
 * debug file, opened, verified and inflated; the package that a file belongs to
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "files/archives/sysroot_archive.h"
#include "files/debug_file.h"
#include "files/debuginfod.h"
#include "files/elf_file.h"
#include "files/files_limits.h"
#include "files/given_file.h"
#include "files/package.h"
#include "files/search.h"
#include "files/section_inflate.h"
