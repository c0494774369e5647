/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handles - eight handles in eight threads, each over cores of corpus/, under ThreadSanitizer
 *
 *     handles CORE EXE [CORE EXE...]
 *
 * One thread first gets all documents of each core; then each of the eight must get the same ones.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemucore.h"

#define THREADS 8
#define TOPICS 32

struct pair {
    const char *core;
    const char *executable;
    char *documents[TOPICS]; /* one for each topic, in the order of the topics */
};

struct work {
    struct pair *pairs;
    size_t count;
    size_t first; /* index of the pair to begin with: two threads share it, the others differ */
    bool differs;
};

static struct qemucore *open_pair(const struct pair *pair)
{
    struct qemucore_options options = {.size = sizeof(options), .executable = pair->executable};
    struct qemucore *core;
    struct qemucore_error error;
    if (qemucore_open(pair->core, &options, &core, &error) != QEMUCORE_OK) {
        fprintf(stderr, "%s\n", error.message);
        exit(2);
    }
    return core;
}

static char *document_of(struct qemucore *core, const char *topic)
{
    char *text;
    struct qemucore_error error;
    if (qemucore_json(core, topic, &text, &error) != QEMUCORE_OK) {
        fprintf(stderr, "%s: %s\n", topic, error.message);
        exit(2);
    }
    return text;
}

static void pair_record(struct pair *pair)
{
    struct qemucore *core = open_pair(pair);
    const char *topic = NULL;
    for (size_t i = 0; i < TOPICS && (topic = qemucore_json_topic_next(topic)) != NULL; i++) {
        pair->documents[i] = document_of(core, topic);
    }
    if (topic != NULL && qemucore_json_topic_next(topic) != NULL) {
        fprintf(stderr, "there are more than %d topics\n", TOPICS);
        exit(2);
    }
    qemucore_close(core);
}

static bool pair_is_as_recorded(const struct pair *pair)
{
    struct qemucore *core = open_pair(pair);
    const char *topic = NULL;
    bool is_same = true;
    for (size_t i = 0; i < TOPICS && (topic = qemucore_json_topic_next(topic)) != NULL; i++) {
        char *text = document_of(core, topic);
        if (strcmp(text, pair->documents[i]) != 0) {
            fprintf(stderr, "%s: the document %s differs\n", pair->core, topic);
            is_same = false;
        }
        qemucore_free(text);
    }
    qemucore_close(core);
    return is_same;
}

static void *run(void *opaque)
{
    struct work *work = opaque;
    for (size_t i = 0; i < work->count; i++) {
        work->differs |= !pair_is_as_recorded(&work->pairs[(work->first + i) % work->count]);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    size_t count = (size_t)(argc - 1) / 2;
    struct pair *pairs = calloc(count + 1, sizeof(*pairs));
    struct work works[THREADS];
    pthread_t threads[THREADS];
    bool differs = false;
    if (count == 0 || pairs == NULL) {
        return 64;
    }
    for (size_t i = 0; i < count; i++) {
        pairs[i] = (struct pair){.core = argv[1 + 2 * i], .executable = argv[2 + 2 * i]};
        pair_record(&pairs[i]);
    }
    for (size_t i = 0; i < THREADS; i++) {
        works[i] = (struct work){.pairs = pairs, .count = count, .first = i / 2};
        if (pthread_create(&threads[i], NULL, run, &works[i]) != 0) {
            return 2;
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        differs |= works[i].differs;
    }
    for (size_t i = 0; i < count * TOPICS; i++) {
        free(pairs[i / TOPICS].documents[i % TOPICS]);
    }
    free(pairs);
    return differs;
}
