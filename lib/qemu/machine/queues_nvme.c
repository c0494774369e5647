/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * queues_nvme - the queues of an NVMe controller (hw/nvme/ctrl.c)
 */
#include <string.h>

#include "qemu/fields/list.h"
#include "qemu/fields/qom.h"
#include "qemu/machine/queues_reader.h"
#include "qemu/qemu_limits.h"

/* Offsets in a command. NVM Express Base Specification, "Submission Queue Entry";
   include/block/nvme.h, NvmeCmd, NvmeRwCmd. */
#define COMMAND_OPCODE 0
#define COMMAND_ID 2
#define COMMAND_NAMESPACE 4
#define COMMAND_LBA 40
#define COMMAND_BLOCKS 48 /* number of blocks, minus one */

/* enum NvmeIoCommands and NvmeAdminCommands of include/block/nvme.h. */
static const struct command {
    bool is_admin;
    uint8_t opcode;
    const char *name;
    bool has_range;    /* it has an address and a number of blocks */
} commands[] = {
    {false, 0x00, "flush", false},
    {false, 0x01, "write", true},
    {false, 0x02, "read", true},
    {false, 0x04, "write-uncorrectable", true},
    {false, 0x05, "compare", true},
    {false, 0x08, "write-zeroes", true},
    {false, 0x09, "dataset-management", false},
    {false, 0x0c, "verify", true},
    {false, 0x19, "copy", false},
    {false, 0x79, "zone-management-send", false},
    {false, 0x7a, "zone-management-receive", false},
    {false, 0x7d, "zone-append", true},
    {true, 0x00, "delete-submission-queue", false},
    {true, 0x01, "create-submission-queue", false},
    {true, 0x02, "get-log-page", false},
    {true, 0x04, "delete-completion-queue", false},
    {true, 0x05, "create-completion-queue", false},
    {true, 0x06, "identify", false},
    {true, 0x08, "abort", false},
    {true, 0x09, "set-features", false},
    {true, 0x0a, "get-features", false},
    {true, 0x0c, "asynchronous-event-request", false},
    {true, 0x15, "namespace-attachment", false},
    {true, 0x80, "format", false},
};

static const struct command *command_of(bool is_admin, struct qc_fact opcode)
{
    return qc_array_find(commands, command,
                         qc_fact_is(opcode, command->opcode) &&
                             command->is_admin == is_admin);
}

static void command_read(struct qc_fields *fields, bool is_admin, uint64_t at,
                         struct qc_queued_request *ret)
{
    ret->opcode = qc_fact_little(fields, at + COMMAND_OPCODE, 1);
    ret->tag = qc_fact_little(fields, at + COMMAND_ID, 2);
    ret->nspace = qc_fact_little(fields, at + COMMAND_NAMESPACE, 4);
    const struct command *command = command_of(is_admin, ret->opcode);
    if (command != NULL) {
        ret->operation = command->name;
    }
    if (command != NULL && command->has_range) {
        ret->lba = qc_fact_little(fields, at + COMMAND_LBA, 8);
        ret->blocks = qc_fact_little(fields, at + COMMAND_BLOCKS, 2);
        ret->blocks.value += ret->blocks.is_known;
    }
}

/* Reads a request. One that is not accounted has no start: the member still has that of the previous
   request in the same NvmeRequest. */
static void request_read(struct qc_fields *fields, bool is_admin, uint64_t address,
                         struct qc_queued_request *request)
{
    uint64_t command;
    request->address = address;
    if (qc_field_address(fields, QC_FIELD_NVME_COMMAND, address, &command)) {
        command_read(fields, is_admin, command, request);
    }
    request->aiocb = qc_fact_field(fields, QC_FIELD_NVME_AIOCB, address, NULL);
    if (qc_fact_is_set(qc_fact_field(fields, QC_FIELD_NVME_ACCOUNT, address, NULL))) {
        request->start = qc_fact_field(fields, QC_FIELD_NVME_START, address, NULL);
    }
}

/* Counts all requests, and reads them up to the limit. */
static void requests_read(const struct qc_queues_reader *reader, struct qc_nvme_submission *queue)
{
    struct qc_list list =
        qc_list_field(reader->fields, QC_FIELD_NVME_SQ_OUT, queue->address,
                      QC_FIELD_NVME_REQUEST_NEXT, &reader->queues->why_absent,
                      &reader->queues->why_cut);
    qc_list_each(&list, address) {
        struct qc_queued_request *request = queue->requests.count == QC_LIMIT_QUEUED_REQUESTS
                                                ? NULL
                                                : qc_vec_add(&queue->requests);
        if (request != NULL) {
            request_read(reader->fields, queue->id == 0, address, request);
        }
    }
    queue->outstanding = list.count;
}

static bool submission_read(const struct qc_queues_reader *reader, struct qc_nvme_device *device,
                            unsigned id, uint64_t address)
{
    struct qc_fields *fields = reader->fields;
    struct qc_nvme_submission *queue = qc_vec_add(&device->submissions);
    if (queue == NULL) {
        return false;
    }
    queue->address = address;
    queue->id = id;
    queue->completion = qc_fact_field(fields, QC_FIELD_NVME_SQ_COMPLETION, address, NULL);
    queue->size = qc_fact_field(fields, QC_FIELD_NVME_SQ_SIZE, address, NULL);
    queue->head = qc_fact_field(fields, QC_FIELD_NVME_SQ_HEAD, address, NULL);
    queue->tail = qc_fact_field(fields, QC_FIELD_NVME_SQ_TAIL, address, NULL);
    queue->has_notifier = qc_fact_field(fields, QC_FIELD_NVME_SQ_NOTIFIER, address, NULL);
    requests_read(reader, queue);
    return true;
}

static bool completion_read(const struct qc_queues_reader *reader, struct qc_nvme_device *device,
                            unsigned id, uint64_t address)
{
    struct qc_fields *fields = reader->fields;
    struct qc_nvme_completion *queue = qc_vec_add(&device->completions);
    if (queue == NULL) {
        return false;
    }
    queue->address = address;
    queue->id = id;
    queue->size = qc_fact_field(fields, QC_FIELD_NVME_CQ_SIZE, address, NULL);
    queue->head = qc_fact_field(fields, QC_FIELD_NVME_CQ_HEAD, address, NULL);
    queue->tail = qc_fact_field(fields, QC_FIELD_NVME_CQ_TAIL, address, NULL);
    queue->phase = qc_fact_field(fields, QC_FIELD_NVME_CQ_PHASE, address, NULL);
    queue->interrupts = qc_fact_field(fields, QC_FIELD_NVME_CQ_INTERRUPTS, address, NULL);
    queue->waiting = qc_list_count(
        qc_list_field(fields, QC_FIELD_NVME_CQ_WAITING, address, QC_FIELD_NVME_REQUEST_NEXT,
                      &reader->queues->why_absent, &reader->queues->why_cut));
    return true;
}

typedef bool queue_reader(const struct qc_queues_reader *reader, struct qc_nvme_device *device,
                          unsigned id, uint64_t address);

/* Reads the queues in an array of pointers, by id: the admin queue and max_ioqpairs others. */
static void queues_read(const struct qc_queues_reader *reader, struct qc_nvme_device *device,
                        enum qc_field member, queue_reader *read)
{
    struct qc_fields *fields = reader->fields;
    const char **why = &reader->queues->why_absent;
    struct qc_fact array = qc_fact_field(fields, member, device->address, why);
    struct qc_fact pairs = qc_fact_field(fields, QC_FIELD_NVME_PAIRS, device->address, why);
    bool goes_on = qc_fact_is_set(array) && pairs.is_known;
    if (goes_on && pairs.value >= QC_LIMIT_NVME_QUEUES) {
        goes_on = qc_list_cut(&reader->queues->why_cut,
                              "an NVMe controller has more queues than libqemucore's limit");
    }
    for (unsigned i = 0; goes_on && i <= pairs.value; i++) {
        uint64_t address;
        goes_on = (qc_fields_pointer(fields, array.value + UINT64_C(8) * i, &address) &&
                   (address == 0 || read(reader, device, i, address))) ||
                  qc_list_cut(&reader->queues->why_cut,
                              "the queues of an NVMe controller can't all be read");
    }
}

bool qc_queues_nvme_read(const struct qc_queues_reader *reader, const struct qc_tree_device *device)
{
    struct qc_nvme_device *ret = qc_vec_add(&reader->queues->nvme);
    if (ret == NULL) {
        return false;
    }
    ret->address = device->address;
    ret->id = qc_qom_device_id(reader->fields, device->address);
    ret->path = device->path;
    queues_read(reader, ret, QC_FIELD_NVME_SUBMISSIONS, submission_read);
    queues_read(reader, ret, QC_FIELD_NVME_COMPLETIONS, completion_read);
    return true;
}

void qc_queues_nvme_free(struct qc_nvme_device *device)
{
    qc_vec_free_each(&device->submissions, queue, qc_vec_free(&queue->requests));
    qc_vec_free(&device->completions);
}
