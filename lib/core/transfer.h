/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * transfer - what a copy has done to a file: bytes in front of a core, a conversion of text
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns where a core of Linux begins in the bytes. 0: at their start, or nowhere. */
size_t qc_transfer_core_at(const uint8_t *head, size_t size);

/* Returns how a program that takes each file for text has changed this one; NULL: it has not. The
   bytes are the beginning of a file that is no text. */
const char *qc_transfer_damage(const uint8_t *head, size_t size);

/* Tells whether the bytes are the beginning of a text in UTF-8. */
bool qc_transfer_is_text(const uint8_t *head, size_t size);
