/* compare/floor_tls.c - what libuv, the kernel and mbedTLS cost by themselves: as floor.c does it, over TLS.
 *
 * With work "handshakes" each connection serves one request; sessions are resumed unless the option is "full". With
 * work "idle" it is heap that is told, of a connection that has served one request and waits: all of it is
 * mbedTLS's. */
#include <mbedtls/version.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "peer.h"

typedef struct tls_line {
    uv_poll_t poll;
    int fd;
    size_t got; /* of the answer at hand */
    mbedtls_ssl_context ssl;
    bool open; /* the handshake is over */
} tls_line;

static peer_run self;
static char request[PEER_HEAD_MAX + PEER_BODY_BYTES];
static size_t request_len, answer_len;
static unsigned char buffer[64 * 1024];
static tls_line *lines;
static mbedtls_ssl_config config;
static mbedtls_ctr_drbg_context random_source;
static mbedtls_entropy_context entropy;
static mbedtls_x509_crt authorities;
static mbedtls_ssl_session session;
static bool has_session, one_each, idle, done;
static int served; /* of the idle ones */

static void must(int status, const char *what)
{
    char text[32];

    snprintf(text, sizeof(text), "-0x%04x", (unsigned)-status);
    if (status != 0)
        peer_fail(&self, what, text);
}

static int bio_send(void *arg, const unsigned char *bytes, size_t len)
{
    const tls_line *line = arg;
    ssize_t sent = send(line->fd, bytes, len, MSG_NOSIGNAL);

    if (sent >= 0)
        return (int)sent;
    return errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_NET_SEND_FAILED;
}

static int bio_receive(void *arg, unsigned char *bytes, size_t len)
{
    const tls_line *line = arg;
    ssize_t got = recv(line->fd, bytes, len, 0);

    if (got >= 0)
        return (int)got;
    return errno == EAGAIN ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_NET_RECV_FAILED;
}

static void configure(void)
{
    static const int suites[] = {MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, 0};

    mbedtls_ssl_config_init(&config);
    mbedtls_ctr_drbg_init(&random_source);
    mbedtls_entropy_init(&entropy);
    mbedtls_x509_crt_init(&authorities);
    mbedtls_ssl_session_init(&session);
    must(mbedtls_ctr_drbg_seed(&random_source, mbedtls_entropy_func, &entropy, NULL, 0), "seed");
    must(mbedtls_x509_crt_parse_file(&authorities, self.ca_file), self.ca_file);
    must(mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                     MBEDTLS_SSL_PRESET_DEFAULT),
         "config");
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random_source);
    mbedtls_ssl_conf_ca_chain(&config, &authorities, NULL);
    mbedtls_ssl_conf_ciphersuites(&config, suites);
#if MBEDTLS_VERSION_MAJOR < 3
    static const mbedtls_ecp_group_id curves[] = {MBEDTLS_ECP_DP_CURVE25519, MBEDTLS_ECP_DP_SECP256R1,
                                                  MBEDTLS_ECP_DP_NONE};

    /* P-521, its first choice, would be no floor. */
    mbedtls_ssl_conf_curves(&config, curves);
#endif
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void open_line(tls_line *line)
{
    line->fd = peer_connect(&self);
    line->open = false;
    mbedtls_ssl_init(&line->ssl);
    must(mbedtls_ssl_setup(&line->ssl, &config), "setup");
    /* 2.28 cannot check an address: the certificate has this name, too. */
    must(mbedtls_ssl_set_hostname(&line->ssl, "localhost"), "hostname");
    mbedtls_ssl_set_bio(&line->ssl, line, bio_send, bio_receive, NULL);
    if (has_session)
        must(mbedtls_ssl_set_session(&line->ssl, &session), "session");
    uv_poll_init(uv_default_loop(), &line->poll, line->fd);
    line->poll.data = line;
    uv_poll_start(&line->poll, UV_READABLE, on_poll);
}

static void open_lines(int from, int to)
{
    for (int i = from; i < to; i++) {
        peer_take(&self);
        open_line(&lines[i]);
        on_poll(&lines[i].poll, 0, 0);
    }
}

static void on_closed(uv_handle_t *handle)
{
    tls_line *line = handle->data;

    if (!done && peer_take(&self)) {
        open_line(line);
        on_poll(&line->poll, 0, 0);
    }
}

static void close_line(tls_line *line)
{
    mbedtls_ssl_close_notify(&line->ssl);
    mbedtls_ssl_free(&line->ssl);
    uv_close((uv_handle_t *)&line->poll, on_closed);
    close(line->fd);
}

static void stop_all(void)
{
    done = true;
    for (int i = 0; i < self.connections; i++)
        if (!uv_is_closing((uv_handle_t *)&lines[i].poll))
            close_line(&lines[i]);
}

static void ask(tls_line *line)
{
    if (mbedtls_ssl_write(&line->ssl, (const unsigned char *)request, request_len) != (int)request_len)
        peer_fail(&self, "write", "not written whole");
}

/* True when the line is to be read on. */
static bool finish(tls_line *line)
{
    line->got = 0;
    if (idle) {
        if (++served == self.connections)
            uv_stop(uv_default_loop());
        else if (served == 1)
            open_lines(1, self.connections);
        return false;
    }
    if (peer_answered(&self)) {
        stop_all();
        return false;
    }
    if (one_each) {
        close_line(line);
        return false;
    }
    if (peer_take(&self))
        ask(line);
    return true;
}

static bool shake_hands(tls_line *line)
{
    int status = mbedtls_ssl_handshake(&line->ssl);

    if (status == MBEDTLS_ERR_SSL_WANT_READ || status == MBEDTLS_ERR_SSL_WANT_WRITE)
        return false;
    must(status, "handshake");
    line->open = true;
    if ((one_each || idle) && !has_session && strcmp(self.option, "full") != 0) {
        must(mbedtls_ssl_get_session(&line->ssl, &session), "session");
        has_session = true;
    }
    ask(line);
    return true;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    tls_line *line = poll->data;

    (void)status;
    (void)events;
    if (!line->open && !shake_hands(line))
        return;
    for (;;) {
        int got = mbedtls_ssl_read(&line->ssl, buffer, sizeof(buffer));

        if (got == MBEDTLS_ERR_SSL_WANT_READ)
            return;
        if (got <= 0)
            must(got ? got : -1, "read");
        line->got += (size_t)got;
        if (line->got < answer_len)
            continue;
        if (!finish(line) || mbedtls_ssl_get_bytes_avail(&line->ssl) == 0)
            return;
    }
}

static double heap_bytes(void)
{
    struct mallinfo2 info = mallinfo2();

    return (double)(info.uordblks + info.hblkhd);
}

int main(int argc, char **argv)
{
    uv_loop_t *loop = uv_default_loop();
    double before;

    peer_init(&self, "floor", argc, argv);
    one_each = strcmp(self.work, "handshakes") == 0;
    idle = strcmp(self.work, "idle") == 0;
    if (!self.ca_file)
        peer_fail(&self, "--ca", "is missing");
    request_len = peer_request(&self, request);
    answer_len = peer_learn_answer(&self);
    lines = calloc((size_t)self.connections, sizeof(*lines));
    if (!lines || !answer_len)
        peer_fail(&self, "no answer", "from the server");
    /* The answer that ends a connection says "close" where others say "keep-alive". */
    if (one_each)
        answer_len -= strlen("keep-alive") - strlen("close");
    configure();
    before = heap_bytes();
    /* Idle ones resume the first one's session. */
    open_lines(0, idle ? 1 : self.connections);
    uv_run(loop, UV_RUN_DEFAULT);
    if (idle) {
        peer_report(&self, (heap_bytes() - before) / self.connections + (double)sizeof(lines->ssl));
        return 0;
    }
    free(lines);
    mbedtls_ssl_session_free(&session);
    mbedtls_x509_crt_free(&authorities);
    mbedtls_ssl_config_free(&config);
    mbedtls_ctr_drbg_free(&random_source);
    mbedtls_entropy_free(&entropy);
    peer_report_cpu(&self, self.count);
    return 0;
}
