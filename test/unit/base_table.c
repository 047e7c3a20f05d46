/* Tables that grow and shrink a bucket at a time, and the hash that goes with them. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/list.h"
#include "base/table.h"
#include "test.h"

enum { MANY = 100000 };

typedef struct thing {
    weft__table_entry entry;
    size_t number;
} thing;

static thing things[MANY];
static weft__heap heap;
static weft__table table;
static long allocations, fail_from; /* 0 = none fails */

static void *counted_resize(void *memory, size_t size, void *context)
{
    (void)context;
    allocations++;
    return fail_from > 0 && allocations >= fail_from ? NULL : realloc(memory, size);
}

static void *counted_alloc(size_t size, void *context)
{
    return counted_resize(NULL, size, context);
}

static void counted_release(void *memory, void *context)
{
    (void)context;
    free(memory);
}

static void open_table(void)
{
    static const weft_allocator counted = {counted_alloc, counted_resize, counted_release, NULL};

    allocations = fail_from = 0;
    weft__heap_init(&heap, &counted);
    weft__table_init(&table, &heap);
}

static uint64_t hash_of(size_t number)
{
    static const weft__hash_key key = {{1, 2}};

    return weft__hash(&key, &number, sizeof(number));
}

static void insert(size_t number)
{
    things[number] = (thing){.number = number};
    weft__table_insert(&table, &things[number].entry, hash_of(number));
}

static thing *find(size_t number)
{
    weft__table_entry *entry = weft__table_first(&table, hash_of(number));

    while (entry && WEFT__CONTAINER_OF(entry, thing, entry)->number != number)
        entry = weft__table_next(entry);
    return entry ? WEFT__CONTAINER_OF(entry, thing, entry) : NULL;
}

static void close_table(void)
{
    weft__table_deinit(&table);
    weft__heap_deinit(&heap);
}

TEST(table_finds_each_of_many_and_no_other)
{
    open_table();
    for (size_t i = 0; i < MANY; i += 2)
        insert(i);
    for (size_t i = 0; i < MANY; i++)
        CHECK((find(i) != NULL) == (i % 2 == 0));
    for (size_t i = 0; i < MANY; i += 4)
        weft__table_remove(&table, &things[i].entry);
    for (size_t i = 0; i < MANY; i++)
        CHECK((find(i) != NULL) == (i % 4 == 2));
    for (size_t i = 2; i < MANY; i += 4)
        weft__table_remove(&table, &things[i].entry);
    CHECK_EQ(table.count, 0);
    close_table();
}

TEST(table_tells_apart_what_has_one_hash)
{
    open_table();
    for (size_t i = 0; i < 3; i++) {
        things[i] = (thing){.number = i};
        weft__table_insert(&table, &things[i].entry, 42);
    }
    weft__table_remove(&table, &things[1].entry);
    CHECK(weft__table_first(&table, 42));
    CHECK(weft__table_next(weft__table_first(&table, 42)));
    CHECK(!weft__table_next(weft__table_next(weft__table_first(&table, 42))));
    CHECK(!weft__table_first(&table, 42 + WEFT__TABLE_FIRST));
    weft__table_remove(&table, &things[0].entry);
    weft__table_remove(&table, &things[2].entry);
    close_table();
}

static size_t longest_chain(void)
{
    size_t longest = 0;

    for (size_t i = 0; i < MANY; i++) {
        size_t length = 0;

        for (const weft__table_entry *entry = &things[i].entry; entry; entry = entry->next)
            length++;
        if (length > longest)
            longest = length;
    }
    return longest;
}

TEST(table_grows_and_shrinks_by_a_few_buckets_at_a_time)
{
    open_table();
    for (size_t i = 0; i < MANY; i++) {
        size_t before = table.buckets;

        insert(i);
        CHECK(table.buckets <= before + 1);
    }
    CHECK_EQ(table.buckets, MANY);
    CHECK(longest_chain() < 16);
    for (size_t i = 0; i < MANY; i++) {
        size_t before = table.buckets;

        weft__table_remove(&table, &things[i].entry);
        CHECK(table.buckets + 4 >= before);
    }
    CHECK_EQ(table.buckets, WEFT__TABLE_FIRST);
    close_table();
}

TEST(table_of_a_few_allocates_nothing)
{
    open_table();
    for (size_t i = 0; i < WEFT__TABLE_FIRST; i++)
        insert(i);
    CHECK_EQ(allocations, 0);
    for (size_t i = 0; i < WEFT__TABLE_FIRST; i++)
        weft__table_remove(&table, &things[i].entry);
    close_table();
}

TEST(table_without_memory_takes_what_it_is_given_all_the_same)
{
    open_table();
    for (long at = 1; at <= 3; at++) {
        allocations = 0;
        fail_from = at;
        for (size_t i = 0; i < 1000; i++)
            insert(i);
        for (size_t i = 0; i < 1000; i++)
            CHECK(find(i) == &things[i]);
        for (size_t i = 0; i < 1000; i++)
            weft__table_remove(&table, &things[i].entry);
    }
    close_table();
}

/* From an implementation of its own: SipHash-1-3 of 0, 1, 2 ... with the key 00 01 .. 0f. */
TEST(hash_is_siphash_1_3)
{
    static const weft__hash_key key = {{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
    unsigned char bytes[16];

    for (unsigned i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)i;
    CHECK(weft__hash(&key, bytes, 0) == UINT64_C(0xabac0158050fc4dc));
    CHECK(weft__hash(&key, bytes, 1) == UINT64_C(0xc9f49bf37d57ca93));
    CHECK(weft__hash(&key, bytes, 8) != weft__hash(&key, bytes, 7));
}
