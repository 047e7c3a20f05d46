/* micro/micro.h - small parts measured one by one, each beside a floor: the least that such work can cost.
 *
 * A program lists its cases and calls micro_main. Run plainly it prints, for each case, one line: part, case,
 * ns and the floor's ns. Run by callgrind it does each of them a fixed number of times and has callgrind
 * write down what it counted; bench/micro/run-micro puts both together.
 */
#ifndef MICRO_MICRO_H
#define MICRO_MICRO_H

#include <stddef.h>

typedef struct micro_case {
    const char *name;
    /* Does it `times` times. What needs no measuring was done by `prepare`. */
    void (*work)(size_t times);
    void (*floor)(size_t times);
    void (*prepare)(void); /* or NULL */
} micro_case;

int micro_main(const char *part, const micro_case *cases, size_t count);

/* Keeps a value, and with it the work that led to it, from being optimised away. */
static inline void micro_keep(const void *value)
{
    __asm__ volatile("" : : "r"(value) : "memory");
}

#endif
