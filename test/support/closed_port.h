/* test/support/closed_port.h - a TCP port of 127.0.0.1 where nobody listens. */
#ifndef WEFT_TEST_CLOSED_PORT_H
#define WEFT_TEST_CLOSED_PORT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

/* It was free a moment ago. 0 when there is none. */
static inline uint16_t closed_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(fd, (struct sockaddr *)&address, len) != 0 || getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        address.sin_port = 0;
    close(fd);
    return ntohs(address.sin_port);
}

#endif
