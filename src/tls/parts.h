/* tls/parts.h - what the files of this folder share among themselves. */
#ifndef WEFT_TLS_PARTS_H
#define WEFT_TLS_PARTS_H

#include "tls/tls.h"
#include "tls/compat.h"
#include "loop/work.h"

enum {
    WEFT__TLS_RECORD_HEADER = 5,
    WEFT__TLS_RECORD_MAX = 16384 + 2048, /* of a protected record, by RFC 5246; mbedTLS makes and takes smaller ones */
    WEFT__TLS_PLAIN_BYTES = 16384,       /* the most of one record */
    WEFT__TLS_SEALED_BYTES = 4 * (16384 + 512),
    WEFT__TLS_HANDSHAKE_OUT = 4096,
};
_Static_assert((int)WEFT__TLS_RECORD_MAX <= UINT16_MAX, "what is left of a record is counted in 16 bits");
_Static_assert((int)WEFT__TLS_SEALED_BYTES > 2 * (int)WEFT__TLS_RECORD_MAX,
               "a full record, and the one it was cut from");

/* Certificates that servers are trusted by. Read by the pool while a handshake is there: never changed. */
typedef struct weft__tls_trust {
    weft__heap *heap; /* borrowed */
    uint32_t refs;
    mbedtls_x509_crt chain;
} weft__tls_trust;

/* The system's, read when first wanted; NULL with `*ret_error` filled. Both give a reference. */
weft__tls_trust *weft__tls_trust_system(weft__tls_store *store, weft_error_info *ret_error);
/* Out of PEM texts; either may be NULL. */
weft__tls_trust *weft__tls_trust_new(weft__tls_store *store, const char *file, const char *pem,
                                     weft_error_info *ret_error);
void weft__tls_trust_unref(weft__tls_trust *trust);
/* The first of `places` that can be read; `override` alone when it is not empty. NULL with `*ret_error` filled. */
const char *weft__tls_trust_find(const char *override, const char *const *places, weft_error_info *ret_error);

/* A PEM file as text, to be wiped and freed with weft__tls_text_free; NULL with an error that begins with `field`. */
char *weft__tls_read_file(weft__heap *heap, const char *field, const char *path, weft_error_info *ret_error);
void weft__tls_text_free(weft__heap *heap, char *text);
/* Fills the error and returns NULL, for one-line refusals. */
void *weft__tls_refuse(weft_error_info *ret_error, weft_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

struct weft__tls_config {
    weft__tls_store *store; /* borrowed */
    uint32_t refs;
    weft__tls_trust *trust; /* referenced; NULL when nothing is verified */
    mbedtls_ssl_config ssl;
    mbedtls_x509_crt certificate; /* the client's own */
    mbedtls_pk_context key;
    unsigned char (*pins)[32]; /* owned */
    size_t pins_count;
    char *server_name; /* owned; NULL = the URL's host */
    bool verifies;
    bool resumes;
};

/* What became of checking the server's certificate. Written where the handshake runs, which may be the pool. */
typedef struct weft__tls_verdict {
    const weft__tls_peer *peer; /* referenced by the connection */
    bool seen;                  /* the server's own certificate was looked at */
    bool pinned;                /* its key is one of the pins, or there are none */
    bool self_signed;
    int depth;            /* of the certificate that the texts are about; 0 = the server's own */
    uint32_t flags;       /* of all certificates */
    uint32_t depth_flags; /* of that one */
    mbedtls_x509_time from, to;
    int64_t good_until; /* of the server's own, in seconds since 1970 */
    char names[112];    /* that the server's certificate is for, when it is not for this peer */
    char issuer[64];    /* common name, or what else there is */
    char subject[48];
    char pin[48]; /* of the server's key, in base64 */
} weft__tls_verdict;

/* For mbedtls_ssl_set_verify; `context` is a verdict. */
int weft__tls_verify(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags);
void weft__tls_explain_certificate(const weft__tls_verdict *verdict, uint32_t flags, weft__failure *ret_failure);

typedef struct weft__tls_session weft__tls_session;

struct weft__tls_peer {
    weft__tls_config *config; /* referenced */
    uint32_t refs;
    char *key;  /* owned: "example.com:443", what sessions are kept by */
    char *name; /* owned: to ask for and to check; without a final dot */
    unsigned char address[16];
    size_t address_len;   /* 0: `name` is a name, not an address */
    weft__tls *leader;    /* the handshake whose session others wait for */
    weft__list followers; /* of weft__tls_handshake */
    weft__timer patience;
    bool never_resumes; /* its last full handshake gave no session: nobody waits for one */
};

/* Whether a session was set up to be resumed. */
bool weft__tls_session_offer(weft__tls *tls);
/* The handshake is over, or a ticket came: keeps the session for the next connections. */
void weft__tls_session_keep(weft__tls *tls);
/* The offered one was refused. */
void weft__tls_session_drop(weft__tls *tls);
/* Whether the handshake now waits for another one's session. */
bool weft__tls_session_await(weft__tls *tls);
/* The handshake is over, in whatever way: those that waited for it go on. */
void weft__tls_session_lead_over(weft__tls *tls, bool succeeded);
void weft__tls_sessions_forget(weft__tls_store *store, const weft__tls_config *config);

typedef struct weft__tls_handshake {
    weft__link link; /* in one of the store's queues, or among its peer's followers */
    weft__work work;
    weft__tls *tls;                                      /* its owner */
    void (*wake)(struct weft__tls_handshake *handshake); /* has it go on: who waited for a session is told by this */
    unsigned char *in;                                   /* owned: received and not yet taken by mbedTLS */
    size_t in_at, in_len, in_cap;
    size_t record_left; /* bytes of the record that mbedTLS is taking */
    size_t out_at, out_len;
    int result; /* of the last step */
    bool set_up;
    bool on_pool;
    bool abandoned; /* closed while on the pool: the pool's end frees everything */
    bool ended;     /* the server sends no more */
    bool starved;   /* nothing can be done before a record has come */
    bool patient;   /* has waited for another's session, and does not do so again */
    bool offered;   /* a session */
    bool alerted;   /* the server refused, for the reason: */
    unsigned char alert;
    bool plain_http; /* it answered in HTTP */
    bool no_record;  /* or in something else that is no TLS */
    bool is_split;   /* the record taken last ends in the middle of a message */
    bool is_bare;    /* a record had a list of no certificates */
    weft__tls_verdict verdict;
    unsigned char out[WEFT__TLS_HANDSHAKE_OUT];
} weft__tls_handshake;

/* Begins, in a turn of the loop. NULL when out of memory. */
weft__tls_handshake *weft__tls_handshake_new(weft__tls *tls);
/* Something has changed: the handshake goes on in the loop's next turn. */
void weft__tls_handshake_wake(weft__tls_handshake *handshake);
/* Frees it, and with it `tls` when that is all that is left to do; false when the pool will do it. */
bool weft__tls_handshake_end(weft__tls_handshake *handshake);

/* GOING, then one of the others; ENDED, the server's goodbye, leaves writing possible, and so may become BROKEN. In
 * order: beyond ENDED nothing can be sent. */
typedef enum weft__tls_end {
    WEFT__TLS_GOING,
    WEFT__TLS_ENDED,  /* close_notify */
    WEFT__TLS_CUT,    /* the end of the connection without it */
    WEFT__TLS_RESET,  /* the socket failed, with `problem` */
    WEFT__TLS_BROKEN, /* a fatal error, `problem`: the context is touched no more */
} weft__tls_end;

/* One for each connection, open for hours: what only a handshake needs is in that. */
struct weft__tls {
    weft__tls_peer *peer; /* referenced */
    weft__socket *socket; /* borrowed */
    const weft__tls_events *events;
    void *owner;
    weft__task again;               /* tells of `more` */
    weft__tls_handshake *handshake; /* owned; NULL once open */
    unsigned char *in;              /* owned: received and not yet taken by mbedTLS; else NULL */
    unsigned char *out;             /* owned: what the socket did not take; else NULL */
    uint32_t in_at, in_len;
    uint32_t out_at, out_len;
    int problem; /* mbedTLS's code, or a negative errno */
    uint8_t end; /* weft__tls_end */
    bool resumed;
    bool heard;           /* the server has sent something since the handshake */
    bool drained;         /* the socket has nothing more, within one weft__tls_receive */
    uint8_t header_len;   /* bytes taken of a record's header */
    uint8_t length_high;  /* the one taken last */
    uint16_t record_left; /* bytes of a record that are not taken yet */
    mbedtls_ssl_context ssl;
};

static inline weft__tls_store *weft__tls_store_of(const weft__tls *tls)
{
    return tls->peer->config->store;
}

/* The handshake succeeded: `rest` was received behind it, and is taken. */
void weft__tls_enter_open(weft__tls *tls, unsigned char *rest, size_t at, size_t len);
/* The one way to an end, which only a worse one may follow: BROKEN, after the server's own. */
void weft__tls_stop(weft__tls *tls, weft__tls_end end, int problem);
void weft__tls_free(weft__tls *tls);
/* Why the handshake failed: mbedTLS's code; or the socket's, 0 being its end. */
void weft__tls_explain_handshake(const weft__tls *tls, int result, weft__failure *ret_failure);
void weft__tls_explain_loss(const weft__tls *tls, int status, weft__failure *ret_failure);

struct weft__tls_store {
    weft__loop *loop;         /* borrowed */
    weft__tls_config *preset; /* referenced: of clients without options; NULL until the first of them */
    weft__tls_trust *system;  /* referenced; NULL until it is first wanted */
    weft__list sessions;      /* of weft__tls_session, the most recently used first */
    uint32_t session_count;
    weft__list waiting; /* handshakes that want a turn of the loop */
    weft__task turn;
    weft__list heavy;        /* handshakes that want the pool */
    bool working;            /* one of them is there */
    unsigned char *received; /* owned, for all, one at a time: ciphertext; WEFT__READ_BUFFER_BYTES */
    size_t received_at, received_len;
    uint32_t records_left; /* that may yet be taken, within one weft__tls_receive */
    unsigned char *sealed; /* owned, likewise: records to send */
    size_t sealed_len;
    unsigned char *plain; /* owned, likewise: the parts of a request as one */
};

/* The system's random numbers: safe on any thread, and after a fork. */
int weft__tls_random(void *context, unsigned char *bytes, size_t len);

#endif
