#include "tls_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <netinet/tcp.h>
#include <uv.h>

#include <mbedtls/ssl_cache.h>
#include <mbedtls/ssl_ticket.h>

#include "test.h"
#include "tls/compat.h"

enum { MOST_CONNECTIONS = 1024 };

struct tls_server {
    tls_server_options options;
    int listener, port;
    int stop_pipe[2];
    pthread_t acceptor;
    pthread_mutex_t lock; /* of all below */
    pthread_t threads[MOST_CONNECTIONS];
    int fds[MOST_CONNECTIONS]; /* -1 once closed */
    size_t count, requests, goodbyes;
    char name[128], client[128];
    bool has_flooded, reads_on;
    uint64_t sum;
    pthread_cond_t changed;
    mbedtls_ssl_ticket_context tickets; /* locked by mbedTLS */
    mbedtls_ssl_cache_context cache;
};

/* One connection, with a configuration of its own: contexts that threads share would need locks. */
typedef struct tls_connection {
    tls_server *server;
    size_t index;
    int fd;
    mbedtls_ssl_config config;
    mbedtls_ssl_context ssl;
    mbedtls_x509_crt certificate, client_root;
    mbedtls_pk_context key;
} tls_connection;

static int draw_random(void *context, unsigned char *bytes, size_t len)
{
    (void)context;
    return uv_random(NULL, NULL, bytes, len, 0, NULL);
}

static int give(void *context, unsigned char *bytes, size_t len)
{
    tls_connection *connection = context;
    ssize_t got = recv(connection->fd, bytes, len, 0);

    return got < 0 ? MBEDTLS_ERR_NET_RECV_FAILED : (int)got;
}

static int take(void *context, const unsigned char *bytes, size_t len)
{
    tls_connection *connection = context;
    ssize_t sent = send(connection->fd, bytes, connection->server->options.dribbles && len > 0 ? 1 : len, MSG_NOSIGNAL);

    return sent < 0 ? MBEDTLS_ERR_NET_SEND_FAILED : (int)sent;
}

/* ---- configuration -------------------------------------------------------------------------------------------- */

static int note_name(void *context, mbedtls_ssl_context *ssl, const unsigned char *name, size_t len)
{
    tls_server *server = ((tls_connection *)context)->server;

    (void)ssl;
    pthread_mutex_lock(&server->lock);
    snprintf(server->name, sizeof(server->name), "%.*s", (int)len, (const char *)name);
    pthread_mutex_unlock(&server->lock);
    return 0;
}

static void allow_old_version(mbedtls_ssl_config *config)
{
#if !WEFT__MBED_3
    mbedtls_ssl_conf_max_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_2);
#else
    (void)config;
#endif
}

static void configure_sessions(tls_connection *connection)
{
    tls_server *server = connection->server;

    switch (server->options.sessions) {
    case TLS_TICKETS:
        mbedtls_ssl_conf_session_tickets_cb(&connection->config, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse,
                                            &server->tickets);
        break;
    case TLS_SESSION_IDS:
        mbedtls_ssl_conf_session_cache(&connection->config, &server->cache, mbedtls_ssl_cache_get,
                                       mbedtls_ssl_cache_set);
        break;
    case TLS_NO_SESSIONS:
        break;
    }
}

/* The texts come from the caller: tls_file is not for threads. */
static bool configure(tls_connection *connection, const char *certificate, const char *key, const char *root)
{
    const tls_server_options *options = &connection->server->options;
    static const char *const default_protocols[] = {"http/1.1", NULL};
    static const char *other_protocols[2];
    mbedtls_ssl_config *config = &connection->config;
    size_t len = 0;
    bool read;
    char *pem;

    mbedtls_ssl_config_init(config);
    mbedtls_ssl_init(&connection->ssl);
    mbedtls_x509_crt_init(&connection->certificate);
    mbedtls_x509_crt_init(&connection->client_root);
    mbedtls_pk_init(&connection->key);
    if (!weft__mbed_start() ||
        mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0 ||
        mbedtls_x509_crt_parse_file(&connection->certificate, certificate) != 0 ||
        mbedtls_x509_crt_parse_file(&connection->client_root, root) != 0)
        return false;
    pem = test_read_file(key, &len);
    read = pem && weft__mbed_parse_key(&connection->key, pem, len + 1, NULL, draw_random) == 0;
    free(pem);
    if (!read)
        return false;
    mbedtls_ssl_conf_rng(config, draw_random, NULL);
    mbedtls_ssl_conf_sni(config, note_name, connection);
    if (options->protocol) {
        other_protocols[0] = options->protocol;
        mbedtls_ssl_conf_alpn_protocols(config, other_protocols);
    } else {
        mbedtls_ssl_conf_alpn_protocols(config, (const char **)(uintptr_t)default_protocols);
    }
    if (options->wants_client) {
        mbedtls_ssl_conf_ca_chain(config, &connection->client_root, NULL);
        mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
    }
    if (options->is_old)
        allow_old_version(config);
    configure_sessions(connection);
    if (mbedtls_ssl_conf_own_cert(config, &connection->certificate, &connection->key) != 0 ||
        mbedtls_ssl_setup(&connection->ssl, config) != 0)
        return false;
    mbedtls_ssl_set_bio(&connection->ssl, connection, take, give, NULL);
    return true;
}

/* ---- one connection ------------------------------------------------------------------------------------------- */

static void note_client(tls_connection *connection)
{
    tls_server *server = connection->server;
    const mbedtls_x509_crt *certificate = mbedtls_ssl_get_peer_cert(&connection->ssl);

    pthread_mutex_lock(&server->lock);
    server->client[0] = '\0';
    if (certificate)
        mbedtls_x509_dn_gets(server->client, sizeof(server->client), &certificate->subject);
    pthread_mutex_unlock(&server->lock);
}

static bool write_all(tls_connection *connection, const char *bytes, size_t len)
{
    while (len > 0) {
        int wrote = mbedtls_ssl_write(&connection->ssl, (const unsigned char *)bytes, len);

        if (wrote <= 0)
            return false;
        bytes += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

static void count(tls_server *server, size_t *counter)
{
    pthread_mutex_lock(&server->lock);
    ++*counter;
    pthread_mutex_unlock(&server->lock);
}

/* False at the end of the connection. */
static bool read_some(tls_connection *connection, char *text, size_t size, size_t *len)
{
    int got = mbedtls_ssl_read(&connection->ssl, (unsigned char *)text + *len, size - *len);

    if (got == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
        count(connection->server, &connection->server->goodbyes);
    if (got > 0)
        *len += (size_t)got;
    return got > 0;
}

static void set(tls_server *server, bool *flag)
{
    pthread_mutex_lock(&server->lock);
    *flag = true;
    pthread_cond_broadcast(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

static void wait_to_read(tls_server *server)
{
    pthread_mutex_lock(&server->lock);
    while (!server->reads_on)
        pthread_cond_wait(&server->changed, &server->lock);
    pthread_mutex_unlock(&server->lock);
}

static uint64_t add_up(uint64_t sum, uint64_t *place, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum += ++*place * (unsigned char)bytes[i];
    return sum;
}

/* One request, and its body, which is added up. */
static bool read_request(tls_connection *connection)
{
    char text[16384], body[16384];
    size_t len = 0, left = 0, piece;
    const char *head_end, *header;
    uint64_t sum = 0, place = 0;

    do {
        if (!read_some(connection, text, sizeof(text) - 1, &len))
            return false;
        text[len] = '\0';
    } while (!(head_end = strstr(text, "\r\n\r\n")));
    header = strstr(text, "Content-Length: ");
    if (header && header < head_end)
        left = strtoul(header + strlen("Content-Length: "), NULL, 10) - (len - (size_t)(head_end + 4 - text));
    sum = add_up(sum, &place, head_end + 4, len - (size_t)(head_end + 4 - text));
    if (connection->server->options.manner == TLS_READS_LATER)
        wait_to_read(connection->server);
    while (left > 0) {
        piece = 0;
        if (!read_some(connection, body, left < sizeof(body) ? left : sizeof(body), &piece))
            return false;
        sum = add_up(sum, &place, body, piece);
        left -= piece;
    }
    pthread_mutex_lock(&connection->server->lock);
    connection->server->sum = sum;
    pthread_mutex_unlock(&connection->server->lock);
    count(connection->server, &connection->server->requests);
    return true;
}

static bool write_answer(tls_connection *connection)
{
    const tls_server_options *options = &connection->server->options;
    size_t size = options->body_bytes ? options->body_bytes : 5;
    char head[160], body[16384];
    bool sized = options->manner != TLS_ENDS_ANSWER && options->manner != TLS_CUTS_ANSWER;

    memset(body, 'x', sizeof(body));
    memcpy(body, "hello", 5);
    if (options->redirects_to)
        snprintf(head, sizeof(head), "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: %zu\r\n\r\n",
                 options->redirects_to, size);
    else if (sized)
        snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n",
                 options->manner == TLS_CUTS_SHORT_ANSWER ? size + 10 : size);
    else
        snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n");
    if (!write_all(connection, head, strlen(head)))
        return false;
    while (size > 0) {
        size_t piece = size < sizeof(body) ? size : sizeof(body);

        if (!write_all(connection, body, piece))
            return false;
        size -= piece;
    }
    return true;
}

/* Warnings that a client ignores: "user_canceled". */
static bool flood_warnings(tls_connection *connection)
{
    for (size_t i = 0; i < connection->server->options.flood; i++)
        if (mbedtls_ssl_send_alert_message(&connection->ssl, MBEDTLS_SSL_ALERT_LEVEL_WARNING,
                                           MBEDTLS_SSL_ALERT_MSG_USER_CANCELED) != 0)
            return false;
    set(connection->server, &connection->server->has_flooded);
    return true;
}

static bool flood_records(tls_connection *connection)
{
    size_t flood = connection->server->options.flood;
    char head[128];

    snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", flood);
    if (!write_all(connection, head, strlen(head)))
        return false;
    for (size_t i = 0; i < flood; i++)
        if (!write_all(connection, "x", 1))
            return false;
    set(connection->server, &connection->server->has_flooded);
    return true;
}

/* What comes behind an answer goes out with it, in one segment. */
static bool write_answer_and_more(tls_connection *connection)
{
    int on = 1, off = 0;
    bool written;

    setsockopt(connection->fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
    written = write_answer(connection);
    if (connection->server->options.manner == TLS_BEGINS_RECORD)
        send(connection->fd, "\x17\x03\x03", 3, MSG_NOSIGNAL);
    else
        mbedtls_ssl_close_notify(&connection->ssl);
    setsockopt(connection->fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off));
    return written;
}

static bool answer(tls_connection *connection)
{
    switch (connection->server->options.manner) {
    case TLS_FLOODS_WARNINGS:
        return flood_warnings(connection) && write_answer(connection);
    case TLS_FLOODS_RECORDS:
        return flood_records(connection);
    case TLS_BEGINS_RECORD:
    case TLS_SAYS_GOODBYE:
        return write_answer_and_more(connection);
    default:
        return write_answer(connection);
    }
}

static void serve(tls_connection *connection)
{
    static const char garbage[] = "\x17\x03\x03\x00\x20thirty-two bytes that are garbage";

    while (read_request(connection)) {
        if (connection->server->options.manner == TLS_BREAKS_RECORD) {
            send(connection->fd, garbage, 5 + 32, MSG_NOSIGNAL);
            continue;
        }
        if (!answer(connection) || connection->server->options.manner == TLS_CUTS_ANSWER ||
            connection->server->options.manner == TLS_CUTS_SIZED_ANSWER ||
            connection->server->options.manner == TLS_CUTS_SHORT_ANSWER)
            return;
        if (connection->server->options.manner == TLS_ENDS_ANSWER) {
            mbedtls_ssl_close_notify(&connection->ssl);
            return;
        }
    }
}

static void flood_handshake(tls_connection *connection)
{
    static const char warning[] = "\x15\x03\x03\x00\x02\x01\x5a";
    enum { BYTES = sizeof(warning) - 1, AT_ONCE = 1000 };
    char many[BYTES * AT_ONCE];

    for (size_t i = 0; i < AT_ONCE; i++)
        memcpy(many + i * BYTES, warning, BYTES);
    for (size_t i = 0; i < connection->server->options.flood; i += AT_ONCE)
        if (send(connection->fd, many, sizeof(many), MSG_NOSIGNAL) <= 0)
            return;
    set(connection->server, &connection->server->has_flooded);
}

/* Until the client goes. */
static void listen_on(tls_connection *connection)
{
    char bytes[1024];

    while (recv(connection->fd, bytes, sizeof(bytes), 0) > 0)
        continue;
}

/* TLS 1.2, ECDHE-RSA with AES-128-GCM, no extensions. */
#define SERVER_HELLO                                                                                                   \
    "\x02\x00\x00\x26\x03\x03"                                                                                         \
    "01234567890123456789012345678901"                                                                                 \
    "\x00\xc0\x2f\x00"

static void say(tls_connection *connection, const char *bytes, size_t len)
{
    char hello[4096];

    recv(connection->fd, hello, sizeof(hello), 0);
    send(connection->fd, bytes, len, MSG_NOSIGNAL);
    listen_on(connection);
}

/* What needs no TLS. False: go on with it. */
static bool misbehave(tls_connection *connection)
{
    static const char plain[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    static const char banner[] = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";
    static const char split[] = "\x16\x03\x03\x00\x10"
                                "\x02\x00\x00\x26\x03\x03"
                                "0123456789";
    static const char bare[] = "\x16\x03\x03\x00\x2a" SERVER_HELLO "\x16\x03\x03\x00\x07"
                               "\x0b\x00\x00\x03\x00\x00\x00";
    struct linger at_once = {.l_onoff = 1};
    char bytes[1024];

    switch (connection->server->options.manner) {
    case TLS_RESETS_HANDSHAKE:
        recv(connection->fd, bytes, 1, 0);
        setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        return true;
    case TLS_ENDS_HANDSHAKE:
        recv(connection->fd, bytes, sizeof(bytes), 0);
        return true;
    case TLS_HOLDS_HANDSHAKE:
        listen_on(connection);
        return true;
    case TLS_IS_NONE:
        say(connection, banner, sizeof(banner) - 1);
        return true;
    case TLS_SPLITS_HANDSHAKE:
        say(connection, split, sizeof(split) - 1);
        return true;
    case TLS_LACKS_CERTIFICATE:
        say(connection, bare, sizeof(bare) - 1);
        return true;
    case TLS_FLOODS_HANDSHAKE:
        recv(connection->fd, bytes, sizeof(bytes), 0);
        flood_handshake(connection);
        listen_on(connection);
        return true;
    case TLS_IS_PLAIN:
        recv(connection->fd, bytes, sizeof(bytes), 0);
        send(connection->fd, plain, sizeof(plain) - 1, MSG_NOSIGNAL);
        return true;
    default:
        return false;
    }
}

static void *run_connection(void *arg)
{
    tls_connection *connection = arg;
    tls_server *server = connection->server;
    int result;

    if (!misbehave(connection)) {
        do
            result = mbedtls_ssl_handshake(&connection->ssl);
        while (result == MBEDTLS_ERR_SSL_WANT_READ || result == MBEDTLS_ERR_SSL_WANT_WRITE);
        if (result == 0) {
            note_client(connection);
            serve(connection);
        } else {
            /* Bytes that nobody reads would reset the connection, and take the alert with them. */
            shutdown(connection->fd, SHUT_WR);
            listen_on(connection);
        }
    }
    pthread_mutex_lock(&server->lock);
    server->fds[connection->index] = -1;
    close(connection->fd);
    pthread_mutex_unlock(&server->lock);
    mbedtls_ssl_free(&connection->ssl);
    mbedtls_ssl_config_free(&connection->config);
    mbedtls_x509_crt_free(&connection->certificate);
    mbedtls_x509_crt_free(&connection->client_root);
    mbedtls_pk_free(&connection->key);
    free(connection);
    return NULL;
}

/* ---- the server ----------------------------------------------------------------------------------------------- */

typedef struct server_files {
    char certificate[128], key[128], root[128];
} server_files;

static server_files name_files(const tls_server_options *options)
{
    server_files files = {.key = ""};
    char name[64];

    snprintf(name, sizeof(name), "%s.pem", options->certificate ? options->certificate : "good");
    snprintf(files.certificate, sizeof(files.certificate), "%s", tls_file(name));
    snprintf(name, sizeof(name), "%s.key", options->certificate ? options->certificate : "good");
    snprintf(files.key, sizeof(files.key), "%s", tls_file(name));
    snprintf(files.root, sizeof(files.root), "%s", tls_file("ca.pem"));
    return files;
}

static void start_connection(tls_server *server, const server_files *files, int fd)
{
    tls_connection *connection = calloc(1, sizeof(*connection));
    int on = 1, room = 1 << 20;

    if (!connection || server->count == MOST_CONNECTIONS) {
        free(connection);
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (server->options.flood > 0)
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    connection->server = server;
    connection->fd = fd;
    pthread_mutex_lock(&server->lock);
    connection->index = server->count;
    if (!configure(connection, files->certificate, files->key, files->root))
        fprintf(stderr, "tls_server: cannot configure a connection\n");
    server->fds[connection->index] = fd;
    if (pthread_create(&server->threads[connection->index], NULL, run_connection, connection) == 0)
        server->count++;
    pthread_mutex_unlock(&server->lock);
}

typedef struct accept_loop {
    tls_server *server;
    server_files files;
} accept_loop;

static void *run_acceptor(void *arg)
{
    accept_loop *acceptor = arg;
    tls_server *server = acceptor->server;
    struct pollfd polls[2] = {{.fd = server->listener, .events = POLLIN},
                              {.fd = server->stop_pipe[0], .events = POLLIN}};

    while (poll(polls, 2, -1) >= 0 && !polls[1].revents) {
        int fd = accept(server->listener, NULL, NULL);

        if (fd >= 0)
            start_connection(server, &acceptor->files, fd);
    }
    free(acceptor);
    return NULL;
}

static bool listen_somewhere(tls_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);

    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener < 0 || bind(server->listener, (struct sockaddr *)&address, len) != 0 ||
        listen(server->listener, 1024) != 0 || getsockname(server->listener, (struct sockaddr *)&address, &len) != 0 ||
        pipe(server->stop_pipe) != 0)
        return false;
    server->port = ntohs(address.sin_port);
    return true;
}

tls_server *tls_server_start(const tls_server_options *options)
{
    static const tls_server_options defaults;
    tls_server *server = calloc(1, sizeof(*server));
    accept_loop *acceptor = calloc(1, sizeof(*acceptor));

    if (!options)
        options = &defaults;
    if (!server || !acceptor || !tls_file("ca.pem") || !listen_somewhere(server)) {
        test_fail(__FILE__, __LINE__, "no TLS server");
        free(server);
        free(acceptor);
        return NULL;
    }
    server->options = *options;
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    weft__mbed_start();
    mbedtls_ssl_cache_init(&server->cache);
    mbedtls_ssl_ticket_init(&server->tickets);
    if (mbedtls_ssl_ticket_setup(&server->tickets, draw_random, NULL, MBEDTLS_CIPHER_AES_256_GCM, 86400) != 0)
        test_fail(__FILE__, __LINE__, "no tickets");
    acceptor->server = server;
    acceptor->files = name_files(options);
    if (pthread_create(&server->acceptor, NULL, run_acceptor, acceptor) != 0)
        test_fail(__FILE__, __LINE__, "no thread");
    return server;
}

void tls_server_stop(tls_server *server)
{
    if (!server)
        return;
    if (write(server->stop_pipe[1], "x", 1) != 1)
        abort();
    pthread_join(server->acceptor, NULL);
    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < server->count; i++)
        if (server->fds[i] >= 0)
            shutdown(server->fds[i], SHUT_RDWR);
    pthread_mutex_unlock(&server->lock);
    set(server, &server->reads_on);
    for (size_t i = 0; i < server->count; i++)
        pthread_join(server->threads[i], NULL);
    close(server->listener);
    close(server->stop_pipe[0]);
    close(server->stop_pipe[1]);
    mbedtls_ssl_cache_free(&server->cache);
    mbedtls_ssl_ticket_free(&server->tickets);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

int tls_server_port(const tls_server *server)
{
    return server->port;
}

const char *tls_server_url(const tls_server *server, const char *host)
{
    static char url[128];

    snprintf(url, sizeof(url), "https://%s:%d", host, server->port);
    return url;
}

static size_t read_count(tls_server *server, const size_t *count)
{
    size_t value;

    pthread_mutex_lock(&server->lock);
    value = *count;
    pthread_mutex_unlock(&server->lock);
    return value;
}

size_t tls_server_connections(tls_server *server)
{
    return read_count(server, &server->count);
}

size_t tls_server_requests(tls_server *server)
{
    return read_count(server, &server->requests);
}

size_t tls_server_goodbyes(tls_server *server)
{
    return read_count(server, &server->goodbyes);
}

bool tls_server_wait_for_flood(tls_server *server)
{
    struct timespec until;
    bool has_flooded;
    int status = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += test_is_slow() ? 200 : 20;
    pthread_mutex_lock(&server->lock);
    while (!server->has_flooded && status == 0)
        status = pthread_cond_timedwait(&server->changed, &server->lock, &until);
    has_flooded = server->has_flooded;
    pthread_mutex_unlock(&server->lock);
    if (!has_flooded)
        test_fail(__FILE__, __LINE__, "the server did not flood");
    return has_flooded;
}

void tls_server_read_on(tls_server *server)
{
    set(server, &server->reads_on);
}

uint64_t tls_server_last_sum(tls_server *server)
{
    uint64_t value;

    pthread_mutex_lock(&server->lock);
    value = server->sum;
    pthread_mutex_unlock(&server->lock);
    return value;
}

static const char *read_text(tls_server *server, const char *text, char copy[128])
{
    pthread_mutex_lock(&server->lock);
    memcpy(copy, text, 128);
    pthread_mutex_unlock(&server->lock);
    return copy;
}

const char *tls_server_last_name(tls_server *server)
{
    static char name[128];

    return read_text(server, server->name, name);
}

const char *tls_server_last_client(tls_server *server)
{
    static char client[128];

    return read_text(server, server->client, client);
}
