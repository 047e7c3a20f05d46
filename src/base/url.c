#include "base/url.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "base/assert.h"
#include "base/url_parts.h"

enum { HOST_SIZE = 256, SOCKET_PATH_SIZE = 108 }; /* sockaddr_un holds 107 bytes and a NUL */

/* A URL on its way: slices of the text, and what has been made of them. */
typedef struct parser {
    weft__heap *heap;
    unsigned flags;
    weft__url_error *error;
    weft_str text; /* all of it */
    weft__url_scheme scheme;
    weft__url_parts parts;
    weft_str userinfo;
    bool is_ipv6;
    uint16_t port;
    char host[HOST_SIZE];
    char socket_path[SOCKET_PATH_SIZE];
} parser;

static bool fail(parser *p, const char *why)
{
    p->error->no_memory = false;
    snprintf(p->error->text, sizeof(p->error->text), "invalid %sURL: %s", p->flags & WEFT__URL_BASE ? "base " : "",
             why);
    return false;
}

static bool fail_no_host(parser *p)
{
    p->error->no_memory = false;
    snprintf(p->error->text, sizeof(p->error->text), "%sURL must include host",
             p->flags & WEFT__URL_BASE ? "base " : "");
    return false;
}

/* Mostly a host and a port, or the path of a socket, without what says which of the two it is. */
static bool fail_no_scheme(parser *p)
{
    const bool is_base = p->flags & WEFT__URL_BASE;
    const char *prefix;
    weft_str rest;
    int len;

    p->error->no_memory = false;
    len =
        snprintf(p->error->text, sizeof(p->error->text), "%sURL must include host: it must begin with %s",
                 is_base ? "base " : "", is_base ? "http://, https://, unix:/ or http+unix://" : "http:// or https://");
    prefix = weft__url_guess_prefix(p->text, &rest);
    if (prefix && (is_base || strcmp(prefix, "unix:") != 0))
        snprintf(p->error->text + len, sizeof(p->error->text) - (size_t)len, ", as in \"%s%.*s\"", prefix,
                 (int)rest.len, rest.ptr);
    return false;
}

static bool fail_scheme(parser *p, weft_str scheme)
{
    p->error->no_memory = false;
    snprintf(p->error->text, sizeof(p->error->text), "unsupported URL scheme \"%.*s\" (use http or https)",
             scheme.len < 32 ? (int)scheme.len : 32, scheme.ptr);
    return false;
}

static bool fail_memory(weft__url_error *error)
{
    error->no_memory = true;
    snprintf(error->text, sizeof(error->text), "out of memory");
    return false;
}

static bool check_bytes(parser *p, weft_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];

        if (byte <= 0x20 || byte == 0x7F)
            return fail(p, "it holds a space or a control character");
    }
    return true;
}

static bool set_socket_path(parser *p, weft_str path)
{
    if (path.len == 0 || path.ptr[0] != '/')
        return fail(p, "the path of a Unix socket must begin with a slash");
    if (path.len >= sizeof(p->socket_path))
        return fail(p, "the path of a Unix socket is longer than 107 bytes");
    memcpy(p->socket_path, path.ptr, path.len);
    p->socket_path[path.len] = '\0';
    if (strlen(p->socket_path) != path.len || weft__text_has_control(p->socket_path))
        return fail(p, "the path of a Unix socket holds a control character");
    p->scheme = WEFT__URL_UNIX;
    p->port = 80;
    strcpy(p->host, "localhost");
    return true;
}

/* The authority of an http+unix URL: the socket's path, escaped. */
static bool parse_escaped_socket_path(parser *p)
{
    weft__buffer path;
    bool ok;

    weft__buffer_init(&path, p->heap, WEFT__URL_MAX_BYTES);
    ok = weft__text_append_unescaped(&path, p->parts.authority.ptr, p->parts.authority.len);
    if (ok)
        ok = set_socket_path(p, (weft_str){path.data, path.len});
    else if (path.failed)
        fail_memory(p->error);
    else
        fail(p, "a % is not followed by two hex digits");
    weft__buffer_deinit(&path);
    return ok;
}

static bool parse_port(parser *p, weft_str text)
{
    uint64_t port;

    p->port = p->scheme == WEFT__URL_HTTPS ? 443 : 80;
    if (text.len == 0)
        return true;
    if (!weft__text_parse_uint64(text.ptr, text.len, &port) || port == 0 || port > 65535)
        return fail(p, "the port is not a number from 1 to 65535");
    p->port = (uint16_t)port;
    return true;
}

static bool parse_ipv6(parser *p, weft_str text)
{
    struct in6_addr address;

    if (memchr(text.ptr, '%', text.len))
        return fail(p, "an IPv6 address with a zone is not supported");
    if (text.len < sizeof(p->host)) {
        memcpy(p->host, text.ptr, text.len);
        p->host[text.len] = '\0';
        if (inet_pton(AF_INET6, p->host, &address) == 1 && inet_ntop(AF_INET6, &address, p->host, sizeof(p->host))) {
            p->is_ipv6 = true;
            return true;
        }
    }
    return fail(p, "what stands in brackets is not an IPv6 address");
}

/* Resolvers read 127.1, 2130706433 and 0x7f.1 as addresses, other readers as names: only a.b.c.d is clear. */
static bool check_numeric_host(parser *p)
{
    const char *dot = strrchr(p->host, '.'), *last = dot ? dot + 1 : p->host;
    struct in_addr address;
    bool is_hex = last[0] == '0' && last[1] == 'x';

    if (!is_hex && (last[0] == '\0' || last[strspn(last, "0123456789")] != '\0'))
        return true;
    if (inet_pton(AF_INET, p->host, &address) != 1)
        return fail(p, "a numeric host must be four decimal numbers");
    return true;
}

static bool parse_host_name(parser *p, weft_str text)
{
    size_t label = 0; /* length of the label under way */

    if (text.len > 253)
        return fail(p, "the host name is too long");
    for (size_t i = 0; i < text.len; i++) {
        char byte = weft__text_lower(text.ptr[i]);

        if ((unsigned char)byte >= 0x80)
            return fail(p, "a host name outside ASCII must be given in its xn-- form");
        if (byte != '.' && byte != '-' && byte != '_' && !weft__text_is_letter(byte) && !weft__text_is_digit(byte))
            return fail(p, "the host name holds a character that none may hold");
        if (byte == '.' && label == 0)
            return fail(p, "the host name has an empty part");
        label = byte == '.' ? 0 : label + 1;
        if (label > 63)
            return fail(p, "a part of the host name is longer than 63 bytes");
        p->host[i] = byte;
    }
    p->host[text.len] = '\0';
    return check_numeric_host(p);
}

static bool parse_userinfo(parser *p)
{
    const char *end = p->parts.authority.ptr + p->parts.authority.len, *host = end;

    while (host > p->parts.authority.ptr && host[-1] != '@')
        host--;
    if (host == p->parts.authority.ptr)
        return true;
    if (!(p->flags & WEFT__URL_USERINFO))
        return fail(p, "a user name or password in it is not accepted");
    p->userinfo = weft__url_slice(p->parts.authority.ptr, host - 1);
    p->parts.authority = weft__url_slice(host, end);
    return true;
}

static bool parse_authority(parser *p)
{
    const char *end, *colon;

    if (!parse_userinfo(p))
        return false;
    if (p->parts.authority.len == 0)
        return fail_no_host(p);
    end = p->parts.authority.ptr + p->parts.authority.len;
    if (p->parts.authority.ptr[0] == '[') {
        const char *bracket = weft__url_find(p->parts.authority, "]");

        colon = bracket < end ? bracket + 1 : end;
        if (bracket == end || (colon < end && *colon != ':'))
            return fail(p, "the brackets around an IPv6 address do not match");
        if (!parse_ipv6(p, weft__url_slice(p->parts.authority.ptr + 1, bracket)))
            return false;
    } else {
        colon = weft__url_find(p->parts.authority, ":");
        if (colon < end && memchr(colon + 1, ':', (size_t)(end - colon - 1)))
            return fail(p, "an IPv6 address must stand in brackets");
        if (colon == p->parts.authority.ptr)
            return fail_no_host(p);
        if (!parse_host_name(p, weft__url_slice(p->parts.authority.ptr, colon)))
            return false;
    }
    return parse_port(p, colon < end ? weft__url_slice(colon + 1, end) : weft__url_slice(end, end));
}

/* Bytes that RFC 3986 has no place for, but that people and servers write. */
static bool needs_escape(char byte)
{
    return (unsigned char)byte >= 0x80 || (byte && strchr("\"<>\\^`{|}", byte));
}

static size_t escaped_len(weft_str text)
{
    size_t len = text.len;

    for (size_t i = 0; i < text.len; i++)
        if (needs_escape(text.ptr[i]))
            len += 2;
    return len;
}

static bool check_escapes(parser *p)
{
    const weft_str path = p->parts.path;

    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '%' && (path.len - i < 3 || weft__text_hex_value(path.ptr[i + 1]) < 0 ||
                                   weft__text_hex_value(path.ptr[i + 2]) < 0))
            return fail(p, "a % is not followed by two hex digits");
    return true;
}

/* Writes `text` and a NUL at the cursor and moves it behind them. */
static weft_str put(char **cursor, weft_str text)
{
    weft_str str = {*cursor, text.len};

    if (text.len)
        memcpy(*cursor, text.ptr, text.len);
    (*cursor)[text.len] = '\0';
    *cursor += text.len + 1;
    return str;
}

static weft_str put_escaped(char **cursor, weft_str text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *start = *cursor, *to = start;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];

        if (needs_escape(text.ptr[i])) {
            *to++ = '%';
            *to++ = digits[byte >> 4];
            *to++ = digits[byte & 15];
        } else {
            *to++ = text.ptr[i];
        }
    }
    *to = '\0';
    *cursor = to + 1;
    return weft__url_slice(start, to);
}

/* RFC 3986, section 5.2.4, in place, on a path that is empty or begins with a slash. Returns the new length. */
static size_t remove_dot_segments(char *path, size_t len)
{
    size_t to = 0, from = 0;

    WEFT__ASSERT(len == 0 || path[0] == '/');
    while (from < len) {
        WEFT__ASSERT(path[from] == '/' && to <= from);
        size_t end = from + 1, length;

        while (end < len && path[end] != '/')
            end++;
        length = end - from - 1;
        if (length > 2 || length == 0 || memcmp(path + from + 1, "..", length) != 0) {
            memmove(path + to, path + from, end - from);
            to += end - from;
        } else {
            while (length == 2 && to > 0 && path[--to] != '/')
                ;
            if (end == len)
                path[to++] = '/';
        }
        from = end;
    }
    return to;
}

static weft_str put_path(char **cursor, weft_str path, bool is_base)
{
    char *start = *cursor;
    size_t len = remove_dot_segments(start, put_escaped(cursor, path).len);

    while (is_base && len > 0 && start[len - 1] == '/')
        len--;
    if (!is_base && len == 0)
        start[len++] = '/';
    start[len] = '\0';
    *cursor = start + len + 1;
    return weft__url_slice(start, start + len);
}

static weft_str put_origin(char **cursor, const parser *p, weft_str *ret_authority)
{
    static const char *const prefixes[] = {"http://", "https://", "unix:"};
    char *start = *cursor, *authority = start + strlen(prefixes[p->scheme]), port[8] = "";
    int len;

    if (p->port != (p->scheme == WEFT__URL_HTTPS ? 443 : 80))
        snprintf(port, sizeof(port), ":%u", (unsigned)p->port);
    if (p->scheme == WEFT__URL_UNIX)
        len = sprintf(start, "unix:%s", p->socket_path);
    else
        len = sprintf(start, p->is_ipv6 ? "%s[%s]%s" : "%s%s%s", prefixes[p->scheme], p->host, port);
    *ret_authority = weft__url_slice(authority, start + len);
    *cursor = start + len + 1;
    return weft__url_slice(start, start + len);
}

/* All has been checked: lays the URL out in one piece of memory. */
static bool lay_out(parser *p, weft__url *ret_url)
{
    /* longest prefix, brackets and port; then five NULs, and a slash for an empty path */
    size_t size = 8 + 2 + 6 + strlen(p->host) * 2 + strlen(p->socket_path) * 2 + escaped_len(p->parts.path) +
                  escaped_len(p->parts.query) + p->userinfo.len + 7;
    weft__url url = {.memory = weft__alloc(p->heap, size), .memory_size = size, .scheme = p->scheme, .port = p->port};
    char *cursor = url.memory;

    if (!cursor)
        return fail_memory(p->error);
    url.origin = put_origin(&cursor, p, &url.authority);
    url.host = put(&cursor, weft__str(p->host));
    if (p->scheme == WEFT__URL_UNIX) {
        url.socket_path = put(&cursor, weft__str(p->socket_path));
        url.authority = url.host;
    }
    url.path = put_path(&cursor, p->parts.path, p->flags & WEFT__URL_BASE);
    if (p->parts.query.ptr)
        url.query = put_escaped(&cursor, p->parts.query);
    if (p->userinfo.ptr)
        url.userinfo = put(&cursor, p->userinfo);
    WEFT__ASSERT(cursor <= url.memory + size);
    *ret_url = url;
    return true;
}

static bool is_scheme(weft_str scheme, const char *name)
{
    return weft__text_equal_nocase(scheme, weft__str(name));
}

static bool parse_socket(parser *p, weft_str scheme, weft_str rest)
{
    if (!(p->flags & (WEFT__URL_BASE | WEFT__URL_SOCKET)))
        return fail_scheme(p, scheme);
    if (is_scheme(scheme, "unix")) {
        if (rest.len >= 2 && memcmp(rest.ptr, "//", 2) == 0)
            rest = weft__url_slice(rest.ptr + 2, rest.ptr + rest.len);
        return set_socket_path(p, rest);
    }
    if (!check_bytes(p, rest))
        return false;
    p->parts = weft__url_split(rest);
    return p->parts.has_authority ? parse_escaped_socket_path(p) : fail_no_host(p);
}

static bool parse_web(parser *p, weft_str scheme, weft_str rest)
{
    if (!check_bytes(p, rest))
        return false;
    p->parts = weft__url_split(rest);
    if (!p->parts.has_authority)
        return fail_no_scheme(p);
    if (scheme.len == 0 && !(p->flags & WEFT__URL_BASE))
        return fail(p, "it does not begin with http:// or https://");
    if (scheme.len > 0 && !is_scheme(scheme, "http") && !is_scheme(scheme, "https"))
        return fail_scheme(p, scheme);
    p->scheme = is_scheme(scheme, "https") ? WEFT__URL_HTTPS : WEFT__URL_HTTP;
    return parse_authority(p);
}

bool weft__url_parse(weft__heap *heap, weft_str text, unsigned flags, weft__url *ret_url, weft__url_error *ret_error)
{
    parser p = {.heap = heap, .flags = flags, .error = ret_error, .text = text};
    weft_str scheme;
    bool ok;

    if (text.len > WEFT__URL_MAX_BYTES)
        return fail(&p, "it is longer than 16384 bytes");
    scheme = weft__url_take_scheme(&text);
    if (is_scheme(scheme, "unix") || is_scheme(scheme, "http+unix"))
        ok = parse_socket(&p, scheme, text);
    else
        ok = parse_web(&p, scheme, text);
    return ok && check_escapes(&p) && lay_out(&p, ret_url);
}

void weft__url_deinit(weft__heap *heap, weft__url *url)
{
    /* A password, or a signature in the query. */
    if (url->memory)
        weft__wipe(url->memory, url->memory_size);
    weft__free(heap, url->memory);
    *url = (weft__url){0};
}
