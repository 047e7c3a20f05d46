/* compare/curl_multi.c - libcurl's multi interface with its own loop: curl_multi_poll and curl_multi_perform. */
#include "curl_work.h"

int main(int argc, char **argv)
{
    peer_run self;
    CURLM *multi;
    curl_transfer *transfers;
    bool done = false;

    peer_init(&self, "curl-poll", argc, argv);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi = curl_multi_init();
    transfers = curl_work_open(&self, multi);
    for (int i = 0; i < self.connections; i++)
        curl_work_ask(&self, multi, &transfers[i]);
    while (!done) {
        int running;

        if (curl_multi_perform(multi, &running) != CURLM_OK)
            peer_fail(&self, "curl_multi_perform", "failed");
        done = curl_work_collect(&self, multi);
        if (!done && curl_multi_poll(multi, NULL, 0, 1000, NULL) != CURLM_OK)
            peer_fail(&self, "curl_multi_poll", "failed");
    }
    peer_report_cpu(&self, self.count);
    curl_work_close(&self, multi, transfers);
    curl_global_cleanup();
    return 0;
}
