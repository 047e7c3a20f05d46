#include "sim_process.h"
#include "test.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Asks `base_url` for its health and reads the answer to the end; false when there is none. */
static bool ask_health(const char *base_url, char *answer, size_t size)
{
    static const char request[] = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t len = 0;
    ssize_t count = 0;

    address.sin_port = htons((uint16_t)strtoul(strrchr(base_url, ':') + 1, NULL, 10));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
        send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) > 0) {
        while (len + 1 < size && (count = recv(fd, answer + len, size - 1 - len, 0)) > 0)
            len += (size_t)count;
    }
    close(fd);
    answer[len] = '\0';
    return len > 0;
}

TEST(sim_process_answers_where_it_says_it_listens)
{
    sim_process sim;
    char answer[4096];

    CHECK(sim_process_start(&sim, NULL));
    CHECK_CONTAINS(sim.base_url, "http://127.0.0.1:");
    CHECK(ask_health(sim.base_url, answer, sizeof(answer)));
    CHECK_CONTAINS(answer, "HTTP/1.1 200 OK");
    CHECK(sim_process_stop(&sim));
    CHECK(!ask_health(sim.base_url, answer, sizeof(answer)));
}

TEST(sim_process_passes_its_arguments_on)
{
    static const char *const arguments[] = {"--degraded", NULL};
    sim_process sim;
    char answer[4096];

    CHECK(sim_process_start(&sim, arguments));
    CHECK(ask_health(sim.base_url, answer, sizeof(answer)));
    CHECK_CONTAINS(answer, "\"status\":\"error\"");
    CHECK(sim_process_stop(&sim));
}

TEST(sim_processes_do_not_get_in_each_others_way)
{
    sim_process first, second;

    CHECK(sim_process_start(&first, NULL));
    CHECK(sim_process_start(&second, NULL));
    CHECK(strcmp(first.base_url, second.base_url) != 0);
    CHECK(sim_process_stop(&first));
    CHECK(sim_process_stop(&second));
    CHECK(sim_process_stop(&second));
}
