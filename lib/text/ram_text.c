/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "text/renderings.h"
#include "text/text_common.h"

/* Blocks that are listed; of the others only the number is shown. */
#define MOST_BLOCKS 16

static void put_held(const struct qc_ramblock *block, struct qc_strbuf *buffer)
{
    if (!block->held.is_known) {
        qc_strbuf_put(buffer, ", whether in the dump is not known");
    } else if (block->held.value == 0) {
        qc_strbuf_put(buffer, ", not in the dump");
    } else {
        qc_strbuf_put(buffer, ", in the dump");
        if (block->held.value != block->length.value) {
            qc_strbuf_put(buffer, ": ");
            qc_text_size(block->held.value, buffer);
        }
    }
}

static void text_block(const struct qc_ramblock *block, struct qc_strbuf *buffer)
{
    qc_text_known(block->id, "?", buffer);
    qc_text_hex(" at ", block->host, buffer);
    if (block->length.is_known) {
        qc_strbuf_put(buffer, ": ");
        qc_text_size(block->length.value, buffer);
        if (block->page_size.is_known && block->page_size.value > 4096) {
            qc_strbuf_put(buffer, " in pages of ");
            qc_text_size(block->page_size.value, buffer);
        }
        put_held(block, buffer);
    }
    const char *flag;
    for (size_t i = 0; (flag = qc_ramblock_flag(block, i)) != NULL; i++) {
        qc_strbuf_put(buffer, i == 0 ? "; " : ", ");
        qc_strbuf_put(buffer, flag);
    }
}

/* Appends number and total size of the blocks after the first, which is the largest. */
static void text_other_blocks(const struct qc_ramblocks *ram, struct qc_strbuf *buffer)
{
    struct qc_sum length = {0};
    struct qc_sum held = {0};
    for (size_t i = 1; i < ram->list.count; i++) {
        qc_sum_add(&length, ram->list.items[i].length);
        qc_sum_add(&held, ram->list.items[i].held);
    }
    if (ram->list.count > 1) {
        qc_strbuf_printf(buffer, "; and %zu smaller, ", ram->list.count - 1);
        qc_strbuf_put(buffer, length.is_partial ? "at least " : "");
        qc_text_size(length.value, buffer);
        qc_strbuf_put(buffer, qc_sum_is_zero(held) ? ", not in the dump" : "");
    }
}

void qc_text_ram(const struct qc_ramblocks *ram, bool in_short, const struct qc_style *style,
                 struct qc_strbuf *buffer)
{
    qc_text_label("guest RAM", style, buffer);
    qc_strbuf_put(buffer, ram->list.count != 0        ? ""
                          : ram->why_absent != NULL ? "not known"
                                                    : "none");
    size_t most = in_short ? 1 : MOST_BLOCKS;
    for (size_t i = 0; i < ram->list.count && i < most; i++) {
        if (i != 0) {
            qc_text_indent(buffer);
        }
        text_block(&ram->list.items[i], buffer);
    }
    if (in_short) {
        text_other_blocks(ram, buffer);
    } else if (ram->list.count > MOST_BLOCKS) {
        qc_text_indent(buffer);
        qc_strbuf_printf(buffer, "and %zu more", ram->list.count - MOST_BLOCKS);
    }
    qc_text_not_all(ram->why_cut, ram->why_absent, style, buffer);
    qc_strbuf_put(buffer, "\n");
}

/* ---- the guest's memory that a slim core lacks ------------------------------------------- */

static double mebibytes(uint64_t size)
{
    return (double)size / QC_MIB;
}

void qc_text_slim(const struct qc_slim_report *report, struct qc_strbuf *buffer)
{
    const struct qc_guest_memory *guest = report->guest;
    uint64_t left_out = 0;
    for (size_t i = 0; i < guest->parts.count; i++) {
        left_out += guest->parts.items[i].held;
    }
    qc_strbuf_put_escaped(buffer, report->output);
    qc_strbuf_printf(buffer, ": %.1f MiB", mebibytes(report->size));
    if (report->core_size != report->size) {
        qc_strbuf_printf(buffer, ", %.1f MiB before compression", mebibytes(report->core_size));
    }
    qc_strbuf_printf(buffer, "; left out are %.1f MiB of the guest's, by %s\n",
                     mebibytes(left_out), guest->by_rule ? "size" : "ram_list");
    qc_vec_each(&guest->parts, part) {
        if (part->held != 0) {
            qc_strbuf_printf(buffer, " 0x%" PRIx64 "-0x%" PRIx64 "  %10.1f MiB  ", part->start,
                             part->end, mebibytes(part->held));
            qc_text_put("", qc_str_or(part->name, "no name"), "\n", buffer);
        }
    }
}
