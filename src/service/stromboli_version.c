/* Which servers this client works with: semantic versions, and where one lies in the supported range. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weft/weft.h"

/* A run of text within the version string. */
typedef struct part {
    const char *ptr;
    size_t len;
} part;

typedef struct version {
    uint64_t numbers[3];
    part prerelease; /* without the hyphen; ptr NULL when there is none */
} version;

/* WEFT_STROMBOLI_API_VERSION_RANGE, as numbers. */
static const version lowest = {{0, 4, 0}, {"alpha", 5}}; /* and up */
static const version beyond = {{0, 5, 0}, {NULL, 0}};    /* and not */

static const char not_semantic[] = "invalid semantic version";

/* ---- Reading ----------------------------------------------------------------------------------------- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_identifier_byte(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '-';
}

/* One decimal number; false when there is none, or when it does not fit. Leading zeros are tolerated. */
static bool read_number(const char **at, uint64_t *ret_number)
{
    uint64_t number = 0;

    if (!is_digit(**at))
        return false;
    for (; is_digit(**at); ++*at) {
        unsigned digit = (unsigned)(**at - '0');

        if (number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return true;
}

/* One to three numbers between dots; those that are missing stay 0. */
static bool read_numbers(const char **at, uint64_t numbers[3])
{
    for (int i = 0; i < 3; i++) {
        if (!read_number(at, &numbers[i]))
            return false;
        if (**at != '.' || i == 2)
            break;
        ++*at;
    }
    return true;
}

/* Identifiers between dots, none of them empty. */
static bool read_identifiers(const char **at, part *ret_part)
{
    const char *start = *at;
    size_t len = 0;

    for (;; ++*at) {
        if (is_identifier_byte(**at)) {
            len++;
        } else if (len == 0) {
            return false;
        } else if (**at == '.') {
            len = 0;
        } else {
            break;
        }
    }
    *ret_part = (part){start, (size_t)(*at - start)};
    return true;
}

/* Cuts the first identifier off. */
static part next_identifier(part *rest)
{
    const char *dot = memchr(rest->ptr, '.', rest->len);
    part first = {rest->ptr, dot ? (size_t)(dot - rest->ptr) : rest->len};
    size_t used = first.len + (dot != NULL);

    rest->ptr += used;
    rest->len -= used;
    return first;
}

static bool is_numeric(part identifier)
{
    for (size_t i = 0; i < identifier.len; i++) {
        if (!is_digit(identifier.ptr[i]))
            return false;
    }
    return true;
}

static bool has_leading_zero(part prerelease)
{
    while (prerelease.len > 0) {
        part identifier = next_identifier(&prerelease);

        if (identifier.len > 1 && identifier.ptr[0] == '0' && is_numeric(identifier))
            return true;
    }
    return false;
}

/* NULL when `text` is a version, else what is wrong with it. */
static const char *read_version(const char *text, version *ret_version)
{
    const char *at = *text == 'v' ? text + 1 : text;
    part build;

    *ret_version = (version){0};
    if (!read_numbers(&at, ret_version->numbers))
        return not_semantic;
    if (*at == '-') {
        at++;
        if (!read_identifiers(&at, &ret_version->prerelease))
            return not_semantic;
    }
    if (*at == '+') {
        at++;
        if (!read_identifiers(&at, &build))
            return not_semantic;
    }
    if (*at)
        return not_semantic;
    return has_leading_zero(ret_version->prerelease) ? "version segment starts with 0" : NULL;
}

/* ---- Order ------------------------------------------------------------------------------------------- */

static int compare_bytes(part a, part b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* Numbers by value and below words; words by their bytes. */
static int compare_identifiers(part a, part b)
{
    bool a_numeric = is_numeric(a), b_numeric = is_numeric(b);

    if (a_numeric != b_numeric)
        return a_numeric ? -1 : 1;
    if (a_numeric && a.len != b.len)
        return a.len < b.len ? -1 : 1; /* neither has a leading zero */
    return compare_bytes(a, b);
}

static int compare_prereleases(part a, part b)
{
    if (!a.ptr || !b.ptr)
        return (a.ptr == NULL) - (b.ptr == NULL); /* a release is above its prereleases */
    while (a.len > 0 && b.len > 0) {
        int order = compare_identifiers(next_identifier(&a), next_identifier(&b));

        if (order)
            return order;
    }
    return (a.len > 0) - (b.len > 0);
}

static int compare_versions(const version *a, const version *b)
{
    for (int i = 0; i < 3; i++) {
        if (a->numbers[i] != b->numbers[i])
            return a->numbers[i] < b->numbers[i] ? -1 : 1;
    }
    return compare_prereleases(a->prerelease, b->prerelease);
}

/* ---- The public functions ---------------------------------------------------------------------------- */

weft_stromboli_compatibility_status weft_stromboli_check_compatibility(const char *server_version,
                                                                       weft_stromboli_compatibility *ret_compatibility)
{
    weft_stromboli_compatibility result = {
        .status = WEFT_STROMBOLI_COMPATIBILITY_STATUS_UNKNOWN,
        .server_version = server_version ? server_version : "",
        .client_version = WEFT_VERSION,
        .target_api_version = WEFT_STROMBOLI_API_VERSION,
        .supported_range = WEFT_STROMBOLI_API_VERSION_RANGE,
    };
    const char *complaint;
    version server;

    complaint = read_version(result.server_version, &server);
    if (!*result.server_version) {
        snprintf(result.message, sizeof(result.message), "server version is empty");
    } else if (complaint) {
        snprintf(result.message, sizeof(result.message), "could not parse server version \"%s\": %s",
                 result.server_version, complaint);
    } else {
        bool inside = compare_versions(&server, &lowest) >= 0 && compare_versions(&server, &beyond) < 0;

        result.status =
            inside ? WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE : WEFT_STROMBOLI_COMPATIBILITY_STATUS_INCOMPATIBLE;
        snprintf(result.message, sizeof(result.message), "server version %s is %scompatible with SDK (supports %s)",
                 result.server_version, inside ? "" : "not ", result.supported_range);
    }
    if (ret_compatibility)
        *ret_compatibility = result;
    return result.status;
}

bool weft_stromboli_is_compatible(const char *server_version)
{
    return weft_stromboli_check_compatibility(server_version, NULL) == WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE;
}

const char *weft_stromboli_compatibility_name(weft_stromboli_compatibility_status status)
{
    switch (status) {
    case WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE:
        return "compatible";
    case WEFT_STROMBOLI_COMPATIBILITY_STATUS_INCOMPATIBLE:
        return "incompatible";
    case WEFT_STROMBOLI_COMPATIBILITY_STATUS_UNKNOWN:
        break;
    }
    return "unknown";
}

void weft_stromboli_must_be_compatible(const char *server_version)
{
    weft_stromboli_compatibility result;

    weft_stromboli_check_compatibility(server_version, &result);
    if (result.status == WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE)
        return;
    fprintf(stderr, "stromboli: %s: %s\nweft %s supports API versions %s.\n",
            result.status == WEFT_STROMBOLI_COMPATIBILITY_STATUS_UNKNOWN ? "could not determine API compatibility"
                                                                         : "incompatible API version",
            result.message, result.client_version, result.supported_range);
    if (result.status == WEFT_STROMBOLI_COMPATIBILITY_STATUS_INCOMPATIBLE)
        fprintf(stderr, "Please upgrade weft or the Stromboli server.\n");
    abort();
}
