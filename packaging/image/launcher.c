/*
 * Starts the program of the image with the capabilities that its container was given.
 *
 * A container's user that is not root has no ambient capabilities, whatever the manifest adds: they arrive in the bounding
 * set alone (Kubernetes KEP 2763). The file of this launcher has the five as permitted and inheritable ones, without the
 * effective bit: with that bit the kernel refuses to execute it where one of them is missing (capabilities(7), "Safety
 * checking for capability-dumb binaries"), and nobody would be told which. It makes those that it got ambient, so that
 * the JVM has them, and goes on with what is there: the program itself says what is missing and what that costs.
 *
 * The first argument is the program; it gets the others, and this process.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* CAP_SYS_ADMIN in place of the two that kernels before 5.8, and ECS, do not know: kept where it was given. */
static const int WANTED[] = {CAP_DAC_READ_SEARCH, CAP_NET_RAW, CAP_SYS_PTRACE, CAP_SYS_ADMIN, 38 /* CAP_PERFMON */, 39 /* CAP_BPF */};

static int fail(const char *what) {
    fprintf(stderr, "imds-packet-analyzer: %s: %s\n", what, strerror(errno));
    return 71; /* EX_OSERR */
}

int main(int count, char **arguments) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
    if (count < 2) {
        fputs("imds-packet-analyzer: the launcher wants a program to start\n", stderr);
        return 64; /* EX_USAGE */
    }
    if (syscall(SYS_capget, &header, sets) != 0) {
        return fail("capabilities cannot be read");
    }
    for (unsigned i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        unsigned bit = 1u << (WANTED[i] % 32);
        if (sets[WANTED[i] / 32].permitted & bit) {
            sets[WANTED[i] / 32].inheritable |= bit;
        }
    }
    if (syscall(SYS_capset, &header, sets) != 0) {
        return fail("capabilities cannot be made inheritable");
    }
    for (unsigned i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        if (sets[WANTED[i] / 32].inheritable & (1u << (WANTED[i] % 32))) {
            /* Refused before Linux 4.3, where root alone can have them. */
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, WANTED[i], 0, 0);
        }
    }
    execv(arguments[1], arguments + 1);
    return fail(arguments[1]);
}
