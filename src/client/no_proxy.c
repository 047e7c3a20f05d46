#include "client/no_proxy.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"

typedef struct address {
    int family; /* 0 = no address */
    unsigned char bytes[16];
} address;

static address read_address(weft_str text)
{
    char copy[INET6_ADDRSTRLEN];
    address found = {0};

    if (text.len >= sizeof(copy))
        return found;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, found.bytes) == 1)
        found.family = AF_INET;
    else if (inet_pton(AF_INET6, copy, found.bytes) == 1)
        found.family = AF_INET6;
    return found;
}

static bool in_network(const address *host, const address *network, uint64_t bits)
{
    size_t size = network->family == AF_INET ? 4 : 16;
    size_t whole = (size_t)bits / 8;
    unsigned rest = (unsigned)(bits % 8);

    if (host->family != network->family || bits > size * 8)
        return false;
    if (memcmp(host->bytes, network->bytes, whole) != 0)
        return false;
    return rest == 0 || ((host->bytes[whole] ^ network->bytes[whole]) >> (8 - rest)) == 0;
}

static bool is_this_machine(const weft__url *url, const address *host)
{
    static const unsigned char loopback6[16] = {[15] = 1};

    if (host->family == AF_INET)
        return host->bytes[0] == 127;
    if (host->family == AF_INET6)
        return memcmp(host->bytes, loopback6, sizeof(loopback6)) == 0;
    return weft__text_equal_nocase(url->host, weft__str("localhost"));
}

/* "example.com" is itself and all below it. */
static bool is_below(weft_str host, weft_str domain)
{
    if (domain.len > 0 && domain.ptr[0] == '.') {
        domain.ptr++;
        domain.len--;
    }
    if (domain.len == 0 || host.len < domain.len)
        return false;
    if (!weft__text_equal_nocase((weft_str){host.ptr + host.len - domain.len, domain.len}, domain))
        return false;
    return host.len == domain.len || host.ptr[host.len - domain.len - 1] == '.';
}

/* Takes ":port" off the end, and the brackets of an IPv6 address. False: it is for another port. */
static bool take_port(weft_str *entry, uint16_t port)
{
    const char *end = entry->ptr + entry->len;
    const char *colon = entry->len ? memrchr(entry->ptr, ':', entry->len) : NULL;
    bool bracketed = entry->len > 1 && entry->ptr[0] == '[';
    const char *close = bracketed ? memchr(entry->ptr, ']', entry->len) : NULL;
    bool has_port = colon && (bracketed ? close && colon == close + 1 : memchr(entry->ptr, ':', entry->len) == colon);
    uint64_t wanted;

    if (has_port) {
        if (!weft__text_parse_uint64(colon + 1, (size_t)(end - colon - 1), &wanted) || wanted != port)
            return false;
        entry->len = (size_t)(colon - entry->ptr);
    }
    if (close) {
        entry->ptr++;
        entry->len = (size_t)(close - entry->ptr);
    }
    return true;
}

static bool entry_matches(weft_str entry, const weft__url *url, const address *host)
{
    const char *slash = entry.len ? memchr(entry.ptr, '/', entry.len) : NULL;
    address network;
    uint64_t bits;

    if (entry.len == 1 && entry.ptr[0] == '*')
        return true;
    if (slash) {
        network = read_address((weft_str){entry.ptr, (size_t)(slash - entry.ptr)});
        return network.family &&
               weft__text_parse_uint64(slash + 1, (size_t)(entry.ptr + entry.len - slash - 1), &bits) &&
               in_network(host, &network, bits);
    }
    if (!take_port(&entry, url->port))
        return false;
    network = read_address(entry);
    if (network.family)
        return in_network(host, &network, network.family == AF_INET ? 32 : 128);
    return !host->family && is_below(url->host, entry);
}

bool weft__no_proxy_matches(const char *list, const weft__url *url)
{
    address host = read_address(url->host);

    if (is_this_machine(url, &host))
        return true;
    while (list && *list) {
        size_t len = strcspn(list, ", ");

        if (len && entry_matches((weft_str){list, len}, url, &host))
            return true;
        list += len;
        list += strspn(list, ", ");
    }
    return false;
}
