/* compare/curl_uv.c - libcurl's multi interface driven by a libuv loop, through curl_multi_socket_action. */
#include <stdlib.h>
#include <uv.h>

#include "curl_work.h"
#include "stall.h"

typedef struct curl_watch {
    uv_poll_t poll;
    curl_socket_t fd;
} curl_watch;

static peer_run self;
static CURLM *multi;
static uv_timer_t timer;
static bool done;

static void act(curl_socket_t fd, int flags)
{
    int running;

    if (curl_multi_socket_action(multi, fd, flags, &running) != CURLM_OK)
        peer_fail(&self, "curl_multi_socket_action", "failed");
    if (!done && curl_work_collect(&self, multi)) {
        done = true;
        uv_stop(timer.loop);
    }
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    curl_watch *watch = poll->data;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;

    if (events & UV_READABLE)
        flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        flags |= CURL_CSELECT_OUT;
    act(watch->fd, flags);
}

static void on_timer(uv_timer_t *handle)
{
    (void)handle;
    act(CURL_SOCKET_TIMEOUT, 0);
}

static int on_timeout(CURLM *handle, long timeout_ms, void *arg)
{
    (void)handle;
    (void)arg;
    if (timeout_ms < 0)
        uv_timer_stop(&timer);
    else
        uv_timer_start(&timer, on_timer, (uint64_t)timeout_ms, 0);
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *attached)
{
    curl_watch *watch = attached;
    int events = 0;

    (void)easy;
    (void)arg;
    if (what == CURL_POLL_REMOVE) {
        if (watch)
            uv_close((uv_handle_t *)&watch->poll, on_closed);
        curl_multi_assign(multi, fd, NULL);
        return 0;
    }
    if (!watch) {
        watch = calloc(1, sizeof(*watch));
        if (!watch)
            return -1;
        watch->fd = fd;
        uv_poll_init(timer.loop, &watch->poll, fd);
        watch->poll.data = watch;
        curl_multi_assign(multi, fd, watch);
    }
    events |= what & CURL_POLL_IN ? UV_READABLE : 0;
    events |= what & CURL_POLL_OUT ? UV_WRITABLE : 0;
    uv_poll_start(&watch->poll, events, on_poll);
    return 0;
}

int main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    curl_transfer *transfers;

    peer_init(&self, "curl-uv", argc, argv);
    stall_watch(&self, loop);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    uv_timer_init(loop, &timer);
    multi = curl_multi_init();
    transfers = curl_work_open(&self, multi);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    for (int i = 0; i < self.connections; i++)
        curl_work_ask(&self, multi, &transfers[i]);
    uv_run(loop, UV_RUN_DEFAULT);
    if (self.stall)
        peer_report(&self, stall_longest_us());
    else
        peer_report_cpu(&self, self.count);
    curl_work_close(&self, multi, transfers);
    curl_global_cleanup();
    return 0;
}
