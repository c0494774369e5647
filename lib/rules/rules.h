/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rules - all that can be wrong with a QEMU: a table of rules, those on requests among them
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "findings/findings.h"
#include "rules/condition.h"

extern const struct qc_rule qc_rules[];
extern const size_t qc_rule_count;
