/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * measure - time and memory of a command, whose output is discarded: measure COMMAND [ARGUMENT...]
 *
 * Prints its exit status, wall time in seconds, peak resident memory in KiB, and page faults: those
 * without and with a read from disk. It is a program of its own because the kernel counts the memory
 * of the process that forks as the command's, too: here that is next to nothing.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct timespec start, end;
    struct rusage usage;
    int status;

    if (argc < 2) {
        return 64;
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        for (int fd = 0; fd <= 2; fd++) {
            dup2(null, fd);
        }
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("measure");
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%d %.6f %ld %ld %ld\n",
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
           (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9,
           usage.ru_maxrss, usage.ru_minflt, usage.ru_majflt);
    return 0;
}
