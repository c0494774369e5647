/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/unplug.h"

#include <inttypes.h>
#include <string.h>

#include "qemu/fields/qom.h"
#include "qemu/qemu_limits.h"

struct search {
    struct qc_fields *fields;
    struct qc_unplugs *unplugs;
};

static struct qc_unplug *unplug_new(struct search *search, uint64_t device, const char *field)
{
    struct qc_unplug *unplug = qc_vec_add(&search->unplugs->list);
    if (unplug != NULL) {
        unplug->address = device;
        unplug->type = qc_qom_type(search->fields, device);
        unplug->field = field;
    }
    return unplug;
}

/* ---- PCI, and other buses ---- */

/* hw/core/qdev-monitor.c sets the flag, which exists since 5.0, when it asks the guest. The code
   that handles the guest's answer removes the device. */
static void peripherals_read(struct search *search, uint64_t peripherals)
{
    struct qc_qom_children children = qc_qom_children(search->fields, peripherals);
    while (qc_qom_next_child(&children)) {
        struct qc_fact pending = qc_fact_field(search->fields, QC_FIELD_DEVICE_UNPLUG_PENDING,
                                               children.address, NULL);
        struct qc_unplug *unplug =
            qc_fact_is_set(pending)
                ? unplug_new(search, children.address, "DeviceState.pending_deleted_event")
                : NULL;
        if (unplug != NULL) {
            unplug->id = children.name;
        }
    }
}

/* ---- DIMMs and CPUs ---- */

/* hw/acpi/memory_hotplug.c and cpu.c keep a slot for each DIMM or CPU that may be plugged in. The
   guest's ACPI code clears `is_removing` when it is told. */
struct slots {
    const char *element;
    const char *field;
    enum qc_field count, first, device, is_removing;
};

static const struct slots memory_slots = {
    "MemStatus", "MemStatus.is_removing", QC_FIELD_MEMORY_SLOT_COUNT, QC_FIELD_MEMORY_SLOTS,
    QC_FIELD_MEMORY_SLOT_DEVICE, QC_FIELD_MEMORY_SLOT_REMOVING};
static const struct slots cpu_slots = {
    "AcpiCpuStatus", "AcpiCpuStatus.is_removing", QC_FIELD_CPU_SLOT_COUNT, QC_FIELD_CPU_SLOTS,
    QC_FIELD_CPU_SLOT_DEVICE, QC_FIELD_CPU_SLOT_REMOVING};

/* The devices that have such slots. */
static const struct {
    const char *type;
    enum qc_field memory, cpus;
} controllers[] = {
    {"PIIX4_PM", QC_FIELD_PIIX4_MEMORY, QC_FIELD_PIIX4_CPUS},
    {"ICH9-LPC", QC_FIELD_ICH9_MEMORY, QC_FIELD_ICH9_CPUS},
    {"acpi-ged", QC_FIELD_GED_MEMORY, QC_FIELD_GED_CPUS},
};

static void slots_read(struct search *search, const struct slots *slots, uint64_t address)
{
    struct qc_fields *fields = search->fields;
    struct qc_fact count = qc_fact_field(fields, slots->count, address, NULL);
    struct qc_fact first = qc_fact_field(fields, slots->first, address, NULL);
    size_t size = qc_fact_is_set(first) ? qc_fields_type_size(fields, slots->element) : 0;
    if (count.value > QC_LIMIT_SLOTS) {
        qc_fields_doubt(fields, QEMUCORE_LIMIT,
                        "%s.%s at 0x%" PRIx64 " is %" PRIu64 ": more than libqemucore's limit",
                        qc_field_structure(slots->count),
                        qc_str_or(qc_field_name(fields, slots->count), "?"), address, count.value);
    }
    for (size_t i = 0; size != 0 && i < count.value && i < QC_LIMIT_SLOTS; i++) {
        uint64_t slot = first.value + i * size;
        struct qc_fact device = qc_fact_field(fields, slots->device, slot, NULL);
        bool waits = qc_fact_is_set(qc_fact_field(fields, slots->is_removing, slot, NULL)) &&
                     qc_fact_is_set(device);
        struct qc_unplug *unplug = waits ? unplug_new(search, device.value, slots->field) : NULL;
        if (unplug != NULL) {
            unplug->id = qc_field_text(fields, QC_FIELD_DEVICE_ID, device.value);
        }
    }
}

/* Other machines have something else at the pointer's place; it is ignored, since its type is none
   of these. */
static void controller_read(struct search *search, enum qc_field pointer, uint64_t machine)
{
    struct qc_fact device = qc_fact_field(search->fields, pointer, machine, NULL);
    const char *type =
        qc_fact_is_set(device) ? qc_qom_type(search->fields, device.value) : NULL;
    for (size_t i = 0; i < qc_count(controllers); i++) {
        uint64_t address;
        if (!qc_str_is(type, controllers[i].type)) {
            continue;
        }
        if (qc_field_address(search->fields, controllers[i].memory, device.value, &address)) {
            slots_read(search, &memory_slots, address);
        }
        if (qc_field_address(search->fields, controllers[i].cpus, device.value, &address)) {
            slots_read(search, &cpu_slots, address);
        }
    }
}

void qc_unplugs_find(struct qc_fields *fields, struct qc_unplugs *ret)
{
    struct search search = {fields, ret};
    struct qc_fact machine = qc_fact_variable(fields, QC_VARIABLE_CURRENT_MACHINE, NULL);
    uint64_t peripherals;
    if (qc_fact_is_set(machine) &&
        qc_qom_child(fields, machine.value, "peripheral", &peripherals)) {
        peripherals_read(&search, peripherals);
    }
    if (qc_fact_is_set(machine)) {
        controller_read(&search, QC_FIELD_X86_MACHINE_ACPI, machine.value);
        controller_read(&search, QC_FIELD_ARM_MACHINE_ACPI, machine.value);
    }
}
