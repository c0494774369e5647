/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * notice - a line for the application about files and downloads that it asked for
 */
#pragma once

#include "files/search.h"

void qc_notice(const struct qc_file_search *search, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
