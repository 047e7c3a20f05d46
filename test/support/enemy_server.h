/* test/support/enemy_server.h - a server that means harm: what it answers is drawn by chance, from a seed.
 *
 * Answers are mutated, cut, doubled, sent byte by byte, too early, or not at all; redirects lead home, abroad, in
 * circles and to where nobody may be led. Each is about the tag of the request it answers, a number, and every piece of
 * its body says so as "<tag 7>": what is found elsewhere was said to another. Digits are never changed on the way.
 */
#ifndef WEFT_TEST_ENEMY_SERVER_H
#define WEFT_TEST_ENEMY_SERVER_H

#include <uv.h>

#include "loop.h"

enum { ENEMY_ANSWER_BYTES = 160 * 1024, ENEMY_NO_TAG = 1000000 };

typedef struct enemy_server enemy_server;
typedef struct enemy_connection enemy_connection;

/* A whole request is in. Returns its tag, or ENEMY_NO_TAG and above. */
typedef unsigned enemy_request_cb(enemy_server *server, const char *request, size_t len);
/* What it gets in answer: `turned_away` when that is a whole 429 or 503. */
typedef void enemy_answer_cb(enemy_server *server, unsigned tag, bool turned_away);

struct enemy_server {
    uint64_t *random; /* borrowed, with what follows: to be set before it starts */
    enemy_request_cb *on_request;
    enemy_answer_cb *on_answer;
    void *arg;
    int other_port; /* where redirects abroad lead to; may be set later */
    int port;
    test_loop *loop;
    uv_tcp_t tcp;
    uv_idle_t pump;
    enemy_connection *connections;
};

/* On 127.0.0.1; it does not hold the loop. False, with the test failed, when it cannot listen. */
bool enemy_server_start(enemy_server *server, test_loop *loop);
/* Ends all of it. False, with the test failed, when that does not come to its end. */
bool enemy_server_stop(enemy_server *server);

/* A number below `below`. */
uint32_t enemy_draw(uint64_t *random, uint32_t below);

/* For the server itself: room for ENEMY_ANSWER_BYTES, what is beyond is dropped. */
typedef struct enemy_text {
    char *bytes;
    size_t len;
} enemy_text;

/* One answer about `tag`; its status. 429 and 503 only when it `may_turn_away`. */
int enemy_say(const enemy_server *server, enemy_text *answer, unsigned tag, bool may_turn_away);
/* Changes a few bytes of its beginning, or cuts it off, or not. */
void enemy_spoil(const enemy_server *server, enemy_text *answer);

#endif
