/* http_server.h - HTTP as servers speak it: requests are read, answers framed, connections kept, ended, cut.
 *
 * An answer is planned: each step happens at its time, and the functions return the earliest time of the next one. */
#ifndef WEFT_WORLD_HTTP_SERVER_H
#define WEFT_WORLD_HTTP_SERVER_H

#include "schedule.h"
#include "server.h"

extern const world_server http_server;

/* Of hosts.c: what is served there. */
const http_service *service_at(unsigned host);

/* The value of a header line, up to its end; NULL when there is none. */
const char *http_header(const http_asked *asked, const char *name_and_colon);

uint64_t http_send(http_peer *peer, uint64_t at, const char *text);
/* The same, and tells when it has been handed to the network. */
uint64_t http_send_and_tell(http_peer *peer, uint64_t at, const char *text, schedule_cb *sent, void *arg);
/* The answer is whole: the next request may come. */
void http_free(http_peer *peer, uint64_t at);
void http_end(http_peer *peer, uint64_t at);
void http_abort(http_peer *peer, uint64_t at);
/* A whole answer, framed in any of the ways that there are, perhaps packed, dripping, or cut. `headers` are lines;
 * `type` NULL = none is said. */
void http_answer(http_peer *peer, uint64_t at, int status, const char *headers, const char *type, const char *body);
/* A whole answer of status 200. */
void http_answer_json(http_peer *peer, uint64_t at, const char *body);

#endif
