/* weft/tls.h - how a client's https is secured. */
#ifndef WEFT_TLS_H
#define WEFT_TLS_H

#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Versions of the protocol. Anything older than 1.2 is never spoken. */
typedef enum weft_tls_version {
    WEFT_TLS_VERSION_1_2 = 12, /**< TLS 1.2, the least that is spoken */
    WEFT_TLS_VERSION_1_3 = 13  /**< needs an mbedTLS of 3.6 or later: WEFT_E_UNSUPPORTED otherwise */
} weft_tls_version;

/**
 * How the servers of one client are checked, and who the client is to them. All zero, as no options at all, means: the
 * system's certificates, no client certificate, TLS 1.2 or newer. A server's name is always sent and always checked,
 * against the certificate's subjectAltName: a common name does not count (RFC 9525). For an address in the URL the
 * certificate has to name that address.
 *
 * Memory:  all is copied, and files are read, when the client is made; later changes to files are not seen. mbedTLS
 *          allocates by itself, not from the engine's allocator: about 37 KB a connection.
 * Threads: the heavy part of a handshake runs on libuv's thread pool, one handshake of an engine at a time.
 * Sharing: clients with options never share connections or sessions with others; clients without do.
 * System:  its certificates are read once per engine, by the first client that needs them, from the file that
 *          SSL_CERT_FILE in the environment names, or from where Debian, Ubuntu, Arch, Alpine, Fedora, openSUSE, the
 *          BSDs and macOS keep theirs. When there is none, making the client fails with WEFT_E_FILE.
 */
typedef struct weft_tls_options {
    const char *ca_file;      /**< PEM: the certificates to trust, in place of the system's */
    const char *ca_pem;       /**< the same as text; with `ca_file` both are trusted */
    const char *cert_file;    /**< PEM: the client's certificate, followed by those between it and its root */
    const char *cert_pem;     /**< the same as text; not with `cert_file` */
    const char *key_file;     /**< PEM: the private key of that certificate */
    const char *key_pem;      /**< the same as text; not with `key_file` */
    const char *key_password; /**< when the key is encrypted; not kept */
    const char *const *pins;  /**< the server's key has to be one of these, besides all else: SHA-256 of its
                                   SubjectPublicKeyInfo, in base64 ("sha256/" before it is fine) or in hex */
    size_t pins_count;
    const char *server_name;      /**< the name to ask for and to check, in place of the URL's host */
    weft_tls_version min_version; /**< 0 = WEFT_TLS_VERSION_1_2 */
    bool no_session_resumption;   /**< every connection makes a full handshake, at a hundred times the cost */
    /** Accepts any certificate of anybody: whoever is on the way can read and change everything. Logged as a warning.
     *  `pins` still hold. */
    bool insecure_skip_verify_of_server_certificates;
} weft_tls_options;

#ifdef __cplusplus
}
#endif

#endif
