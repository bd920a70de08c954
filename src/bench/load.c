/*
 * The load of live.sh and callers.sh: a server that answers as IMDS does, clients, and processes that are merely there.
 *
 *   load serve ADDRESS [RECORD]               answers until it is ended; writes each request line to the file RECORD
 *   load call ADDRESS MODE RATE N             N calls, RATE a second; says how many were answered, and in how many seconds;
 *                                             MODE is kept (one connection), one-shot, or process (each by one of its own)
 *   load once ADDRESS                         one call
 *   load leave ADDRESS PATH                   sends one request and exits at once, without waiting for the answer
 *   load idle N DESCRIPTORS                   N processes with so many open descriptors each, until standard input ends
 *
 * Only to be run inside a network namespace of its own: at this address a cloud's true service may answer.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
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

/* A head comes whole in one segment, or line by line, as a shell writes it: then the empty line ends it. */
static void answer(int fd, int record)
{
    char buffer[4096];
    ssize_t n = read(fd, buffer, sizeof buffer);
    const char *end = n <= 0 ? NULL : memchr(buffer, '\n', (size_t)n);
    if (record >= 0 && end != NULL && write(record, buffer, (size_t)(end - buffer) + 1) < 0)
        die("record");
    if (n > 0 && !(n == 2 && buffer[0] == '\r') && (n < 4 || memcmp(buffer + n - 4, "\r\n\r\n", 4) != 0))
        return;
    if (n <= 0 || write(fd, RESPONSE, sizeof RESPONSE - 1) < 0)
        close(fd);
}

static void serve(struct sockaddr_in a, const char *record_name)
{
    int record = record_name == NULL ? -1 : open(record_name, O_WRONLY | O_CREAT | O_APPEND, 0644);
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
                answer(ready[i].data.fd, record);
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

/* Those of the processes that have ended and got an answer; waits for all where there is one at least. */
static long ended(int wait_for_all)
{
    long answered = 0;
    int status;
    while (waitpid(-1, &status, wait_for_all ? 0 : WNOHANG) > 0)
        answered += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return answered;
}

static void start_process(const char *address)
{
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        execl("/proc/self/exe", "load", "once", address, (char *)NULL);
        _exit(1);
    }
}

static void call(const char *address_text, const char *mode, long rate, long count)
{
    struct sockaddr_in a = address(address_text);
    struct timespec due, first, last;
    long answered = 0;
    int kept = strcmp(mode, "kept") == 0, process = strcmp(mode, "process") == 0;
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
        if (process) {
            start_process(address_text);
            answered += ended(0);
            continue;
        }
        if (!kept)
            fd = open_connection(&a);
        answered += call_once(fd, i);
        if (!kept)
            close(fd);
    }
    answered += process ? ended(1) : 0;
    clock_gettime(CLOCK_MONOTONIC, &last);
    printf("%ld %.1f\n", answered, (double)(last.tv_sec - first.tv_sec) + (double)(last.tv_nsec - first.tv_nsec) / 1e9);
}

/* The whole process takes some hundred microseconds: it is gone before whoever watches can look at it. */
static void leave(struct sockaddr_in a, const char *path)
{
    char request[512];
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n", path);
    int fd = open_connection(&a);
    _exit(length < (int)sizeof request && write(fd, request, (size_t)length) == length ? 0 : 1);
}

/* Children that end with their parent, whatever ends it. */
static void idle(long count, long descriptors)
{
    char byte;
    for (long i = 0; i < count; i++) {
        pid_t child = fork();
        if (child < 0)
            die("fork");
        if (child > 0)
            continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (long open_ones = 3; open_ones < descriptors; open_ones++)
            if (open("/dev/null", O_RDONLY) < 0)
                die("/dev/null");
        for (;;)
            pause();
    }
    printf("ready\n");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    if ((argc == 3 || argc == 4) && strcmp(argv[1], "serve") == 0)
        serve(address(argv[2]), argv[3]);
    if (argc == 4 && strcmp(argv[1], "leave") == 0)
        leave(address(argv[2]), argv[3]);
    if (argc == 4 && strcmp(argv[1], "idle") == 0) {
        idle(atol(argv[2]), atol(argv[3]));
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "once") == 0) {
        struct sockaddr_in a = address(argv[2]);
        return call_once(open_connection(&a), getpid()) ? 0 : 1;
    }
    if (argc != 6 || strcmp(argv[1], "call") != 0) {
        fprintf(stderr, "usage: load serve ADDRESS [RECORD] | load call ADDRESS kept|one-shot|process RATE COUNT\n"
                        "       load leave ADDRESS PATH | load idle COUNT DESCRIPTORS\n");
        return 64;
    }
    call(argv[2], argv[3], atol(argv[4]), atol(argv[5]));
    return 0;
}
