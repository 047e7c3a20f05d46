/* Which servers the client takes for compatible. */
#include "test.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "weft/weft.h"

/* The first of `versions` that does not have `status`; NULL when all do. */
static const char *first_other(const char *const *versions, weft_stromboli_compatibility_status status)
{
    for (; *versions; versions++) {
        if (weft_stromboli_check_compatibility(*versions, NULL) != status)
            return *versions;
    }
    return NULL;
}

#define CHECK_ALL(versions, status)                                                                                    \
    do {                                                                                                               \
        const char *other = first_other(versions, status);                                                             \
        if (other)                                                                                                     \
            CHECK_STR(other, #status);                                                                                 \
    } while (0)

TEST(versions_in_the_range_are_compatible)
{
    static const char *const versions[] = {
        "0.4.0-alpha",
        "0.4.0-alpha.1",
        "0.4.0-alpha1",
        "0.4.0-beta",
        "0.4.0-rc.1",
        "0.4.0",
        "0.4.1",
        "0.4.99",
        "0.4.1-beta",
        "0.4.5-beta",
        "v0.4.2",
        "v0.4.0-alpha",
        "0.4",
        "0.4-alpha",
        "0.4.0+build",
        "0.4.0-alpha+x",
        "0.04.2",
        "00.4.2",
        "0.4.18446744073709551615",
        NULL,
    };

    CHECK_ALL(versions, WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE);
}

TEST(prereleases_of_the_first_version_outside_are_compatible)
{
    static const char *const versions[] = {"0.5.0-alpha", "0.5.0-0", "0.5-rc.1", NULL};

    CHECK_ALL(versions, WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE);
}

TEST(versions_out_of_the_range_are_incompatible)
{
    static const char *const versions[] = {
        "0.5.0", "0.5.0+build", "0.5.1-alpha", "0.3.9", "0.3.0-alpha", "1.0.0", "1", "0", "v0", "0-alpha", NULL,
    };

    CHECK_ALL(versions, WEFT_STROMBOLI_COMPATIBILITY_STATUS_INCOMPATIBLE);
}

TEST(prereleases_below_alpha_are_incompatible)
{
    static const char *const versions[] = {
        "0.4.0-ALPHA", "0.4.0-Alpha", "0.4.0-a", "0.4.0-alph", "0.4.0-1", "0.4.0-99999999999999999999999", NULL,
    };

    CHECK_ALL(versions, WEFT_STROMBOLI_COMPATIBILITY_STATUS_INCOMPATIBLE);
}

TEST(what_is_no_semantic_version_is_unknown)
{
    static const char *const versions[] = {
        "",         "garbage",        "dev",          "V0.4.2",     "0.4.x",  "0.4.2.1", "0.4.18446744073709551616",
        " 0.4.2",   "0.4.2 ",         "0.4.2\n",      "0.4.-1",     "0.4.2-", "0.4.2+",  "0.4.2-alpha..1",
        "0.4.2-01", "0.4.2-alpha.",   "0.4.2-.alpha", "0.4.2+a..b", "0.4.",   ".4.2",    "v",
        "vv0.4.2",  "0.4.2-\xc3\xa4", "0.4.2+x+y",    NULL,
    };

    CHECK_ALL(versions, WEFT_STROMBOLI_COMPATIBILITY_STATUS_UNKNOWN);
    CHECK_EQ(weft_stromboli_check_compatibility(NULL, NULL), WEFT_STROMBOLI_COMPATIBILITY_STATUS_UNKNOWN);
}

TEST(compatibility_messages_say_what_was_found)
{
    weft_stromboli_compatibility result;

    weft_stromboli_check_compatibility("", &result);
    CHECK_STR(result.message, "server version is empty");
    weft_stromboli_check_compatibility("dev", &result);
    CHECK_STR(result.message, "could not parse server version \"dev\": invalid semantic version");
    weft_stromboli_check_compatibility("0.4.2-01", &result);
    CHECK_STR(result.message, "could not parse server version \"0.4.2-01\": version segment starts with 0");
    weft_stromboli_check_compatibility("0.4.1", &result);
    CHECK_STR(result.message, "server version 0.4.1 is compatible with SDK (supports >=0.4.0-alpha <0.5.0)");
    weft_stromboli_check_compatibility("0.5.0", &result);
    CHECK_STR(result.message, "server version 0.5.0 is not compatible with SDK (supports >=0.4.0-alpha <0.5.0)");
}

TEST(compatibility_result_names_all_versions)
{
    weft_stromboli_compatibility result;
    const char *given = "v0.4.0-alpha";

    CHECK_EQ(weft_stromboli_check_compatibility(given, &result), WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE);
    CHECK_EQ(result.status, WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE);
    CHECK(result.server_version == given);
    CHECK_STR(result.client_version, WEFT_VERSION);
    CHECK_STR(result.target_api_version, "0.4.0-alpha");
    CHECK_STR(result.supported_range, ">=0.4.0-alpha <0.5.0");
}

TEST(compatibility_message_of_an_endless_version_is_cut_off)
{
    weft_stromboli_compatibility result;
    char version[2000];

    memset(version, 'x', sizeof(version) - 1);
    version[sizeof(version) - 1] = '\0';
    CHECK_EQ(weft_stromboli_check_compatibility(version, &result), WEFT_STROMBOLI_COMPATIBILITY_STATUS_UNKNOWN);
    CHECK_EQ(strlen(result.message), sizeof(result.message) - 1);
}

TEST(compatibility_statuses_have_names)
{
    CHECK_STR(weft_stromboli_compatibility_name(WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE), "compatible");
    CHECK_STR(weft_stromboli_compatibility_name(WEFT_STROMBOLI_COMPATIBILITY_STATUS_INCOMPATIBLE), "incompatible");
    CHECK_STR(weft_stromboli_compatibility_name(WEFT_STROMBOLI_COMPATIBILITY_STATUS_UNKNOWN), "unknown");
    CHECK_STR(weft_stromboli_compatibility_name((weft_stromboli_compatibility_status)7), "unknown");
    CHECK(weft_stromboli_is_compatible("0.4.0"));
    CHECK(!weft_stromboli_is_compatible("0.5.0"));
    CHECK(!weft_stromboli_is_compatible("dev"));
}

/* Runs the check in a process of its own; `text` gets what it wrote to standard error. */
static int must_be_compatible(const char *version, char *text, size_t size)
{
    int ends[2], status = -1;
    size_t len = 0;
    ssize_t got;
    pid_t child;

    if (pipe(ends) != 0)
        return -1;
    child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        weft_stromboli_must_be_compatible(version);
        _exit(0);
    }
    close(ends[1]);
    while (len < size - 1 && (got = read(ends[0], text + len, size - 1 - len)) > 0)
        len += (size_t)got;
    text[len] = '\0';
    close(ends[0]);
    if (child > 0)
        waitpid(child, &status, 0);
    return status;
}

TEST(must_be_compatible_aborts_unless_it_is)
{
    char text[1024];
    int status = must_be_compatible("0.4.0", text, sizeof(text));

    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_STR(text, "");
    status = must_be_compatible("0.5.0", text, sizeof(text));
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    CHECK_CONTAINS(text, "stromboli: incompatible API version: server version 0.5.0 is not compatible");
    CHECK_CONTAINS(text, "supports API versions >=0.4.0-alpha <0.5.0.\n");
    CHECK_CONTAINS(text, "Please upgrade");
    status = must_be_compatible("dev", text, sizeof(text));
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    CHECK_CONTAINS(text, "stromboli: could not determine API compatibility: could not parse server version \"dev\"");
}
