/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * guest_ram - private memory of BENCH_RAM bytes, like that of a QEMU for its guest; linked into a
 * fixture, which gets it before main() starts, filled from standard input
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void __attribute__((constructor)) guest_ram(void)
{
    const char *text = getenv("BENCH_RAM");
    size_t size = text != NULL ? strtoull(text, NULL, 10) : 0;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED) {
        perror("guest_ram: mmap");
        exit(1);
    }
    for (size_t done = 0; done < size;) {
        ssize_t there = read(STDIN_FILENO, memory + done, size - done);

        if (there <= 0) {
            perror("guest_ram: read");
            exit(1);
        }
        done += (size_t)there;
    }
}
