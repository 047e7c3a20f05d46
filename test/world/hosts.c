/* hosts.c - who listens where. */
#include "http_server.h"
#include "server.h"

/* 10.0.0.0 to 10.9.0.0: Stromboli, which forwarding proxies serve as well. */
const world_server *server_at(unsigned host)
{
    (void)host;
    return &http_server;
}

const http_service *service_at(unsigned host)
{
    (void)host;
    return &stromboli_service;
}
