/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "wait/wait_bql.h"

enum qemucore_status qc_api_state(struct qemucore *core, struct qc_state **ret,
                                  struct qemucore_error *error)
{
    if (core->state == NULL) {
        enum qemucore_status status =
            qc_state_new(core->report.process, qc_api_command_line(core), qc_wait_bql,
                         &core->state, error);
        if (status != QEMUCORE_OK) {
            return status;
        }
    }
    *ret = core->state;
    return QEMUCORE_OK;
}
