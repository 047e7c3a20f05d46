/* test/support/exact_bytes.h - whole requests, compared byte for byte with what a contract shows.
 *
 * Two things in a request differ from run to run, and are written HOST and BOUNDARY in what is expected: where the
 * server listens, and what separates the parts of a form.
 */
#ifndef WEFT_TEST_EXACT_BYTES_H
#define WEFT_TEST_EXACT_BYTES_H

#include "fault_server.h"
#include "test.h"

#include <stdio.h>

#include "weft/weft.h"

#ifdef WEFT_HAVE_ZLIB
#define EXACT_ENCODING "gzip"
#else
#define EXACT_ENCODING "identity"
#endif
/* What every request begins with. */
#define EXACT_FIRST(line) line " HTTP/1.1\r\nHost: HOST\r\nUser-Agent: weft/" WEFT_VERSION "\r\n"

/* Appends `expected`, with every `word` in it replaced. */
static inline void exact_replace(char *text, size_t size, const char *expected, const char *word, const char *by)
{
    size_t used = 0;

    for (const char *found; (found = strstr(expected, word)); expected = found + strlen(word))
        used += (size_t)snprintf(text + used, size - used, "%.*s%s", (int)(found - expected), expected, by);
    snprintf(text + used, size - used, "%s", expected);
}

/* Whether the server's last request was exactly this; fails the test otherwise. */
static inline bool sent_exactly(const fault_server *server, const char *expected)
{
    const char *request = fault_server_request(server, fault_server_request_count(server) - 1, NULL);
    const char *boundary = request ? strstr(request, "boundary=") : NULL;
    char separator[128] = "", whole[4096], text[4096];
    bool same;

    if (boundary)
        snprintf(separator, sizeof(separator), "%.*s", (int)strcspn(boundary + 9, "\r"), boundary + 9);
    exact_replace(whole, sizeof(whole), expected, "HOST", fault_server_url(server) + strlen("http://"));
    exact_replace(text, sizeof(text), whole, "BOUNDARY", separator);
    same = request && strcmp(request, text) == 0;
    if (!same)
        test_fail(__FILE__, __LINE__, "sent:\n%s\nexpected:\n%s", request ? request : "nothing", text);
    return same;
}

#endif
