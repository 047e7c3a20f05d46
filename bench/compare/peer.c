#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WARM_UP_ROUNDS = 4 }; /* requests of each connection that are not measured */

void peer_fail(const peer_run *peer, const char *what, const char *why)
{
    fprintf(stderr, "%s: %s: %s\n", peer->name, what, why);
    exit(1);
}

static long number(const peer_run *peer, const char *option, const char *text)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (*end || end == text || value < 0)
        peer_fail(peer, option, "needs a number");
    return value;
}

static void take_option(peer_run *peer, const char *option, const char *value)
{
    if (strcmp(option, "--row") == 0)
        peer->row = value;
    else if (strcmp(option, "--work") == 0)
        peer->work = value;
    else if (strcmp(option, "--option") == 0)
        peer->option = value;
    else if (strcmp(option, "--name") == 0)
        peer->name = value;
    else if (strcmp(option, "--ca") == 0)
        peer->ca_file = value;
    else if (strcmp(option, "--port") == 0)
        peer->port = (uint16_t)number(peer, option, value);
    else if (strcmp(option, "--plain-port") == 0)
        peer->plain_port = (uint16_t)number(peer, option, value);
    else if (strcmp(option, "--requests") == 0)
        peer->count = number(peer, option, value);
    else if (strcmp(option, "--connections") == 0)
        peer->connections = (int)number(peer, option, value);
    else if (strcmp(option, "--report") == 0 && strcmp(value, "stall") == 0)
        peer->stall = true;
    else if (strcmp(option, "--report") == 0 && strcmp(value, "allocations") == 0)
        peer->allocations = true;
    else
        peer_fail(peer, option, "no such option");
}

void peer_init(peer_run *peer, const char *name, int argc, char **argv)
{
    *peer = (peer_run){.name = name, .row = "", .work = "post", .option = "", .count = 200000, .connections = 64};
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc)
            peer_fail(peer, argv[i], "needs a value");
        take_option(peer, argv[i], argv[i + 1]);
    }
    if (!peer->port || !peer->connections || !peer->count)
        peer_fail(peer, "usage", "--port N [--row NAME] [--work WORK] [--requests N] [--connections N] [--ca FILE]");
    peer->warm_up = (long)peer->connections * WARM_UP_ROUNDS;
}

static uint64_t now_ns(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

void peer_begin(peer_run *peer)
{
    peer->began_ns = now_ns();
    getrusage(RUSAGE_SELF, &peer->began);
}

void peer_end(peer_run *peer)
{
    getrusage(RUSAGE_SELF, &peer->ended);
    peer->ended_ns = now_ns();
}

bool peer_take(peer_run *peer)
{
    if (peer->submitted == peer->warm_up + peer->count)
        return false;
    peer->submitted++;
    return true;
}

bool peer_answered(peer_run *peer)
{
    peer->answered++;
    if (peer->answered == peer->warm_up)
        peer_begin(peer);
    if (peer->answered != peer->warm_up + peer->count)
        return false;
    peer_end(peer);
    return true;
}

static double ns_between(struct timeval from, struct timeval to)
{
    return (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_usec - from.tv_usec) * 1e3;
}

void peer_report_cpu(const peer_run *peer, long count)
{
    double user = ns_between(peer->began.ru_utime, peer->ended.ru_utime) / (double)count;
    double kernel = ns_between(peer->began.ru_stime, peer->ended.ru_stime) / (double)count;

    printf("{\"row\":\"%s\",\"peer\":\"%s\",\"value\":%.3f,\"user_ns\":%.3f,\"system_ns\":%.3f,\"wall_ns\":%."
           "3f}\n",
           peer->row, peer->name, user + kernel, user, kernel,
           (double)(peer->ended_ns - peer->began_ns) / (double)count);
}

void peer_report(const peer_run *peer, double value)
{
    printf("{\"row\":\"%s\",\"peer\":\"%s\",\"value\":%.3f}\n", peer->row, peer->name, value);
}

/* ---- the request
 * --------------------------------------------------------------------------------------------- */

const char *peer_prompt(void)
{
    static char prompt[PEER_BODY_BYTES];
    static const char words[] = "Read the parser, name its invariants, and write a test for each. ";
    size_t len = PEER_BODY_BYTES - strlen("{\"prompt\":\"\"}");

    for (size_t i = 0; i < len && !prompt[len - 1]; i++)
        prompt[i] = words[i % (sizeof(words) - 1)];
    return prompt;
}

const char *peer_body(void)
{
    static char body[PEER_BODY_BYTES + 1];

    snprintf(body, sizeof(body), "{\"prompt\":\"%s\"}", peer_prompt());
    return body;
}

const char *peer_base_url(const peer_run *peer)
{
    static char url[64];

    snprintf(url, sizeof(url), "%s://127.0.0.1:%u", peer->ca_file ? "https" : "http", (unsigned)peer->port);
    return url;
}

size_t peer_request(const peer_run *peer, char text[PEER_HEAD_MAX + PEER_BODY_BYTES])
{
    return (size_t)snprintf(text, PEER_HEAD_MAX + PEER_BODY_BYTES,
                            "POST /run HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: %s\r\n"
                            "Accept: application/json\r\nAccept-Encoding: gzip\r\nContent-Type: application/json\r\n"
                            "Content-Length: %d\r\n\r\n%s",
                            (unsigned)peer->port, peer->name, PEER_BODY_BYTES, peer_body());
}

/* ---- sockets
 * ------------------------------------------------------------------------------------------------- */

static int open_socket(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

int peer_connect(const peer_run *peer)
{
    int fd = open_socket(peer->port);

    if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        peer_fail(peer, "cannot connect", strerror(errno));
    return fd;
}

/* Head and Content-Length together, or 0 while the head is not whole. */
static size_t whole_length(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    const char *length = strcasestr(answer, "\r\nContent-Length:");

    if (!end || !length || length > end)
        return 0;
    return (size_t)(end + 4 - answer) + (size_t)atol(length + strlen("\r\nContent-Length:"));
}

size_t peer_learn_answer(const peer_run *peer)
{
    char text[PEER_HEAD_MAX + PEER_BODY_BYTES], answer[4096];
    size_t len = peer_request(peer, text), got = 0, whole = 0;
    int fd = open_socket(peer->plain_port ? peer->plain_port : peer->port);

    if (fd < 0)
        return 0;
    if (send(fd, text, len, MSG_NOSIGNAL) == (ssize_t)len) {
        while (!whole && got < sizeof(answer) - 1) {
            ssize_t more = recv(fd, answer + got, sizeof(answer) - 1 - got, 0);

            if (more <= 0)
                break;
            got += (size_t)more;
            answer[got] = '\0';
            whole = whole_length(answer);
        }
    }
    close(fd);
    return whole;
}
