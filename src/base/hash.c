#include "base/hash.h"

typedef struct sip_state {
    uint64_t v[4];
} sip_state;

static uint64_t rotate(uint64_t word, unsigned by)
{
    return word << by | word >> (64 - by);
}

static void mix(sip_state *state)
{
    uint64_t *v = state->v;

    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32) + v[3];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

/* Little-endian, whatever the machine; at most eight. */
static uint64_t word_of(const unsigned char *bytes, size_t len)
{
    uint64_t word = 0;

    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

static void take(sip_state *state, uint64_t word)
{
    state->v[3] ^= word;
    mix(state);
    state->v[0] ^= word;
}

uint64_t weft__hash(const weft__hash_key *key, const void *bytes, size_t len)
{
    sip_state state = {{
        key->halves[0] ^ UINT64_C(0x736f6d6570736575),
        key->halves[1] ^ UINT64_C(0x646f72616e646f6d),
        key->halves[0] ^ UINT64_C(0x6c7967656e657261),
        key->halves[1] ^ UINT64_C(0x7465646279746573),
    }};
    const unsigned char *at = bytes;
    size_t left = len;

    for (; left >= 8; at += 8, left -= 8)
        take(&state, word_of(at, 8));
    take(&state, word_of(at, left) | (uint64_t)len << 56);
    state.v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        mix(&state);
    return state.v[0] ^ state.v[1] ^ state.v[2] ^ state.v[3];
}
