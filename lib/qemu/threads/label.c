/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/label.h"

#include "base/base.h"

char *qc_thread_label(const struct qemucore_thread *thread)
{
    int lwp = thread->core_thread->lwp;
    const char *name = thread->name != NULL ? thread->name : qc_role_name(thread->role);
    return name == NULL ? qc_format("LWP %d", lwp) : qc_format("%s (LWP %d)", name, lwp);
}
