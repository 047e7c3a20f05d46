#include "http/exchange.h"

#include <errno.h>

#include "base/assert.h"

#define TO(state) (1u << WEFT__EXCHANGE_##state)

/* The header says who makes them. */
static const uint8_t moves[] = {
    [WEFT__EXCHANGE_OFF] = TO(QUEUED) | TO(CONNECTING) | TO(SENDING),
    [WEFT__EXCHANGE_QUEUED] = TO(OFF),
    [WEFT__EXCHANGE_CONNECTING] = TO(OFF) | TO(QUEUED) | TO(SENDING),
    [WEFT__EXCHANGE_SENDING] = TO(OFF) | TO(WAITING) | TO(RECEIVING),
    [WEFT__EXCHANGE_WAITING] = TO(OFF) | TO(RECEIVING),
    [WEFT__EXCHANGE_RECEIVING] = TO(OFF),
};
_Static_assert(sizeof(moves) == WEFT__EXCHANGE_RECEIVING + 1, "a row for each state");

void weft__exchange_enter(weft__exchange *exchange, weft__exchange_state state)
{
    WEFT__ASSERT(exchange->state <= WEFT__EXCHANGE_RECEIVING);
    WEFT__ASSERT(moves[exchange->state] & (1u << state));
    WEFT__ASSERT(weft__exchange_has_connection(state) == (exchange->connection != NULL));
    exchange->state = (uint8_t)state;
}

void weft__exchange_move(weft__exchange *exchange, weft__exchange_state state)
{
    weft__exchange_enter(exchange, state);
    exchange->events->moved(exchange);
}

void weft__exchange_fail(weft__exchange *exchange, const weft__failure *failure)
{
    if (exchange->state != WEFT__EXCHANGE_OFF)
        weft__exchange_enter(exchange, WEFT__EXCHANGE_OFF);
    exchange->events->failed(exchange, failure);
}

/* Drops what has been sent from the front of the parts. */
static int skip_sent(struct iovec *parts, int count, uint64_t sent)
{
    int first = 0;

    while (first < count && sent >= parts[first].iov_len)
        sent -= parts[first++].iov_len;
    if (first < count) {
        parts[first].iov_base = (char *)parts[first].iov_base + sent;
        parts[first].iov_len -= (size_t)sent;
    }
    return first;
}

/* The beginning of the parts, at most `room` bytes of it. */
static int take_beginning(const struct iovec *parts, int count, uint64_t room, struct iovec *ret_parts)
{
    int taken = 0;

    while (taken < count && room > 0) {
        ret_parts[taken] = parts[taken];
        if (ret_parts[taken].iov_len > room)
            ret_parts[taken].iov_len = (size_t)room;
        room -= ret_parts[taken++].iov_len;
    }
    return taken;
}

weft__write_status weft__exchange_write(weft__exchange *exchange, weft__transport *transport, uint64_t limit,
                                        int *ret_error)
{
    struct iovec parts[WEFT__REQUEST_PARTS], now[WEFT__REQUEST_PARTS];
    int count = exchange->events->gather(exchange, parts);
    int first = skip_sent(parts, count, exchange->offset);

    WEFT__ASSERT(count <= WEFT__REQUEST_PARTS && exchange->offset <= exchange->sent && exchange->sent <= limit);
    while (first < count) {
        int now_count = take_beginning(parts + first, count - first, limit - exchange->sent, now);
        ssize_t sent = now_count > 0 ? weft__transport_send(transport, now, now_count) : -EAGAIN;

        if (sent == -EAGAIN)
            return WEFT__WRITE_BLOCKED;
        if (sent < 0) {
            *ret_error = (int)sent;
            return WEFT__WRITE_BROKEN;
        }
        exchange->sent += (uint64_t)sent;
        exchange->offset += (uint64_t)sent;
        first += skip_sent(parts + first, count - first, (uint64_t)sent);
    }
    return WEFT__WRITE_DONE;
}
