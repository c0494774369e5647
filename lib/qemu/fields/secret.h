/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * secret - hides passwords and keys in QEMU's command line, and in the names of its files
 *
 *     secret,id=s,data=***    -object secret
 *     type=11,value=***       -smbios, if it is a credential for systemd; for -fw_cfg, string=***
 *     password=***            -spice, -iscsi, -drive and -blockdev, whose keys may have a path before them
 *     "password": "***"       the same as JSON
 *     ssh://user:***@host     a URI; iscsi://user%***@host; rbd:pool/image:key=***
 *
 * A reference to a secret (password-secret=ID) or a switch (-vnc password=on) is not hidden.
 */
#pragma once

#include "qemu/fields/command_line.h"

/* Replaces the secrets in place; the text does not become longer. end: the character that ends a
   word, ' ' in a line of words; '\0' if the text is one word. */
void qc_secrets_hide(char *text, char end);

/* Hides the secrets of each argument. */
void qc_command_line_hide(struct qc_command_line *command_line);
