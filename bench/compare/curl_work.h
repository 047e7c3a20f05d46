/* compare/curl_work.h - a libcurl transfer as both of its loops use it: made once, used again and again. */
#ifndef COMPARE_CURL_WORK_H
#define COMPARE_CURL_WORK_H

#include <curl/curl.h>

#include "peer.h"

typedef struct curl_transfer {
    CURL *easy;
    char body[4096]; /* of the answer: gathered, and not looked at */
    size_t body_len;
} curl_transfer;

/* One per connection, set up with all that stays the same. */
curl_transfer *curl_work_open(const peer_run *peer, CURLM *multi);
/* Hands the transfer to the multi handle, if there is another request to be sent. */
void curl_work_ask(peer_run *peer, CURLM *multi, curl_transfer *transfer);
/* Takes what the multi handle has finished, and asks anew. True when all is done. */
bool curl_work_collect(peer_run *peer, CURLM *multi);
void curl_work_close(const peer_run *peer, CURLM *multi, curl_transfer *transfers);

#endif
