/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * queues_ide - requests of the disks on an IDE bus, or on a port of an AHCI controller (hw/ide)
 */
#include <string.h>

#include "qemu/machine/queues_reader.h"
#include "qemu/qemu_limits.h"

#define SELECT_LBA 0x40 /* include/hw/ide/internal.h, ATA_DEV_LBA */

/* Opcodes of commands that are queued by tag (ATA/ATAPI Command Set, ACS-3). */
static const char *ncq_operation(struct qc_fact command)
{
    return !command.is_known         ? NULL
           : command.value == 0x60 ? "read"
           : command.value == 0x61 ? "write"
                                   : NULL;
}

static const char *dma_operation(const char *name)
{
    static const char *const operations[] = {"read", "write", "trim", "atapi"};
    const char *const *found = qc_array_find(operations, at, qc_str_is(name, *at));
    return found == NULL ? NULL : *found;
}

static uint64_t byte_of(struct qc_fields *fields, enum qc_field field, uint64_t unit, bool *known)
{
    struct qc_fact byte = qc_fact_field(fields, field, unit, NULL);
    *known = *known && byte.is_known;
    return byte.value & 0xff;
}

/* Reads the block number as ide_get_sector() of hw/ide/core.c does; not known if the guest
   addresses blocks by cylinder and head. */
static struct qc_fact lba_read(struct qc_fields *fields, uint64_t unit)
{
    bool known = true;
    uint64_t select = byte_of(fields, QC_FIELD_IDE_SELECT, unit, &known);
    bool is_48 = byte_of(fields, QC_FIELD_IDE_LBA48, unit, &known) != 0;
    uint64_t lba = byte_of(fields, QC_FIELD_IDE_SECTOR, unit, &known) |
                   byte_of(fields, QC_FIELD_IDE_LOW, unit, &known) << 8 |
                   byte_of(fields, QC_FIELD_IDE_HIGH, unit, &known) << 16;
    lba |= is_48 ? byte_of(fields, QC_FIELD_IDE_SECTOR_48, unit, &known) << 24 |
                       byte_of(fields, QC_FIELD_IDE_LOW_48, unit, &known) << 32 |
                       byte_of(fields, QC_FIELD_IDE_HIGH_48, unit, &known) << 40
                 : (select & 0xf) << 24;
    return known && (select & SELECT_LBA) != 0 ? (struct qc_fact){.is_known = true, .value = lba}
                                               : (struct qc_fact){0};
}

/* Adds the request that a disk executes, if any: it has one at a time that is not queued by tag.
   Queued ones are read by transfer_read(). */
static void unit_read(struct qc_fields *fields, uint64_t unit, struct qc_fact aiocb, bool is_dma,
                      struct qc_ide_bus *bus)
{
    struct qc_queued_request *request =
        qc_fact_is_set(aiocb) ? qc_vec_add(&bus->requests) : NULL;
    if (request == NULL) {
        return;
    }
    const char *operation = qc_fact_field_enumerator(fields, QC_FIELD_IDE_DMA_COMMAND, unit,
                                                       "IDE_DMA_");
    request->address = unit;
    request->aiocb = aiocb;
    request->operation = is_dma ? dma_operation(operation) : "pio";
    bool has_range = qc_str_is(request->operation, "read") || qc_str_is(request->operation, "write");
    if (has_range) {
        request->lba = lba_read(fields, unit);
        request->blocks = qc_fact_counter(fields, QC_FIELD_IDE_SECTORS, unit, NULL);
    }
    if (bus->busy_slot.is_known && (int64_t)bus->busy_slot.value >= 0) {
        request->tag = bus->busy_slot;
    }
    if (qc_fact_is_set(qc_fact_field(fields, QC_FIELD_IDE_ACCOUNT, unit, NULL))) {
        request->start = qc_fact_field(fields, QC_FIELD_IDE_START, unit, NULL);
    }
}

static void units_read(struct qc_fields *fields, uint64_t dma, struct qc_ide_bus *bus)
{
    size_t size = qc_fields_type_size(fields, "IDEState");
    struct qc_fact selected = qc_fact_field(fields, QC_FIELD_IDE_BUS_UNIT, bus->address, NULL);
    uint64_t first;
    if (size == 0 || !qc_field_address(fields, QC_FIELD_IDE_BUS_UNITS, bus->address, &first)) {
        return;
    }
    for (size_t i = 0; i < qc_count(bus->status); i++) {
        uint64_t unit = first + i * size;
        bus->status[i] = qc_fact_field(fields, QC_FIELD_IDE_STATUS, unit, NULL);
        unit_read(fields, unit, qc_fact_field(fields, QC_FIELD_IDE_PIO_AIOCB, unit, NULL), false,
                  bus);
        if (qc_fact_is(selected, i)) {
            unit_read(fields, unit, qc_fact_field(fields, QC_FIELD_IDE_DMA_AIOCB, dma, NULL), true,
                      bus);
        }
    }
}

/* ---- AHCI ----------------------------------------------------------------------------------- */

static void transfer_read(struct qc_fields *fields, uint64_t address, struct qc_ide_bus *bus)
{
    struct qc_queued_request *request = qc_vec_add(&bus->requests);
    if (request == NULL) {
        return;
    }
    request->address = address;
    request->opcode = qc_fact_field(fields, QC_FIELD_NCQ_COMMAND, address, NULL);
    request->operation = ncq_operation(request->opcode);
    request->tag = qc_fact_field(fields, QC_FIELD_NCQ_TAG, address, NULL);
    request->lba = qc_fact_field(fields, QC_FIELD_NCQ_LBA, address, NULL);
    request->blocks = qc_fact_field(fields, QC_FIELD_NCQ_SECTORS, address, NULL);
    request->aiocb = qc_fact_field(fields, QC_FIELD_NCQ_AIOCB, address, NULL);
    request->is_halted = qc_fact_field(fields, QC_FIELD_NCQ_HALTED, address, NULL);
    request->start = qc_fact_is_set(request->aiocb)
                         ? qc_fact_field(fields, QC_FIELD_NCQ_START, address, NULL)
                         : (struct qc_fact){0};
}

static void port_read(const struct qc_queues_reader *reader, uint64_t dma, struct qc_ide_bus *bus)
{
    struct qc_fields *fields = reader->fields;
    size_t size = qc_fields_type_size(fields, "NCQTransferState");
    uint64_t offset, first;
    if (!qc_field_address(fields, QC_FIELD_AHCI_DMA, 0, &offset) || size == 0) {
        return;
    }
    uint64_t port = dma - offset;
    bus->issued = qc_fact_field(fields, QC_FIELD_AHCI_ISSUED, port, NULL);
    bus->active = qc_fact_field(fields, QC_FIELD_AHCI_ACTIVE, port, NULL);
    bus->busy_slot = qc_fact_field(fields, QC_FIELD_AHCI_BUSY, port, NULL);
    bool has_transfers = qc_field_address(fields, QC_FIELD_AHCI_TRANSFERS, port, &first);
    for (size_t i = 0; has_transfers && i < QC_LIMIT_AHCI_SLOTS; i++) {
        uint64_t transfer = first + i * size;
        if (qc_fact_is_set(qc_fact_field(fields, QC_FIELD_NCQ_USED, transfer, NULL))) {
            transfer_read(fields, transfer, bus);
        }
    }
}

/* ---- a bus ---------------------------------------------------------------------------------- */

/* Returns "ahci" for ahci_dma_ops, "bmdma" for bmdma_ops; NULL: not known. */
static const char *dma_name(struct qc_fields *fields, uint64_t dma)
{
    static const char end[] = "_ops";
    struct qc_fact ops = qc_fact_field(fields, QC_FIELD_IDE_DMA_OPS, dma, NULL);
    const char *name = qc_fact_is_set(ops) ? qc_fact_symbol(fields, ops.value) : NULL;
    if (!qc_str_ends(name, end) || strcmp(name, end) == 0) {
        return NULL;
    }
    const char *kind = strstr(name, "_dma");
    size_t length = kind == NULL ? strlen(name) - strlen(end) : (size_t)(kind - name);
    return qc_fields_keep(fields, strndup(name, length));
}

bool qc_queues_ide_read(const struct qc_queues_reader *reader, const struct qc_tree_device *bus,
                        const struct qc_tree_device *controller)
{
    struct qc_fields *fields = reader->fields;
    struct qc_ide_bus *ret = qc_vec_add(&reader->queues->ide);
    if (ret == NULL) {
        return false;
    }
    struct qc_fact dma = qc_fact_field(fields, QC_FIELD_IDE_BUS_DMA, bus->address,
                                       &reader->queues->why_absent);
    ret->address = bus->address;
    ret->name = bus->name;
    ret->controller = controller->type;
    if (qc_fact_is_set(dma)) {
        ret->dma = dma_name(fields, dma.value);
        if (qc_str_is(ret->dma, "ahci")) {
            port_read(reader, dma.value, ret);
        }
        units_read(fields, dma.value, ret);
    }
    return true;
}
