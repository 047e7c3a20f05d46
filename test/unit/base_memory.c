/* Arenas and buffers. */
#include "test.h"
#include "test_memory.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"

TEST(buffer_refuses_a_byte_beyond_its_ceiling)
{
    weft__heap heap;
    weft__buffer buffer;

    weft__heap_init(&heap, NULL);
    weft__buffer_init(&buffer, &heap, 4);
    CHECK(weft__buffer_append(&buffer, "1234", 4));
    CHECK(!weft__buffer_append(&buffer, "5", 1));
    CHECK(buffer.failed);
    CHECK_EQ(buffer.len, 4);
    weft__buffer_deinit(&buffer);
}

TEST(buffer_stays_failed_until_it_is_cleared)
{
    weft__heap heap;
    weft__buffer buffer;

    weft__heap_init(&heap, NULL);
    weft__buffer_init(&buffer, &heap, 8);
    CHECK(!weft__buffer_append(&buffer, "123456789", 9));
    CHECK(!weft__buffer_append(&buffer, "1", 1));
    weft__buffer_clear(&buffer);
    CHECK(weft__buffer_append(&buffer, "1", 1));
    weft__buffer_deinit(&buffer);
}

TEST(arena_gives_back_all_it_took)
{
    test_memory memory = {0};
    const weft_allocator allocator = test_allocator(&memory);
    weft__heap heap;
    weft__arena arena;

    weft__heap_init(&heap, &allocator);
    weft__arena_init(&arena, &heap);
    for (size_t i = 1; i < 40000; i += 97)
        CHECK(weft__arena_alloc(&arena, i) != NULL);
    weft__arena_release(&arena);
    weft__heap_deinit(&heap);
    CHECK_EQ(memory.live, 0);
}

TEST(arena_alignment_holds_after_odd_texts)
{
    weft__heap heap;
    weft__arena arena;

    weft__heap_init(&heap, NULL);
    weft__arena_init(&arena, &heap);
    for (size_t i = 0; i < 300; i++) {
        CHECK(weft__arena_bytes(&arena, i) != NULL || i == 0);
        CHECK_EQ((uintptr_t)weft__arena_alloc(&arena, 24) % 8, 0);
    }
    weft__arena_release(&arena);
    weft__heap_deinit(&heap);
}

TEST(chunk_keeps_its_bytes_when_it_grows)
{
    static const size_t sizes[] = {600, 5000, 20000, 100000};
    size_t used = 512 - sizeof(weft__chunk);
    test_memory memory = {0};
    const weft_allocator allocator = test_allocator(&memory);
    weft__heap heap;
    weft__chunk *chunk;

    weft__heap_init(&heap, &allocator);
    chunk = weft__chunk_take(&heap, 512);
    CHECK(chunk != NULL);
    memset(chunk + 1, 'x', used);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        chunk = weft__chunk_grow(&heap, chunk, sizes[i]);
        CHECK(chunk != NULL && chunk->size >= sizes[i]);
        for (size_t at = 0; at < used; at++)
            CHECK_EQ(((const char *)(chunk + 1))[at], 'x');
    }
    weft__chunk_give(&heap, chunk);
    weft__heap_deinit(&heap);
    CHECK_EQ(memory.live, 0);
}

#if !WEFT__SANITIZED
TEST(arena_asks_the_system_for_nothing_the_second_time)
{
    test_memory memory = {0};
    const weft_allocator allocator = test_allocator(&memory);
    weft__heap heap;
    weft__arena arena;
    size_t before;

    weft__heap_init(&heap, &allocator);
    weft__arena_init(&arena, &heap);
    for (int i = 0; i < 8; i++)
        weft__arena_alloc(&arena, 300);
    weft__arena_release(&arena);
    before = memory.requests;
    for (int i = 0; i < 8; i++)
        weft__arena_alloc(&arena, 300);
    weft__arena_release(&arena);
    CHECK_EQ(memory.requests, before);
    weft__heap_deinit(&heap);
}
#endif
