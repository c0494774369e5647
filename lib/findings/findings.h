/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * findings - what a rule is and how it reports; what many rules ask, and how they tell the answer;
 * what moved between two dumps
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "findings/comparison.h"
#include "findings/finding.h"
#include "findings/findings_limits.h"
#include "findings/poll.h"
#include "findings/recent.h"
#include "findings/rule.h"
#include "findings/storage.h"
