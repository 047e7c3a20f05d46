/* compare/events_client.h - event streams over uv_poll, for the peers that are written by hand.
 *
 * Opens `connections` streams, and hands over what arrives. With work "rounds" the server sends each stream
 * one event and waits until it hears, on a connection of its own, that all have arrived: so that every read
 * gives one event.
 */
#ifndef COMPARE_EVENTS_CLIENT_H
#define COMPARE_EVENTS_CLIENT_H

#include <uv.h>

#include "peer.h"

typedef struct events_reader {
    size_t size;                /* of the state of a stream, zeroed */
    void (*init)(void *stream); /* or NULL */
    /* Bytes came; returns the events that ended in them, -1 when that is not known: then each read is one. */
    long (*read)(void *stream, char *bytes, size_t len);
} events_reader;

/* Until the server closes the streams; then reports CPU for each event. */
void events_client_run(peer_run *peer, const events_reader *reader);

/* For peers that have streams of their own: the connection by which a round is asked for. */
int rounds_open(const peer_run *peer);
/* Counts `events`; asks for the next round when this one is complete, and measures from the first one on. */
void rounds_count(peer_run *peer, int control, long events);

#endif
