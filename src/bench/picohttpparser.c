/*
 * Times picohttpparser on the files given: one whole request head each, parsed and the token header looked up.
 * Prints a line each: file, bytes, median and least ns of CPU time over the rounds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "picohttpparser.h"

enum { ROUNDS = 41, REPEATS = 100000, HEADERS = 64 };

static const char token[] = "x-aws-ec2-metadata-token";

/* CPU time, not time of day: other load on the machine then weighs less. */
static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

static int ascending(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static long parse(const char *head, size_t length)
{
    const char *method, *path;
    size_t method_length, path_length, count = HEADERS;
    int minor_version;
    struct phr_header headers[HEADERS];
    if (phr_parse_request(head, length, &method, &method_length, &path, &path_length, &minor_version, headers, &count,
                          0) != (int)length) {
        fprintf(stderr, "not a whole head\n");
        exit(1);
    }
    for (size_t i = 0; i < count; i++) {
        if (headers[i].name_len == sizeof token - 1 && strncasecmp(headers[i].name, token, sizeof token - 1) == 0) {
            return (long)i;
        }
    }
    return -1;
}

int main(int count, char **files)
{
    static char head[65536];
    static double rounds[ROUNDS];
    volatile long found = 0;
    for (int file = 1; file < count; file++) {
        FILE *in = fopen(files[file], "rb");
        if (in == NULL) {
            perror(files[file]);
            return 1;
        }
        size_t length = fread(head, 1, sizeof head, in);
        fclose(in);
        for (int round = 0; round < ROUNDS; round++) {
            double start = now();
            for (int i = 0; i < REPEATS; i++) {
                /* The bytes may have changed, for all the compiler knows. */
                __asm__ volatile("" ::: "memory");
                found += parse(head, length);
            }
            rounds[round] = (now() - start) / REPEATS;
        }
        qsort(rounds, ROUNDS, sizeof *rounds, ascending);
        const char *name = files[file];
        for (const char *c = name; *c != 0; c++) {
            name = *c == '/' ? c + 1 : name;
        }
        printf("%s %zu %.1f %.1f\n", name, length, rounds[ROUNDS / 2], rounds[0]);
    }
    return 0;
}
