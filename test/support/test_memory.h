/* test/support/test_memory.h - memory that is counted, and that fails when a test wants it to. */
#ifndef WEFT_TEST_MEMORY_H
#define WEFT_TEST_MEMORY_H

#include <stdbool.h>
#include <stdlib.h>

#include "weft/types.h"

typedef struct test_memory {
    size_t live;         /* blocks */
    size_t requests;     /* so far, resizes included */
    size_t fail_at;      /* the request that fails, from 1; 0 = none */
    bool fail_from_then; /* and every later one */
} test_memory;

static inline bool test_memory_fails(test_memory *memory)
{
    memory->requests++;
    return memory->fail_at &&
           (memory->requests == memory->fail_at || (memory->fail_from_then && memory->requests > memory->fail_at));
}

static inline void *test_memory_alloc(size_t size, void *context)
{
    test_memory *memory = context;

    if (test_memory_fails(memory))
        return NULL;
    memory->live++;
    return malloc(size);
}

static inline void *test_memory_resize(void *block, size_t size, void *context)
{
    return test_memory_fails(context) ? NULL : realloc(block, size);
}

static inline void test_memory_release(void *block, void *context)
{
    ((test_memory *)context)->live--;
    free(block);
}

static inline weft_allocator test_allocator(test_memory *memory)
{
    return (weft_allocator){test_memory_alloc, test_memory_resize, test_memory_release, memory};
}

/* From now on `count` requests are granted, and none after them. */
static inline void test_memory_grant(test_memory *memory, size_t count)
{
    memory->fail_at = memory->requests + count + 1;
    memory->fail_from_then = true;
}

/* Whether what was granted was all asked for, and no more. */
static inline bool test_memory_is_used_up(const test_memory *memory)
{
    return memory->requests == memory->fail_at - 1;
}

#endif
