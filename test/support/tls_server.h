/* test/support/tls_server.h - an HTTPS server in threads of the test program, correct or faulty by option.
 *
 * Beside the test's loop, not on it: what a server's half of the arithmetic costs must not count as a stall of the
 * client's loop. Keys and certificates are made at run time, once per program, by certificates.sh.
 */
#ifndef WEFT_TEST_TLS_SERVER_H
#define WEFT_TEST_TLS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum tls_manner {
    TLS_ANSWERS,           /* 200 with `body_bytes` of body, and the connection stays */
    TLS_ENDS_ANSWER,       /* without a length: the end of the connection, with close_notify, ends the body */
    TLS_CUTS_ANSWER,       /* the same without close_notify */
    TLS_CUTS_SIZED_ANSWER, /* with a length, whole, but then the connection ends without close_notify */
    TLS_CUTS_SHORT_ANSWER, /* with a length that does not come */
    TLS_BREAKS_RECORD,     /* answers the request with a record that nobody has sealed */
    TLS_RESETS_HANDSHAKE,  /* RST when the client's first message has come */
    TLS_ENDS_HANDSHAKE,    /* FIN likewise */
    TLS_HOLDS_HANDSHAKE,   /* says nothing, ever */
    TLS_IS_PLAIN,          /* speaks HTTP without TLS */
    TLS_IS_NONE,           /* speaks no TLS and no HTTP */
    TLS_SPLITS_HANDSHAKE,  /* answers with the beginning of a message that fills its record */
    TLS_LACKS_CERTIFICATE, /* says hello, and shows a list of no certificates */
    TLS_FLOODS_HANDSHAKE,  /* answers with `flood` warnings in the clear, and nothing else */
    TLS_FLOODS_WARNINGS,   /* `flood` warnings ahead of each answer */
    TLS_FLOODS_RECORDS,    /* a body of `flood` bytes, each in a record of its own */
    TLS_BEGINS_RECORD,     /* behind each answer, and with it, come three bytes of another record */
    TLS_SAYS_GOODBYE,      /* behind each answer, and with it, comes close_notify; the connection stays */
    TLS_READS_LATER,       /* reads no body before tls_server_read_on */
} tls_manner;

typedef enum tls_sessions { TLS_TICKETS, TLS_SESSION_IDS, TLS_NO_SESSIONS } tls_sessions;

typedef struct tls_server_options {
    const char *certificate; /* of tls_file's names; NULL = "good" */
    tls_manner manner;
    tls_sessions sessions;
    bool wants_client;        /* asks for a client certificate of ca.pem, and refuses to go on without */
    bool dribbles;            /* sends one byte at a time */
    bool is_old;              /* TLS 1.1 at the most; only with mbedTLS 2.28 */
    const char *protocol;     /* the only one that it speaks by ALPN; NULL = "http/1.1" */
    size_t body_bytes;        /* 0 = "hello" */
    size_t flood;             /* of the manners that flood */
    const char *redirects_to; /* a Location for each answer; NULL = none */
} tls_server_options;

typedef struct tls_server tls_server;

/* NULL, with the test failed, when it cannot be made. */
tls_server *tls_server_start(const tls_server_options *options);
void tls_server_stop(tls_server *server);

/* https://HOST:PORT; static. */
const char *tls_server_url(const tls_server *server, const char *host);
int tls_server_port(const tls_server *server);
size_t tls_server_connections(tls_server *server);
size_t tls_server_requests(tls_server *server);
/* Connections that ended with the client's close_notify. */
size_t tls_server_goodbyes(tls_server *server);
/* Stands still until all of a flood has been handed to the system, which holds some 200 KiB for a client that does not
 * read: nothing of it is read meanwhile. False, with the test failed, when that takes too long. */
bool tls_server_wait_for_flood(tls_server *server);
/* For TLS_READS_LATER. */
void tls_server_read_on(tls_server *server);
/* The sum of all bytes of the last request's body, each times its place from 1 on, modulo 2^64. */
uint64_t tls_server_last_sum(tls_server *server);
/* What the last client asked for by SNI, "" for nothing, and the common name of its certificate. Static. */
const char *tls_server_last_name(tls_server *server);
const char *tls_server_last_client(tls_server *server);

/* The path of a file that certificates.sh has made, as "ca.pem"; static, eight of them at a time. NULL, with the test
 * failed, when there are none. */
const char *tls_file(const char *name);
/* Its text without newlines at the end; static. */
const char *tls_file_text(const char *name);

#endif
