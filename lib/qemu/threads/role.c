/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/role.h"

QC_DEFINE_WORDS(qc_role_name, enum qc_role, QC_ROLE_LIST)
