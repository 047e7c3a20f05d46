/* Archives onto the disk: good ones, broken ones, and those that mean harm. */
#include "test.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <ftw.h>

#include "archive/extract.h"
#include "tarball.h"

static const weft__extract_limits no_limits = {UINT64_MAX, UINT64_MAX, UINT64_MAX};

typedef struct fixture {
    weft__heap heap;
    char base[128];      /* a directory of the test's own; beside `directory` is what must stay */
    char directory[160]; /* unpacked to; not made yet */
    char path[700];
    tarball ball;
    weft__extract_counts counts;
    weft_code code;
    char problem[512];
} fixture;

static bool begin(fixture *fx)
{
    const char *base = getenv("TMPDIR");

    memset(fx, 0, sizeof(*fx));
    weft__heap_init(&fx->heap, NULL);
    snprintf(fx->base, sizeof(fx->base), "%s/weft-extract-XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(fx->base))
        return false;
    snprintf(fx->directory, sizeof(fx->directory), "%s/out", fx->base);
    tarball_open(&fx->ball, 1 << 20);
    umask(022);
    return true;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

static void end(fixture *fx)
{
    tarball_free(&fx->ball);
    nftw(fx->base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    weft__heap_deinit(&fx->heap);
}

/* Unpacks `len` bytes in pieces of `piece`; whether all went well. */
static bool extract_bytes(fixture *fx, const char *bytes, size_t len, size_t piece, const weft__extract_limits *limits)
{
    weft__extract *extract = weft__extract_new(&fx->heap, fx->directory, limits, 7);
    bool good = extract != NULL;
    const char *problem;

    for (size_t at = 0; good && at < len; at += piece)
        good = weft__extract_take(extract, bytes + at, len - at < piece ? len - at : piece);
    if (good)
        weft__extract_finish(extract);
    weft__extract_close(extract);
    fx->code = WEFT_OK;
    fx->problem[0] = '\0';
    problem = weft__extract_problem(extract, &fx->code);
    if (problem)
        snprintf(fx->problem, sizeof(fx->problem), "%s", problem);
    fx->counts = *weft__extract_get_counts(extract);
    weft__extract_free(extract);
    return fx->code == WEFT_OK;
}

/* Closes the archive and unpacks it whole. */
static bool extract(fixture *fx)
{
    tarball_close(&fx->ball);
    return extract_bytes(fx, fx->ball.bytes, fx->ball.len, fx->ball.len, &no_limits);
}

static const char *path_of(fixture *fx, const char *name)
{
    snprintf(fx->path, sizeof(fx->path), "%s/%s", fx->directory, name);
    return fx->path;
}

/* The file holds exactly this. */
static bool holds(fixture *fx, const char *name, const char *text)
{
    size_t len = 0;
    char *found = test_read_file(path_of(fx, name), &len);
    bool good = found && len == strlen(text) && memcmp(found, text, len) == 0;

    free(found);
    return good;
}

static bool exists(fixture *fx, const char *name)
{
    struct stat info;

    return lstat(path_of(fx, name), &info) == 0;
}

static unsigned mode_of(fixture *fx, const char *name)
{
    struct stat info;

    return lstat(path_of(fx, name), &info) == 0 ? (unsigned)info.st_mode & 07777 : 0;
}

static unsigned files_seen;

static int count_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)path;
    (void)info;
    (void)place;
    files_seen += type == FTW_F || type == FTW_SL;
    return 0;
}

/* Files below the test's own directory, links included. */
static unsigned files_below(fixture *fx)
{
    files_seen = 0;
    nftw(fx->base, count_one, 16, FTW_PHYS);
    return files_seen;
}

/* ---- Good archives ----------------------------------------------------------------------------------- */

TEST(files_appear_in_the_directories_that_they_name)
{
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball, "summary.txt", "3 rows\n");
    tarball_put(&fx.ball, "plots/deep/a.png", "PNG");
    tarball_put_as(&fx.ball, "empty-directory/", AE_IFDIR, 0755, NULL, NULL, 0);
    tarball_put(&fx.ball, "plots/deep/b.png", "");
    CHECK(extract(&fx));
    CHECK(holds(&fx, "summary.txt", "3 rows\n") && holds(&fx, "plots/deep/a.png", "PNG"));
    CHECK(holds(&fx, "plots/deep/b.png", "") && exists(&fx, "empty-directory"));
    CHECK(fx.counts.files == 3 && fx.counts.directories == 3 && fx.counts.skipped == 0 && fx.counts.bytes == 10);
    CHECK_EQ(files_below(&fx), 3);
    end(&fx);
}

TEST(an_archive_comes_out_the_same_in_pieces_of_any_size)
{
    static const size_t pieces[] = {1, 2, 3, 17, 512, 1000};
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball, "a/b", "one");
    tarball_put(&fx.ball, "c", "two");
    tarball_close(&fx.ball);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        CHECK(extract_bytes(&fx, fx.ball.bytes, fx.ball.len, pieces[i], &no_limits));
        CHECK(holds(&fx, "a/b", "one") && holds(&fx, "c", "two"));
    }
    end(&fx);
}

TEST(an_empty_archive_makes_nothing)
{
    fixture fx;

    CHECK(begin(&fx));
    CHECK(extract(&fx));
    CHECK(fx.counts.files == 0 && !exists(&fx, ""));
    end(&fx);
}

TEST(members_of_gzip_may_follow_each_other)
{
    tarball tail;
    fixture fx;

    CHECK(begin(&fx));
    tarball_open(&tail, 1 << 16);
    tarball_put(&tail, "second", "2");
    tarball_close(&tail);
    /* Without its end the first archive goes on in the second. */
    {
        static const unsigned char empty_member[] = {31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        char *both = malloc(sizeof(empty_member) + tail.len);

        memcpy(both, empty_member, sizeof(empty_member));
        memcpy(both + sizeof(empty_member), tail.bytes, tail.len);
        CHECK(extract_bytes(&fx, both, sizeof(empty_member) + tail.len, 5, &no_limits));
        free(both);
    }
    CHECK(holds(&fx, "second", "2"));
    tarball_close(&fx.ball);
    tarball_free(&tail);
    end(&fx);
}

TEST(long_and_foreign_names_are_kept)
{
    char name[400];
    fixture fx;

    memset(name, 'd', sizeof(name));
    name[120] = '/';
    name[350] = '\0';
    CHECK(begin(&fx));
    tarball_put(&fx.ball, name, "long");
    tarball_put(&fx.ball, "gr\xc3\xbc\xc3\x9f.txt", "utf-8");
    CHECK(extract(&fx));
    CHECK(holds(&fx, name, "long") && holds(&fx, "gr\xc3\xbc\xc3\x9f.txt", "utf-8"));
    end(&fx);
}

TEST(modes_lose_their_special_bits_and_the_umasks)
{
    fixture fx;

    CHECK(begin(&fx));
    tarball_put_as(&fx.ball, "script", AE_IFREG, 04777, NULL, "x", 1);
    tarball_put_as(&fx.ball, "private", AE_IFREG, 0400, NULL, "x", 1);
    tarball_put_as(&fx.ball, "dir/", AE_IFDIR, 02777, NULL, NULL, 0);
    CHECK(extract(&fx));
    CHECK_EQ(mode_of(&fx, "script"), 0755);
    CHECK_EQ(mode_of(&fx, "private"), 0400);
    CHECK_EQ(mode_of(&fx, "dir"), 0750);
    end(&fx);
}

TEST(a_file_that_is_replaced_hands_on_its_mode_and_is_whole_at_any_time)
{
    FILE *old;
    fixture fx;

    CHECK(begin(&fx));
    CHECK(mkdir(fx.directory, 0700) == 0);
    old = fopen(path_of(&fx, "report"), "w");
    CHECK(old && fputs("something longer", old) >= 0 && fclose(old) == 0 && chmod(path_of(&fx, "report"), 0640) == 0);
    tarball_put(&fx.ball, "report", "new");
    tarball_put(&fx.ball, "report", "newer");
    CHECK(extract(&fx));
    CHECK(holds(&fx, "report", "newer"));
    CHECK_EQ(mode_of(&fx, "report"), 0640);
    CHECK_EQ(files_below(&fx), 1);
    end(&fx);
}

/* ---- Paths ------------------------------------------------------------------------------------------- */

TEST(paths_that_resolve_inside_are_taken_there)
{
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball, "/etc/x", "absolute");
    tarball_put(&fx.ball, "./a/../b", "dots");
    tarball_put(&fx.ball, "c//d/./e", "slashes");
    tarball_put_as(&fx.ball, "./", AE_IFDIR, 0755, NULL, NULL, 0);
    CHECK(extract(&fx));
    CHECK(holds(&fx, "etc/x", "absolute") && holds(&fx, "b", "dots") && holds(&fx, "c/d/e", "slashes"));
    CHECK(!exists(&fx, "a"));
    end(&fx);
}

TEST(a_path_that_leads_outside_ends_it_and_what_was_there_stays)
{
    static const char *const paths[] = {"../x", "..", "a/../../x", "/../x", "../out2/x", "a/b/../../../x"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        char expected[128];
        fixture fx;

        CHECK(begin(&fx));
        tarball_put(&fx.ball, "before", "kept");
        tarball_put(&fx.ball, paths[i], "evil");
        tarball_put(&fx.ball, "after", "never");
        CHECK(!extract(&fx));
        CHECK_EQ(fx.code, WEFT_E_ARCHIVE);
        snprintf(expected, sizeof(expected), "path traversal detected in tar entry: %s", paths[i]);
        CHECK_STR(fx.problem, expected);
        CHECK(holds(&fx, "before", "kept"));
        CHECK_EQ(files_below(&fx), 1);
        end(&fx);
    }
}

TEST(a_link_that_leads_outside_is_no_better)
{
    fixture fx;

    CHECK(begin(&fx));
    tarball_put_as(&fx.ball, "../link", AE_IFLNK, 0777, "/etc", NULL, 0);
    CHECK(!extract(&fx));
    CHECK_CONTAINS(fx.problem, "path traversal detected");
    end(&fx);
}

TEST(links_and_devices_are_never_made)
{
    fixture fx;

    CHECK(begin(&fx));
    tarball_put_as(&fx.ball, "passwd", AE_IFLNK, 0777, "/etc/passwd", NULL, 0);
    tarball_put_as(&fx.ball, "hard", AE_IFREG, 0644, "/etc/passwd", NULL, 0);
    tarball_put_as(&fx.ball, "fifo", AE_IFIFO, 0644, NULL, NULL, 0);
    tarball_put_as(&fx.ball, "null", AE_IFCHR, 0666, NULL, NULL, 0);
    tarball_put(&fx.ball, "real", "x");
    CHECK(extract(&fx));
    CHECK_EQ(fx.counts.skipped, 4);
    CHECK_EQ(files_below(&fx), 1);
    CHECK(holds(&fx, "real", "x"));
    end(&fx);
}

TEST(a_file_through_a_link_of_the_archive_lands_in_a_directory_of_its_own)
{
    fixture fx;

    CHECK(begin(&fx));
    tarball_put_as(&fx.ball, "dir", AE_IFLNK, 0777, fx.base, NULL, 0);
    tarball_put(&fx.ball, "dir/file", "inside");
    CHECK(extract(&fx));
    CHECK(holds(&fx, "dir/file", "inside") && mode_of(&fx, "dir") == 0750);
    end(&fx);
}

TEST(a_link_that_was_there_is_not_followed)
{
    fixture fx;

    CHECK(begin(&fx));
    CHECK(mkdir(fx.directory, 0700) == 0 && symlink(fx.base, path_of(&fx, "dir")) == 0);
    tarball_put(&fx.ball, "dir/file", "outside");
    CHECK(!extract(&fx));
    CHECK_EQ(fx.code, WEFT_E_FILE);
    CHECK_CONTAINS(fx.problem, "cannot create the file dir/file: ");
    CHECK_EQ(files_below(&fx), 1); /* the link */
    end(&fx);
}

TEST(a_link_in_the_place_of_a_file_is_replaced_and_not_written_through)
{
    char outside[200];
    size_t len = 0;
    char *kept;
    FILE *file;
    fixture fx;

    CHECK(begin(&fx));
    snprintf(outside, sizeof(outside), "%s/outside", fx.base);
    file = fopen(outside, "w");
    CHECK(file && fputs("mine", file) >= 0 && fclose(file) == 0);
    CHECK(mkdir(fx.directory, 0700) == 0 && symlink(outside, path_of(&fx, "file")) == 0);
    tarball_put(&fx.ball, "file", "theirs");
    CHECK(extract(&fx));
    kept = test_read_file(outside, &len);
    CHECK(kept && strcmp(kept, "mine") == 0 && holds(&fx, "file", "theirs"));
    free(kept);
    end(&fx);
}

TEST(a_file_needs_a_name_and_the_place_of_no_directory)
{
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball, "a/..", "x");
    CHECK(!extract(&fx));
    CHECK_EQ(fx.code, WEFT_E_ARCHIVE);
    CHECK_CONTAINS(fx.problem, "a file without a name: a/..");
    end(&fx);
    CHECK(begin(&fx));
    tarball_put_as(&fx.ball, "a/", AE_IFDIR, 0755, NULL, NULL, 0);
    tarball_put(&fx.ball, "a", "x");
    CHECK(!extract(&fx));
    CHECK_EQ(fx.code, WEFT_E_FILE);
    CHECK_CONTAINS(fx.problem, "cannot create the file a: ");
    CHECK_EQ(files_below(&fx), 0);
    end(&fx);
}

TEST(a_directory_needs_the_place_of_no_file)
{
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball, "a", "x");
    tarball_put(&fx.ball, "a/b", "y");
    CHECK(!extract(&fx));
    CHECK_EQ(fx.code, WEFT_E_FILE);
    CHECK(holds(&fx, "a", "x"));
    end(&fx);
}

/* ---- Broken archives --------------------------------------------------------------------------------- */

TEST(what_is_no_gzip_is_refused)
{
    fixture fx;

    CHECK(begin(&fx));
    CHECK(!extract_bytes(&fx, "<html>not an archive</html>", 27, 27, &no_limits));
    CHECK_EQ(fx.code, WEFT_E_ARCHIVE);
    CHECK_CONTAINS(fx.problem, "decompress gzip");
    CHECK(!extract_bytes(&fx, "", 0, 1, &no_limits));
    CHECK_CONTAINS(fx.problem, "decompress gzip: there is nothing");
    CHECK(!exists(&fx, ""));
    tarball_close(&fx.ball);
    end(&fx);
}

TEST(gzip_around_something_else_is_refused)
{
    struct archive *writer = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    char bytes[4096];
    size_t len;
    fixture fx;

    CHECK(begin(&fx));
    archive_write_set_format_raw(writer);
    archive_write_add_filter_gzip(writer);
    archive_write_set_bytes_in_last_block(writer, 1);
    archive_write_open_memory(writer, bytes, sizeof(bytes), &len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(writer, entry);
    for (int i = 0; i < 100; i++)
        archive_write_data(writer, "no tar at all", 13);
    archive_write_close(writer);
    archive_write_free(writer);
    archive_entry_free(entry);
    CHECK(!extract_bytes(&fx, bytes, len, len, &no_limits));
    CHECK_EQ(fx.code, WEFT_E_ARCHIVE);
    CHECK_STR(fx.problem, "read tar entry: a header's checksum is wrong");
    tarball_close(&fx.ball);
    end(&fx);
}

/* Text that does not compress away. */
static char *noise(size_t len)
{
    char *bytes = malloc(len);
    unsigned seed = 1;

    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)((seed = seed * 1103515245 + 12345) >> 24);
    return bytes;
}

TEST(an_archive_cut_off_anywhere_is_an_error_and_leaves_whole_files_only)
{
    char *big = noise(20000);
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball, "first", "whole");
    tarball_put_as(&fx.ball, "second", AE_IFREG, 0600, NULL, big, 20000);
    tarball_close(&fx.ball);
    for (size_t len = 0; len < fx.ball.len; len += len < 200 || len > fx.ball.len - 100 ? 1 : 997) {
        CHECK(!extract_bytes(&fx, fx.ball.bytes, len, 4096, &no_limits));
        CHECK_EQ(fx.code, WEFT_E_ARCHIVE);
        CHECK(!exists(&fx, "first") || holds(&fx, "first", "whole"));
        if (len < fx.ball.len - 100)
            CHECK(!exists(&fx, "second"));
        CHECK(files_below(&fx) <= 2);
    }
    free(big);
    end(&fx);
}

TEST(an_archive_with_any_byte_spoiled_never_does_harm)
{
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball, "first", "whole");
    tarball_put(&fx.ball, "dir/second", "whole");
    tarball_close(&fx.ball);
    for (size_t at = 0; at < fx.ball.len; at++) {
        char kept = fx.ball.bytes[at];

        fx.ball.bytes[at] = (char)(kept ^ 0x55);
        extract_bytes(&fx, fx.ball.bytes, fx.ball.len, fx.ball.len, &no_limits);
        CHECK(fx.code == WEFT_OK || fx.code == WEFT_E_ARCHIVE || fx.code == WEFT_E_FILE);
        fx.ball.bytes[at] = kept;
    }
    end(&fx);
}

/* ---- Limits ------------------------------------------------------------------------------------------ */

TEST(entries_are_limited_whatever_they_are)
{
    weft__extract_limits limits = no_limits;
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball, "a", "x");
    tarball_put_as(&fx.ball, "link", AE_IFLNK, 0777, "x", NULL, 0);
    tarball_put_as(&fx.ball, "dir/", AE_IFDIR, 0755, NULL, NULL, 0);
    tarball_close(&fx.ball);
    limits.max_entries = 3;
    CHECK(extract_bytes(&fx, fx.ball.bytes, fx.ball.len, fx.ball.len, &limits));
    limits.max_entries = 2;
    CHECK(!extract_bytes(&fx, fx.ball.bytes, fx.ball.len, fx.ball.len, &limits));
    CHECK_EQ(fx.code, WEFT_E_ARCHIVE);
    CHECK_STR(fx.problem, "too many entries: dir/");
    end(&fx);
}

TEST(bytes_are_limited_and_the_file_that_was_too_many_is_gone)
{
    weft__extract_limits limits = no_limits;
    char *zeros = calloc(1, 1 << 20);
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball, "small", "x");
    tarball_put_as(&fx.ball, "large", AE_IFREG, 0600, NULL, zeros, 1 << 20);
    tarball_close(&fx.ball);
    limits.max_bytes = 1 << 19;
    CHECK(!extract_bytes(&fx, fx.ball.bytes, fx.ball.len, fx.ball.len, &limits));
    CHECK_EQ(fx.code, WEFT_E_ARCHIVE);
    CHECK_STR(fx.problem, "the archive unpacks to more bytes than allowed: large");
    CHECK(holds(&fx, "small", "x") && !exists(&fx, "large"));
    CHECK_EQ(files_below(&fx), 1);
    free(zeros);
    end(&fx);
}

TEST(a_bomb_is_stopped_by_its_ratio)
{
    weft__extract_limits limits = {UINT64_MAX, UINT64_MAX, 250};
    char *zeros = calloc(1, 1 << 20);
    fixture fx;

    CHECK(begin(&fx));
    for (int i = 0; i < 80; i++) {
        char name[16];

        snprintf(name, sizeof(name), "z%d", i);
        tarball_put_as(&fx.ball, name, AE_IFREG, 0600, NULL, zeros, 1 << 20);
    }
    tarball_close(&fx.ball);
    CHECK(!extract_bytes(&fx, fx.ball.bytes, fx.ball.len, fx.ball.len, &limits));
    CHECK_EQ(fx.code, WEFT_E_ARCHIVE);
    CHECK_CONTAINS(fx.problem, "expands beyond all measure");
    CHECK(fx.counts.files < 66);
    free(zeros);
    end(&fx);
}

TEST(it_stops_when_told_to)
{
    char *zeros = calloc(1, 1 << 20);
    weft__extract *extract;
    fixture fx;

    CHECK(begin(&fx));
    tarball_put_as(&fx.ball, "large", AE_IFREG, 0600, NULL, zeros, 1 << 20);
    tarball_close(&fx.ball);
    extract = weft__extract_new(&fx.heap, fx.directory, &no_limits, 7);
    CHECK(extract && weft__extract_take(extract, fx.ball.bytes, fx.ball.len / 2));
    CHECK_EQ(files_below(&fx), 1); /* the incomplete one */
    weft__extract_stop(extract);
    CHECK(!weft__extract_take(extract, fx.ball.bytes + fx.ball.len / 2, fx.ball.len / 2));
    weft__extract_close(extract);
    weft__extract_free(extract);
    CHECK_EQ(files_below(&fx), 0);
    free(zeros);
    end(&fx);
}

/* ---- The disk ---------------------------------------------------------------------------------------- */

TEST(a_destination_that_cannot_be_is_an_error_of_the_disk)
{
    fixture fx;

    CHECK(begin(&fx));
    snprintf(fx.directory, sizeof(fx.directory), "/dev/null/below");
    tarball_put(&fx.ball, "a", "x");
    CHECK(!extract(&fx));
    CHECK_EQ(fx.code, WEFT_E_FILE);
    CHECK_CONTAINS(fx.problem, "cannot create the file a: ");
    end(&fx);
}

TEST(names_that_are_no_text_are_shown_without_harm)
{
    char name[600];
    fixture fx;

    CHECK(begin(&fx));
    tarball_put(&fx.ball,
                "../b\xff\xc3"
                "d",
                "x");
    CHECK(!extract(&fx));
    CHECK_STR(fx.problem, "path traversal detected in tar entry: ../b??d");
    end(&fx);
    memset(name, 'x', sizeof(name));
    memcpy(name, "../", 3);
    name[599] = '\0';
    CHECK(begin(&fx));
    tarball_put(&fx.ball, name, "x");
    CHECK(!extract(&fx));
    CHECK(strlen(fx.problem) < 250 && strcmp(fx.problem + strlen(fx.problem) - 3, "...") == 0);
    end(&fx);
}
