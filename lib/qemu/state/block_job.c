/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_job - reads a Job: its state, and the nodes that it works on
 */
#include <inttypes.h>

#include "qemu/qemu_limits.h"
#include "qemu/state/block_reader.h"

/* The Job is the first member of a BlockJob, which is the first member of a job's own structure. */
static void mirror_read(struct qc_fields *fields, struct qc_block_job *job)
{
    uint64_t address = job->address;
    struct qc_fact backend = qc_fact_field(fields, QC_FIELD_MIRROR_TARGET, address, NULL);
    struct qc_fact root = qc_fact_behind(fields, backend, QC_FIELD_BACKEND_ROOT);
    job->filter = qc_fact_field(fields, QC_FIELD_MIRROR_FILTER, address, NULL).value;
    job->target = qc_fact_behind(fields, root, QC_FIELD_CHILD_NODE).value;
    job->in_flight = qc_fact_counter(fields, QC_FIELD_MIRROR_IN_FLIGHT, address, NULL);
    job->bytes_in_flight = qc_fact_field(fields, QC_FIELD_MIRROR_BYTES_IN_FLIGHT, address, NULL);
    job->synced = qc_fact_field(fields, QC_FIELD_MIRROR_SYNCED, address, NULL);
    job->last_turn = qc_fact_field(fields, QC_FIELD_MIRROR_LAST_PAUSE, address, NULL);
    job->should_complete = qc_fact_field(fields, QC_FIELD_MIRROR_SHOULD_COMPLETE, address, NULL);
}

/* A commit of the active layer is a mirror to its base (block/mirror.c), another commit is not.
   Both have the type "commit", so the symbol of the driver decides. */
static void driver_read(struct qc_fields *fields, uint64_t driver, struct qc_block_job *job)
{
    const char *symbol = qc_fact_symbol(fields, driver);
    if (qc_str_is(symbol, "mirror_job_driver") || qc_str_is(symbol, "commit_active_job_driver")) {
        mirror_read(fields, job);
    } else if (qc_str_is(symbol, "backup_job_driver")) {
        job->target = qc_fact_field(fields, QC_FIELD_BACKUP_TARGET, job->address, NULL).value;
        job->filter = qc_fact_field(fields, QC_FIELD_BACKUP_FILTER, job->address, NULL).value;
    }
}

static void node_add(struct qc_fields *fields, uint64_t child, struct qc_block_job *job,
                     const char **why)
{
    struct qc_fact node = qc_fact_field(fields, QC_FIELD_CHILD_NODE, child, why);
    if (qc_fact_is_set(node)) {
        qc_vec_push(&job->nodes, node.value);
    }
}

/* Reads GLib's list of BdrvChild (blockjob.c, block_job_add_bdrv): each item is the data, then the
   next item. The limit also ends a list that leads back. */
static void nodes_read(const struct qc_block_reader *reader, struct qc_block_job *job)
{
    struct qc_fields *fields = reader->fields;
    const char **why = &reader->block->why_absent;
    uint64_t at = qc_fact_field(fields, QC_FIELD_JOB_NODES, job->address, NULL).value;
    for (unsigned i = 0; at != 0; i++) {
        uint64_t child;
        uint64_t item = at;
        if (i == QC_LIMIT_JOB_NODES || !qc_fields_number(fields, item, 8, &child) ||
            !qc_fields_number(fields, item + 8, 8, &at)) {
            const char *reason = "a job's list of nodes is cut, or leads astray";
            qc_list_cut(&reader->block->why_cut, reason);
            qc_fields_doubt(fields, QEMUCORE_CORRUPT, "%s (at 0x%" PRIx64 ")", reason, item);
            return;
        }
        node_add(fields, child, job, why);
    }
}

/* A mirror notes when it has paused, which it does every 100 ms between its copies
   (block/mirror.c). A stream or a commit with a speed limit waits before each part until its slice
   is over (blockjob.c, block_job_ratelimit_sleep). A backup has another kind of limit. */
static void last_turn_read(struct qc_fields *fields, struct qc_block_job *job)
{
    bool asks = qc_str_is(job->type, "stream") || qc_str_is(job->type, "commit");
    if (!job->last_turn.is_known && asks && qc_fact_is_set(job->speed)) {
        job->last_turn = qc_fact_field(fields, QC_FIELD_JOB_SLICE_END, job->address, NULL);
    }
    job->last_turn.is_known &= job->last_turn.value != 0;
}

/* As QEMU's is_block_job() (include/block/blockjob_int.h). The others (blockdev-create, -amend, the
   jobs of snapshots) are a Job followed by members of their own. */
static bool is_block_job(const struct qc_block_job *job)
{
    static const char *const types[] = {"commit", "stream", "mirror", "backup", NULL};
    return qc_str_is_one_of(job->type, types);
}

/* Reads what every Job has: include/qemu/job.h. */
static void common_read(struct qc_fields *fields, struct qc_block_job *job, const char **why)
{
    uint64_t address = job->address;
    job->id = qc_field_text(fields, QC_FIELD_JOB_ID, address);
    job->status =
        qc_fact_enumerator(fields, "JobStatus", "JOB_STATUS_",
                           qc_fact_field(fields, QC_FIELD_JOB_STATUS, address, why), why);
    job->paused = qc_fact_field(fields, QC_FIELD_JOB_PAUSED, address, why);
    job->pause_count = qc_fact_field(fields, QC_FIELD_JOB_PAUSE_COUNT, address, why);
    job->user_paused = qc_fact_field(fields, QC_FIELD_JOB_USER_PAUSED, address, why);
    job->busy = qc_fact_field(fields, QC_FIELD_JOB_BUSY, address, why);
    job->cancelled = qc_fact_field(fields, QC_FIELD_JOB_CANCELLED, address, why);
    job->force_cancel = qc_fact_field(fields, QC_FIELD_JOB_FORCE_CANCEL, address, NULL);
    job->deferred_to_main_loop = qc_fact_field(fields, QC_FIELD_JOB_DEFERRED, address, NULL);
    job->auto_finalize = qc_fact_field(fields, QC_FIELD_JOB_AUTO_FINALIZE, address, NULL);
    job->auto_dismiss = qc_fact_field(fields, QC_FIELD_JOB_AUTO_DISMISS, address, NULL);
    job->progress = qc_fact_field(fields, QC_FIELD_JOB_PROGRESS, address, NULL);
    job->total = qc_fact_field(fields, QC_FIELD_JOB_TOTAL, address, NULL);
    job->coroutine = qc_fact_field(fields, QC_FIELD_JOB_COROUTINE, address, why);
}

bool qc_block_job_read(const struct qc_block_reader *reader, uint64_t address)
{
    struct qc_fields *fields = reader->fields;
    const char **why = &reader->block->why_absent;
    struct qc_block_job *job = qc_vec_add(&reader->block->jobs);
    if (job == NULL) {
        return false;
    }
    job->address = address;
    struct qc_fact driver = qc_fact_field(fields, QC_FIELD_JOB_DRIVER, address, why);
    if (qc_fact_is_set(driver)) {
        job->type = qc_fact_enumerator(
            fields, "JobType", "JOB_TYPE_",
            qc_fact_field(fields, QC_FIELD_JOB_DRIVER_TYPE, driver.value, why), why);
        driver_read(fields, driver.value, job);
    }
    common_read(fields, job, why);
    if (is_block_job(job)) {
        job->iostatus = qc_fact_field_enumerator(fields, QC_FIELD_JOB_IOSTATUS, address,
                                                 "BLOCK_DEVICE_IO_STATUS_");
        job->speed = qc_fact_field(fields, QC_FIELD_JOB_SPEED, address, NULL);
        last_turn_read(fields, job);
        nodes_read(reader, job);
    }
    job->context = qc_block_context_of(
        reader, qc_fact_field(fields, QC_FIELD_JOB_CONTEXT, address, NULL));
    return true;
}
