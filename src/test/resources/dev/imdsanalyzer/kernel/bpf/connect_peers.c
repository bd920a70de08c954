/*
 * Both ends of the connections that the live tests of the connect source make.
 *
 *   connect_peers serve              answers on both addresses of IMDS; a line for each request: address port target
 *   connect_peers MODE TARGET [N]    asks for TARGET:
 *     fire      connects, sends and exits without waiting for the answer
 *     wait      reads the answer
 *     wait6     the same by IPv6
 *     mapped    the same through an IPv6 socket, to ::ffff:169.254.169.254
 *     thread    from a thread that is not the main one
 *     nonblock  with a non-blocking connect
 *     child     through a socket that the parent made and the child connects
 *     mptcp     the same as wait, over MPTCP
 *     many      N times one after another, from one process
 *     refused   N connects that find no server, one after another
 *     flood     as many such connects as go within N seconds
 *     spawn     no connect: executes TARGET, which ends at once, N times one after another
 *     children  no connect: executes TARGET N times, and ends them all once standard input does
 *     passed    the same, after this file was opened in a mount namespace of its own, over TARGET, and executed from the old one
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static const char *mode, *target;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static socklen_t imds_address(struct sockaddr_storage *address, const char *text) {
    memset(address, 0, sizeof *address);
    if (strchr(text, ':')) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *) address;
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(80);
        inet_pton(AF_INET6, text, &in6->sin6_addr);
        return sizeof *in6;
    }
    struct sockaddr_in *in = (struct sockaddr_in *) address;
    in->sin_family = AF_INET;
    in->sin_port = htons(80);
    inet_pton(AF_INET, text, &in->sin_addr);
    return sizeof *in;
}

static int listen_on(const char *text) {
    struct sockaddr_storage address;
    socklen_t length = imds_address(&address, text);
    int on = 1, s = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(s, (struct sockaddr *) &address, length) || listen(s, 4096)) die("listen");
    return s;
}

static void answer(int listener) {
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    int s = accept4(listener, (struct sockaddr *) &peer, &length, SOCK_CLOEXEC);
    if (s < 0) return;
    struct timeval limit = {2, 0};
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    char request[4096], name[64], path[2048] = "-";
    ssize_t n = recv(s, request, sizeof request - 1, 0);
    if (n > 0) {
        request[n] = 0;
        sscanf(request, "GET %2047s", path);
        static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
        send(s, reply, sizeof reply - 1, MSG_NOSIGNAL);
    }
    int port;
    if (peer.ss_family == AF_INET6) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *) &peer;
        inet_ntop(AF_INET6, &in6->sin6_addr, name, sizeof name);
        port = ntohs(in6->sin6_port);
    } else {
        struct sockaddr_in *in = (struct sockaddr_in *) &peer;
        inet_ntop(AF_INET, &in->sin_addr, name, sizeof name);
        port = ntohs(in->sin_port);
    }
    printf("%s %d %s\n", name, port, path);
    fflush(stdout);
    close(s);
}

static int serve(void) {
    struct pollfd sockets[2] = {{listen_on("169.254.169.254"), POLLIN, 0}, {listen_on("fd00:ec2::254"), POLLIN, 0}};
    puts("ready");
    fflush(stdout);
    while (poll(sockets, 2, -1) > 0)
        for (int i = 0; i < 2; i++)
            if (sockets[i].revents) answer(sockets[i].fd);
    return 1;
}

static int new_socket(void) {
    int six = !strcmp(mode, "wait6") || !strcmp(mode, "mapped");
    int s = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM, !strcmp(mode, "mptcp") ? IPPROTO_MPTCP : 0);
    if (s < 0) die("socket");
    return s;
}

static void connect_socket(int s) {
    struct sockaddr_storage address;
    const char *text = !strcmp(mode, "wait6") ? "fd00:ec2::254"
            : !strcmp(mode, "mapped") ? "::ffff:169.254.169.254" : "169.254.169.254";
    socklen_t length = imds_address(&address, text);
    if (!strcmp(mode, "nonblock")) {
        fcntl(s, F_SETFL, O_NONBLOCK);
        if (connect(s, (struct sockaddr *) &address, length) && errno != EINPROGRESS) die("connect");
        struct pollfd wait = {s, POLLOUT, 0};
        poll(&wait, 1, 5000);
        fcntl(s, F_SETFL, 0);
        return;
    }
    if (connect(s, (struct sockaddr *) &address, length) && strcmp(mode, "refused") && strcmp(mode, "flood"))
        die("connect");
}

static void ask(int s) {
    char request[3000];
    int n = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n", target);
    send(s, request, n, MSG_NOSIGNAL);
    if (!strcmp(mode, "fire")) _exit(0);
    while (recv(s, request, sizeof request, 0) > 0) continue;
    close(s);
}

static void execute_passed_file(void) {
    char own[4096] = "";
    if (readlink("/proc/self/exe", own, sizeof own - 1) < 0) die("readlink");
    int old = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (unshare(CLONE_NEWNS) || mount("none", "/", 0, MS_REC | MS_PRIVATE, 0)) die("unshare");
    if (mount(own, target, 0, MS_BIND, 0)) die("mount");
    int file = open(target, O_RDONLY | O_CLOEXEC);
    if (file < 0 || setns(old, CLONE_NEWNS)) die("setns");
    char *arguments[] = {(char *) target, "refused", "-", 0};
    fexecve(file, arguments, (char *[]){0});
    die("fexecve");
}

static int spawn(int count) {
    int wait = !strcmp(mode, "spawn");
    char *arguments[] = {(char *) target, wait ? 0 : "1000", 0};
    pid_t *children = calloc(count, sizeof *children);
    for (int i = 0; i < count; i++) {
        pid_t child = children[i] = vfork();
        if (child < 0) die("vfork");
        if (!child) {
            execv(target, arguments);
            _exit(127);
        }
        if (wait) waitpid(child, 0, 0);
    }
    if (wait) return 0;
    puts("ready");
    fflush(stdout);
    getchar();
    for (int i = 0; i < count; i++) kill(children[i], SIGKILL);
    return 0;
}

static void *in_thread(void *nothing) {
    pthread_setname_np(pthread_self(), "worker-thread");
    int s = new_socket();
    connect_socket(s);
    ask(s);
    return nothing;
}

int main(int argc, char **argv) {
    if (argc == 2 && !strcmp(argv[1], "serve")) return serve();
    if (argc < 3) return 64;
    mode = argv[1];
    target = argv[2];
    int count = argc > 3 ? atoi(argv[3]) : 1;
    if (!strcmp(mode, "thread")) {
        pthread_t thread;
        pthread_create(&thread, 0, in_thread, 0);
        pthread_join(thread, 0);
        return 0;
    }
    if (!strcmp(mode, "spawn") || !strcmp(mode, "children")) return spawn(count);
    if (!strcmp(mode, "flood")) {
        time_t end = time(0) + count;
        while (time(0) < end) {
            int s = new_socket();
            connect_socket(s);
            close(s);
        }
        return 0;
    }
    if (!strcmp(mode, "passed")) execute_passed_file();
    while (count-- > 0) {
        int s = new_socket();
        if (!strcmp(mode, "child")) {
            pid_t child = fork();
            if (child) {
                printf("%d\n", child);
                waitpid(child, 0, 0);
                return 0;
            }
        }
        connect_socket(s);
        if (!strcmp(mode, "refused")) close(s);
        else ask(s);
    }
    return 0;
}
