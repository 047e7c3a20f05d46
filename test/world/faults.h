/* faults.h - the classes of trouble that a world may have. A failing seed is shrunk by taking them away one by one.
 *
 * Each is a bit of world.faults, a word for the command line, and what it does.
 */
#ifndef WEFT_WORLD_FAULTS_H
#define WEFT_WORLD_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#define WORLD_FAULTS(X)                                                                                                \
    X(PARTIAL, "partial", "sends and receives of any number of bytes, small socket buffers, calls interrupted")        \
    X(CONNECT, "connect", "connections refused, unreachable, slow, or never answered")                                 \
    X(NAMES, "names", "names not found, looked up slowly, or with several addresses of both families")                 \
    X(RESET, "reset", "connections reset at any byte")                                                                 \
    X(SILENCE, "silence", "half-open connections and servers that never answer")                                       \
    X(END, "end", "connections ended within an answer, after it, or soon after it")                                    \
    X(REFUSAL, "refusal", "429 and 503, with every way to say when to come back, or none")                             \
    X(GATEWAY, "gateway", "408, 500, 502 and 504 of a proxy whose server may have acted")                              \
    X(MALFORMED, "malformed", "answers that are no HTTP, no JSON, or longer than they say")                            \
    X(SLOW, "slow", "servers that think for long, answers that drip, files that take seconds")                         \
    X(CANCEL, "cancel", "the user cancels")                                                                            \
    X(PAUSE, "pause", "the user pauses and resumes")                                                                   \
    X(NEST, "nest", "the user submits, cancels and closes from within callbacks")                                      \
    X(CLOSING, "closing", "the user closes clients, and perhaps the engine, while calls run")                          \
    X(STALL, "stall", "the process is not scheduled for a while; callbacks take long")                                 \
    X(DESCRIPTORS, "descriptors", "no descriptors, no room in the epoll set")                                          \
    X(MEMORY, "memory", "the allocator refuses")                                                                       \
    X(DEADLINES, "deadlines", "short deadlines of every kind")                                                         \
    X(LIMITS, "limits", "small pools, short queues, connections that grow old")                                        \
    X(STREAMS, "streams", "event streams, which hold their connections")                                               \
    X(WAITS, "waits", "waits for jobs, which are calls made of calls")                                                 \
    X(CROWD, "crowd", "several clients at one origin")                                                                 \
    X(CLOCK, "clock", "the wall clock jumps, forwards and backwards")

enum {
#define WORLD_FAULT_NUMBER(name, word, sentence) FAULT_NUMBER_##name,
    WORLD_FAULTS(WORLD_FAULT_NUMBER)
#undef WORLD_FAULT_NUMBER
        FAULT_COUNT
};

typedef enum world_fault {
#define WORLD_FAULT_BIT(name, word, sentence) FAULT_##name = 1 << FAULT_NUMBER_##name,
    WORLD_FAULTS(WORLD_FAULT_BIT)
#undef WORLD_FAULT_BIT
} world_fault;

/* The word and the sentence of the fault number `index`. */
const char *fault_word(unsigned index);
const char *fault_sentence(unsigned index);
/* Those that a seed has when nobody says otherwise: about half of them; the allocator refuses in one of four worlds. */
uint32_t faults_of_seed(uint64_t seed);
/* The bits of words between commas; false when one is none. */
bool faults_parse(const char *words, uint32_t *ret_faults);
/* Prints the words of `faults`, with commas between them. */
void faults_print(uint32_t faults);

#endif
