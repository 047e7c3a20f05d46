/* What must hold is said with its words where it does not; in builds for development only. */
#include "base/assert.h"
#include "base/wheel.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static bool holds(int *evaluated)
{
    (*evaluated)++;
    return true;
}

#ifdef WEFT__ASSERTIONS

static weft__wheel wheel;

static void advance_inside_advance(weft__timer *timer)
{
    (void)timer;
    weft__wheel_advance(&wheel, 2, SIZE_MAX);
}

static void break_the_wheels_rule(void)
{
    weft__timer timer;

    weft__wheel_init(&wheel, 0);
    weft__timer_init(&timer, advance_inside_advance);
    weft__wheel_schedule(&wheel, &timer, 1);
    weft__wheel_advance(&wheel, 1, SIZE_MAX);
}

/* Runs `broken` in a child; what the child said is in `text`. Returns the signal that ended it. */
static int run_in_child(void (*broken)(void), char *text, size_t capacity)
{
    int ends[2], status;
    size_t len = 0;
    ssize_t got;
    pid_t child;

    if (pipe(ends) != 0 || (child = fork()) < 0)
        return -1;
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        broken();
        _exit(0);
    }
    close(ends[1]);
    while ((got = read(ends[0], text + len, capacity - 1 - len)) > 0)
        len += (size_t)got;
    text[len] = '\0';
    close(ends[0]);
    return waitpid(child, &status, 0) == child && WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

TEST(broken_invariant_aborts_with_its_words)
{
    char text[1024];

    CHECK_EQ(run_in_child(break_the_wheels_rule, text, sizeof(text)), SIGABRT);
    CHECK_CONTAINS(text, "wheel.c:");
    CHECK_CONTAINS(text, "weft__wheel_advance: assertion failed: !wheel->advancing\n");
}

TEST(invariant_that_holds_is_evaluated_once)
{
    int evaluated = 0;

    WEFT__ASSERT(holds(&evaluated));
    CHECK_EQ(evaluated, 1);
    WEFT__ASSERT_IF(evaluated == 2, !holds(&evaluated));
    CHECK_EQ(evaluated, 1);
}

#else

TEST(release_builds_evaluate_no_invariant)
{
    int evaluated = 0, only_asserted = 1;

    WEFT__ASSERT(!holds(&evaluated) && only_asserted == 2);
    CHECK_EQ(evaluated, 0);
}

#endif
