/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * secret - passwords and keys that QEMU was given on its command line, or has in the names of files
 *
 *     secret,id=s,data=***    -object secret
 *     password=***            -spice, -iscsi, -drive and -blockdev, whose keys may have a path before them
 *     "password": "***"       the same as JSON
 *     ssh://user:***@host     a URI; iscsi://user%***@host; rbd:pool/image:key=***
 *
 * What names a secret (password-secret=ID), or says that there is one (-vnc password=on), is none.
 */
#ifndef QC_QEMU_FIELDS_SECRET_H
#define QC_QEMU_FIELDS_SECRET_H

#include "qemu/fields/command_line.h"

/* In place: the text does not become longer. end: what ends a word of the text beside its end, ' ' in a
   line of words; else '\0'. */
void qc_secrets_hide(char *text, char end);

/* Of each argument. */
void qc_command_line_hide(struct qc_command_line *command_line);

#endif
