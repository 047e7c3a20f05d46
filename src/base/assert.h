/* base/assert.h - what must hold, said where it must hold.
 *
 * An assertion tells of a fault in weft: never of a caller's, a server's or the machine's, which are errors to report.
 * Builds for development have them (meson's build types `debug` and `debugoptimized`, so every test build): one that
 * does not hold prints where, in which function and what, and aborts. The others, `release` first, have none: nothing
 * is evaluated and no text is in the library, so that an expression has no effect of its own.
 *
 * What the compiler can decide is a _Static_assert, which every build has.
 */
#ifndef WEFT_BASE_ASSERT_H
#define WEFT_BASE_ASSERT_H

#include <stdbool.h>

#ifdef WEFT__ASSERTIONS

_Noreturn void weft__assertion_failed(const char *file, int line, const char *function, const char *expression);

#define WEFT__ASSERT(expression)                                                                                       \
    ((expression) ? (void)0 : weft__assertion_failed(__FILE__, __LINE__, __func__, #expression))
/* Where no value of an enum leads. */
#define WEFT__UNREACHABLE() weft__assertion_failed(__FILE__, __LINE__, __func__, "unreachable")

#else

/* Named all the same, so that what serves assertions alone counts as used. */
#define WEFT__ASSERT(expression) ((void)(false && (expression)))
#define WEFT__UNREACHABLE() __builtin_trap()

#endif

/* If the first holds, so does the second. */
#define WEFT__ASSERT_IF(condition, expression) WEFT__ASSERT(!(condition) || (expression))

#endif
