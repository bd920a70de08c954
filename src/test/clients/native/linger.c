/*
 * Preloaded into unmodified clients by live tests: keeps a connection to port 80 open until the test says that its
 * caller was named, so that a search through /proc can be tested without a race.
 *
 * A connection that is about to be closed or shut down waits until the file LINGER_DIRECTORY/<local port> exists, at most ten
 * seconds. Without LINGER_DIRECTORY nothing changes.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { POLLS = 10000, HIGHEST_DESCRIPTOR = 1024 };

/* Port of an IPv4 or IPv6 address in host order; 0 for any other. */
static int port_of(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *) address)->sin_port);
    if (address->ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *) address)->sin6_port);
    return 0;
}

static void await_release(int descriptor)
{
    const char *directory = getenv("LINGER_DIRECTORY");
    struct sockaddr_storage peer, local;
    socklen_t peer_length = sizeof peer, local_length = sizeof local;
    const struct timespec millisecond = {0, 1000000};
    char path[4096];
    int saved = errno;

    if (directory == NULL || getpeername(descriptor, (struct sockaddr *) &peer, &peer_length) != 0
        || port_of(&peer) != 80 || getsockname(descriptor, (struct sockaddr *) &local, &local_length) != 0) {
        errno = saved;
        return;
    }
    snprintf(path, sizeof path, "%s/%d", directory, port_of(&local));
    for (int poll = 0; poll < POLLS && access(path, F_OK) != 0; poll++)
        nanosleep(&millisecond, NULL);
    errno = saved;
}

int close(int descriptor)
{
    static int (*next)(int);

    if (next == NULL)
        next = (int (*)(int)) dlsym(RTLD_NEXT, "close");
    await_release(descriptor);
    return next(descriptor);
}

int shutdown(int descriptor, int how)
{
    static int (*next)(int, int);

    if (next == NULL)
        next = (int (*)(int, int)) dlsym(RTLD_NEXT, "shutdown");
    await_release(descriptor);
    return next(descriptor, how);
}

/* Closes the second one, if it is open. */
int dup2(int old_descriptor, int new_descriptor)
{
    static int (*next)(int, int);

    if (next == NULL)
        next = (int (*)(int, int)) dlsym(RTLD_NEXT, "dup2");
    await_release(new_descriptor);
    return next(old_descriptor, new_descriptor);
}

/* A program that ends without closing closes here. */
__attribute__((destructor)) static void at_exit(void)
{
    for (int descriptor = 3; descriptor < HIGHEST_DESCRIPTOR; descriptor++)
        await_release(descriptor);
}
