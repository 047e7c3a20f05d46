/* test/support/test.h - one behaviour per TEST, named after it.
 *
 * A test program is any number of TESTs linked with support/test.c, which has main(). Each TEST runs in the
 * same process, one after the other; a failed CHECK marks the test failed, prints where and why, and returns
 * from it. Output is one line per test ("ok NAME" / "not ok NAME" / "# skipped: NAME: why") and a last line
 * "N passed, N failed".
 * With arguments only tests whose name contains one of them run; --list prints the names.
 */
#ifndef WEFT_TEST_H
#define WEFT_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct weft_test {
    const char *name;
    const char *file;
    void (*run)(void);
    struct weft_test *next;
} weft_test;

void test_register(weft_test *test);
/* Reports a failure of the test that runs; the CHECK macros call it. */
void test_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Says that the test that runs cannot be run here, and why; SKIP does so and returns. It counts as neither. */
void test_skipped(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Whether all runs many times slower than usual: WEFT_TEST_SLOW is set, as test/run does under valgrind. */
bool test_is_slow(void);
/* The environment's WEFT_SHARED, or ../shared, when it holds `path`; NULL when there is none. Static buffer. */
const char *test_shared_path(const char *path);
/* A path below the source tree's test/vectors. Static buffer. */
const char *test_vector_path(const char *path);
/* A path below the source tree. Static buffer. */
const char *test_source_path(const char *path);
/* The whole file, malloc'ed and NUL-terminated; NULL when it cannot be read. */
char *test_read_file(const char *path, size_t *ret_len);

#define TEST(test_name)                                                                                                \
    static void test_name(void);                                                                                       \
    __attribute__((constructor)) static void register_##test_name(void)                                                \
    {                                                                                                                  \
        static weft_test test = {.name = #test_name, .file = __FILE__, .run = test_name};                              \
        test_register(&test);                                                                                          \
    }                                                                                                                  \
    static void test_name(void)

#define SKIP(...)                                                                                                      \
    do {                                                                                                               \
        test_skipped(__VA_ARGS__);                                                                                     \
        return;                                                                                                        \
    } while (0)

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            test_fail(__FILE__, __LINE__, "%s", #condition);                                                           \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)

#define CHECK_EQ(actual, expected)                                                                                     \
    do {                                                                                                               \
        long long check_a = (long long)(actual), check_e = (long long)(expected);                                      \
        if (check_a != check_e) {                                                                                      \
            test_fail(__FILE__, __LINE__, "%s is %lld, expected %lld", #actual, check_a, check_e);                     \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)

#define CHECK_STR(actual, expected)                                                                                    \
    do {                                                                                                               \
        const char *check_a = (actual), *check_e = (expected);                                                         \
        if (!check_a || !check_e || strcmp(check_a, check_e) != 0) {                                                   \
            test_fail(__FILE__, __LINE__, "%s is \"%s\", expected \"%s\"", #actual, check_a ? check_a : "(null)",      \
                      check_e ? check_e : "(null)");                                                                   \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)

#define CHECK_CONTAINS(actual, part)                                                                                   \
    do {                                                                                                               \
        const char *check_a = (actual), *check_p = (part);                                                             \
        if (!check_a || !strstr(check_a, check_p)) {                                                                   \
            test_fail(__FILE__, __LINE__, "%s is \"%s\", expected it to contain \"%s\"", #actual,                      \
                      check_a ? check_a : "(null)", check_p);                                                          \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)

#endif
