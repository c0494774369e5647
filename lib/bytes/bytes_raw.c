/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bytes/bytes_decoder.h"

/* Bids for every file: lib/core tells whether it is an ELF core. */
static unsigned raw_bid(const uint8_t *head, size_t size)
{
    (void)head;
    (void)size;
    return 1;
}

static bool raw_decode(void *state, struct qc_bytes_source *source, struct qc_bytes_output *output,
                       struct qemucore_error *error)
{
    (void)state;
    return qc_bytes_source_read(source, output->data, output->room, &output->written, error) ==
               QEMUCORE_OK &&
           output->written != 0;
}

const struct qc_bytes_decoder qc_bytes_raw = {
    .name = "raw",
    .bid = raw_bid,
    .decode = raw_decode,
};
