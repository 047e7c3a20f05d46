/* base/url.h - base URLs, absolute URLs and redirect targets, checked and taken apart.
 *
 * http and https, and HTTP over a Unix socket, which is written in one of two ways:
 *   unix:/run/stromboli.sock                       all after "unix:" is the socket's path, as it stands; a
 *   unix:///run/stromboli.sock                     leading "//" is dropped
 *   http+unix://%2Frun%2Fstromboli.sock/base/path  the escaped socket path stands for the host; a path
 * follows The path of a socket is absolute, and such a URL names the host localhost.
 *
 * A host is lower-cased, an IPv6 address takes its shortest form, a default port is left out, dot segments
 * are resolved and a fragment is dropped, so that equal texts mean equal places. What can be read in two ways
 * is refused: user names, numeric hosts that are no plain IPv4 address, spaces, controls, broken escapes.
 */
#ifndef WEFT_BASE_URL_H
#define WEFT_BASE_URL_H

#include "base/buffer.h"
#include "base/text.h"

enum { WEFT__URL_MAX_BYTES = 16384 };

enum {
    /* A service's base URL: may be a Unix socket, "//host" means http, slashes at the end of the path are
     * dropped ("" when nothing is left), and error texts speak of the base URL. */
    WEFT__URL_BASE = 1 << 0,
    /* A proxy's URL: may hold a user name and a password. */
    WEFT__URL_USERINFO = 1 << 1,
    /* May be an http+unix or unix URL without being a base URL. */
    WEFT__URL_SOCKET = 1 << 2
};

typedef enum weft__url_scheme { WEFT__URL_HTTP, WEFT__URL_HTTPS, WEFT__URL_UNIX } weft__url_scheme;

/* Every slice is NUL-terminated. */
typedef struct weft__url {
    char *memory; /* owned: holds what the slices show */
    size_t memory_size;
    weft__url_scheme scheme;
    uint16_t port;        /* 80 for a Unix socket */
    weft_str origin;      /* "https://example.com:8443", "http://[::1]", "unix:/run/x.sock": a key to pool by */
    weft_str authority;   /* the Host header: "example.com:8443", "[::1]", "localhost" */
    weft_str host;        /* without brackets, to resolve and to check a certificate; a final dot is kept */
    weft_str socket_path; /* NULL unless a Unix socket */
    weft_str path;        /* escaped, begins with '/'; may be "" only for WEFT__URL_BASE */
    weft_str query;       /* escaped, without '?'; NULL when there was none */
    weft_str userinfo;    /* escaped; NULL when there was none. A secret */
} weft__url;

typedef struct weft__url_error {
    bool no_memory;
    char text[224]; /* for people: `unsupported URL scheme "ftp" (use http or https)`; holds no secret */
} weft__url_error;

/* Writes `ret_url` only on success, `ret_error` only on failure. The text need not outlive the call. */
bool weft__url_parse(weft__heap *heap, weft_str text, unsigned flags, weft__url *ret_url, weft__url_error *ret_error);
/* What `reference`, a Location header or a request target, means when it was received for `base`: RFC 3986,
 * section 5.2. A reference on its own never leads to a Unix socket; a relative one stays on it. */
bool weft__url_resolve(weft__heap *heap, const weft__url *base, weft_str reference, weft__url *ret_url,
                       weft__url_error *ret_error);
/* Harmless on a zeroed URL. */
void weft__url_deinit(weft__heap *heap, weft__url *url);

/* Same scheme, host and port, or same socket: credentials may go there. */
static inline bool weft__url_same_origin(const weft__url *a, const weft__url *b)
{
    return weft__text_equal(a->origin, b->origin);
}

#endif
