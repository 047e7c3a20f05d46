#include "curl_work.h"

#include <stdlib.h>
#include <string.h>

static struct curl_slist *headers;

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
    curl_transfer *transfer = arg;
    size_t len = size * count;

    if (len > sizeof(transfer->body) - transfer->body_len)
        return 0;
    memcpy(transfer->body + transfer->body_len, bytes, len);
    transfer->body_len += len;
    return len;
}

static void set_up(const peer_run *peer, curl_transfer *transfer, const char *url)
{
    CURL *easy = curl_easy_init();

    transfer->easy = easy;
    if (!easy)
        peer_fail(peer, "curl_easy_init", "failed");
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, peer_body()); /* by reference: not copied */
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)PEER_BODY_BYTES);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)PEER_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
    /* A directory of certificates, which Debian's libcurl has by default, keeps it from keeping what it read. */
    if (peer->ca_file) {
        curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, strcmp(peer->option, "full") == 0 ? 0L : 1L);
        curl_easy_setopt(easy, CURLOPT_CAINFO, peer->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
}

curl_transfer *curl_work_open(const peer_run *peer, CURLM *multi)
{
    curl_transfer *transfers = calloc((size_t)peer->connections, sizeof(*transfers));
    char url[96];

    if (!transfers || !multi)
        peer_fail(peer, "libcurl", "out of memory");
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Accept: application/json");
    strcpy(url, peer_base_url(peer));
    strcat(url, "/run");
    /* As many connections kept as are used, or each round would open some of them anew. */
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)peer->connections);
    for (int i = 0; i < peer->connections; i++)
        set_up(peer, &transfers[i], url);
    return transfers;
}

void curl_work_ask(peer_run *peer, CURLM *multi, curl_transfer *transfer)
{
    if (!peer_take(peer))
        return;
    transfer->body_len = 0;
    if (curl_multi_add_handle(multi, transfer->easy) != CURLM_OK)
        peer_fail(peer, "curl_multi_add_handle", "failed");
}

bool curl_work_collect(peer_run *peer, CURLM *multi)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        curl_transfer *transfer = NULL;
        CURLcode result = message->data.result;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        if (result != CURLE_OK || !transfer->body_len)
            peer_fail(peer, "transfer", curl_easy_strerror(result));
        curl_multi_remove_handle(multi, transfer->easy);
        if (peer_answered(peer))
            return true;
        curl_work_ask(peer, multi, transfer);
    }
    return false;
}

void curl_work_close(const peer_run *peer, CURLM *multi, curl_transfer *transfers)
{
    for (int i = 0; i < peer->connections; i++) {
        curl_multi_remove_handle(multi, transfers[i].easy);
        curl_easy_cleanup(transfers[i].easy);
    }
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    free(transfers);
}
