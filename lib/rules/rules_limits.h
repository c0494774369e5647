/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rules_limits - caps for rules, each with its reason
 *
 * Every loop that a dump drives ends at one of these. Reaching a cap is reported, never silent.
 */
#pragma once

#include "base/base.h"

/* Descriptors searched for pending output: more than a QEMU with a hundred chardevs polls. */
#define QC_LIMIT_WRITTEN 512
