/*
 * The load of live.sh: a server that answers as IMDS does, and a client that calls it at an even pace.
 *
 *   load serve ADDRESS                        answers until it is ended
 *   load call ADDRESS kept|one-shot RATE N    N calls, RATE a second; says how many were answered, and in how many seconds
 *
 * Only to be run inside a network namespace of its own: at this address a cloud's true service may answer.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char REQUEST_V1[] = "GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: 169.254.169.254\r\n"
                                 "User-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";
static const char REQUEST_V2[] = "GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: 169.254.169.254\r\n"
                                 "User-Agent: curl/7.88.1\r\nAccept: */*\r\n"
                                 "X-aws-ec2-metadata-token: AQAEAFOk1rBaaJhLxSz3Ck0hVAmUoLCvqxmWH5ZKxtZ5q0vN2pQ1Lg==\r\n\r\n";
static const char RESPONSE[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nAccept-Ranges: none\r\n"
                               "Content-Length: 19\r\nServer: EC2ws\r\n\r\ni-0123456789abcdef0";

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static struct sockaddr_in address(const char *text)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(80)};
    if (inet_pton(AF_INET, text, &a.sin_addr) != 1)
        die(text);
    return a;
}

static void without_delay(int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

/* A head comes whole in one segment here, so one read is one request. */
static void answer(int fd)
{
    char buffer[4096];
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n <= 0 || write(fd, RESPONSE, sizeof RESPONSE - 1) < 0)
        close(fd);
}

static void serve(struct sockaddr_in a)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&a, sizeof a) < 0 || listen(listener, 1024) < 0)
        die("listen");
    int poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[64];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int n = epoll_wait(poll, ready, 64, -1);
        for (int i = 0; i < n; i++) {
            if (ready[i].data.fd != listener) {
                answer(ready[i].data.fd);
                continue;
            }
            int fd = accept(listener, NULL, NULL);
            if (fd < 0)
                continue;
            without_delay(fd);
            event.data.fd = fd;
            epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
        }
    }
}

static int open_connection(struct sockaddr_in *a)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)a, sizeof *a) < 0)
        die("connect");
    without_delay(fd);
    return fd;
}

/* The answer comes whole in one segment too. */
static int call_once(int fd, long number)
{
    char buffer[4096];
    const char *request = number % 2 ? REQUEST_V2 : REQUEST_V1;
    size_t length = number % 2 ? sizeof REQUEST_V2 - 1 : sizeof REQUEST_V1 - 1;
    return write(fd, request, length) == (ssize_t)length && read(fd, buffer, sizeof buffer) > 0;
}

static void call(struct sockaddr_in a, int kept, long rate, long count)
{
    struct timespec due, first, last;
    long answered = 0;
    int fd = kept ? open_connection(&a) : -1;
    clock_gettime(CLOCK_MONOTONIC, &due);
    first = due;
    for (long i = 0; i < count; i++) {
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR)
            ;
        due.tv_nsec += 1000000000L / rate;
        if (due.tv_nsec >= 1000000000L) {
            due.tv_nsec -= 1000000000L;
            due.tv_sec++;
        }
        if (!kept)
            fd = open_connection(&a);
        answered += call_once(fd, i);
        if (!kept)
            close(fd);
    }
    clock_gettime(CLOCK_MONOTONIC, &last);
    printf("%ld %.1f\n", answered, (double)(last.tv_sec - first.tv_sec) + (double)(last.tv_nsec - first.tv_nsec) / 1e9);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if (argc == 3 && strcmp(argv[1], "serve") == 0)
        serve(address(argv[2]));
    if (argc != 6 || strcmp(argv[1], "call") != 0) {
        fprintf(stderr, "usage: load serve ADDRESS | load call ADDRESS kept|one-shot RATE COUNT\n");
        return 64;
    }
    call(address(argv[2]), strcmp(argv[3], "kept") == 0, atol(argv[4]), atol(argv[5]));
    return 0;
}
