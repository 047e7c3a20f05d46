/* Files on their way to Skillbox and from it, one at a time. */
#include "skillbox_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_ONE "{\"id\":\"f-1\",\"name\":\"a.csv\",\"size_bytes\":5,\"version\":1,\"parent_id\":null}"

/* A directory of the test's own, below the system's for temporary files. */
static char directory[128];

static bool make_directory(void)
{
    const char *base = getenv("TMPDIR");

    snprintf(directory, sizeof(directory), "%s/weft-files-XXXXXX", base ? base : "/tmp");
    return mkdtemp(directory) != NULL;
}

static const char *path_of(const char *name)
{
    static char path[192];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    return path;
}

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    return file && fputs(text, file) >= 0 && fclose(file) == 0;
}

static void remove_directory(const char *name)
{
    if (name)
        unlink(path_of(name));
    rmdir(directory);
}

typedef struct transfer {
    fixture fx; /* first: `arg` of the call is both */
    uint64_t sent, sent_total, received;
    char bytes[64];
    size_t len;
} transfer;

static void on_progress(weft_call *call, uint64_t sent, uint64_t sent_total, uint64_t received, uint64_t received_total,
                        void *arg)
{
    transfer *moved = arg;

    (void)call;
    (void)received_total;
    moved->sent = sent;
    moved->sent_total = sent_total;
    moved->received = received;
}

static void on_data(weft_call *call, const void *bytes, size_t len, void *arg)
{
    transfer *moved = arg;

    (void)call;
    if (len <= sizeof(moved->bytes) - moved->len) {
        memcpy(moved->bytes + moved->len, bytes, len);
        moved->len += len;
    }
}

TEST(a_file_is_uploaded_from_disk_with_its_name_and_progress)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/files HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer sk-test\r\n"),
        AND_CONTAINS("Content-Disposition: form-data; name=\"file\"; filename=\"input.csv\"\r\n"
                     "Content-Type: text/csv\r\n\r\n1,2,3\r\n--"),
        AND_CONTAINS("Content-Disposition: form-data; name=\"name\"\r\n\r\ninput.csv\r\n--"),
        ANSWER("201 Created", FILE_ONE),
    };
    weft_skillbox_upload upload = {.name = "input.csv", .content_type = "text/csv", .on_progress = on_progress};
    const weft_skillbox_file *file;
    transfer moved = {0};

    CHECK(make_directory());
    CHECK(write_file(path_of("data"), "1,2,3"));
    upload.file_path = path_of("data");
    CHECK(begin(&moved.fx, SCRIPT(steps), 1));
    CHECK(finish(&moved.fx, weft_skillbox_upload_file(moved.fx.client, &upload, NULL, on_skillbox_file, &moved)));
    CHECK(!moved.fx.error);
    file = moved.fx.result;
    CHECK(is(file->id, "f-1") && file->size_bytes == 5 && file->version == 1 && !file->parent_id.ptr);
    CHECK(moved.sent_total > 5 && moved.sent > 0);
    CHECK(end(&moved.fx));
    remove_directory("data");
}

TEST(an_archive_on_disk_is_sent_under_its_own_name)
{
    static const script_step steps[] = {
        EXPECT("POST /v1/skills HTTP/1.1\r\n"),
        AND_CONTAINS("name=\"file\"; filename=\"skill.zip\"\r\nContent-Type: "
                     "application/octet-stream\r\n\r\nPK\r\n--"),
        ANSWER("202 Accepted", "{\"name\":\"n\"}"),
    };
    weft_skillbox_upload archive = {0};
    fixture fx;

    CHECK(make_directory());
    CHECK(write_file(path_of("skill.zip"), "PK"));
    archive.file_path = path_of("skill.zip");
    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_register_skill(fx.client, &archive, NULL, on_skillbox_accepted_skill, &fx)));
    CHECK(!fx.error && is(((const weft_skillbox_accepted_skill *)fx.result)->name, "n"));
    CHECK(end(&fx));
    remove_directory("skill.zip");
}

TEST(a_file_that_is_not_there_is_an_error_and_nothing_is_sent)
{
    fixture fx;

    CHECK(begin(&fx, (fault_script){0}, 0));
    CHECK(finish(&fx, weft_skillbox_register_skill(fx.client, &(weft_skillbox_upload){.file_path = "/nowhere/x.zip"},
                                                   NULL, on_skillbox_accepted_skill, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_FILE);
    CHECK_CONTAINS(fx.error->message, "/nowhere/x.zip");
    CHECK_EQ(fault_server_connection_count(fx.server), 0);
    CHECK(end(&fx));
}

TEST(a_new_version_of_a_file_has_an_id_of_its_own)
{
    static const script_step steps[] = {
        EXPECT("PUT /v1/files/f-1 HTTP/1.1\r\n"),
        AND_CONTAINS("name=\"file\"; filename=\"file\""),
        AND_LACKS("name=\"name\""),
        ANSWER("200 OK", "{\"id\":\"f-2\",\"version\":2,\"parent_id\":\"f-1\"}"),
    };
    const weft_skillbox_file *file;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_update_file(fx.client, "f-1", &(weft_skillbox_upload){.bytes = "x", .bytes_len = 1},
                                                NULL, on_skillbox_file, &fx)));
    CHECK(!fx.error);
    file = fx.result;
    CHECK(is(file->id, "f-2") && file->version == 2 && is(file->parent_id, "f-1"));
    CHECK(end(&fx));
}

TEST(files_are_listed_by_what_is_asked_for)
{
    static const script_step all[] = {
        EXPECT("GET /v1/files HTTP/1.1\r\n"),
        ANSWER("200 OK", "[" FILE_ONE ",null," FILE_ONE "]"),
    };
    static const script_step some[] = {
        EXPECT("GET /v1/files?session_id=chat+7&execution_id=550e&limit=10&offset=20 HTTP/1.1\r\n"),
        ANSWER("200 OK", "null"),
    };
    static const script_step of_session[] = {
        EXPECT("GET /v1/sessions/chat%207/files HTTP/1.1\r\n"),
        ANSWER("200 OK", "[]"),
    };
    static const script_step versions[] = {
        EXPECT("GET /v1/files/f-1/versions HTTP/1.1\r\n"),
        ANSWER("200 OK", "[" FILE_ONE "]"),
    };
    weft_skillbox_list_files_options which = {"chat 7", "550e", 10, 20};
    const weft_skillbox_file_list *list;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(all), 1));
    fault_server_play(fx.server, SCRIPT(some), 1);
    fault_server_play(fx.server, SCRIPT(of_session), 1);
    fault_server_play(fx.server, SCRIPT(versions), 1);
    CHECK(finish(&fx, weft_skillbox_list_files(fx.client, NULL, NULL, on_skillbox_file_list, &fx)));
    list = fx.result;
    CHECK(!fx.error && list->count == 2 && is(list->items[1].name, "a.csv"));
    CHECK(finish(&fx, weft_skillbox_list_files(fx.client, &which, NULL, on_skillbox_file_list, &fx)));
    list = fx.result;
    CHECK(!fx.error && list->count == 0);
    CHECK(finish(&fx, weft_skillbox_list_session_files(fx.client, "chat 7", NULL, on_skillbox_file_list, &fx)));
    CHECK(!fx.error);
    CHECK(finish(&fx, weft_skillbox_list_file_versions(fx.client, "f-1", NULL, on_skillbox_file_list, &fx)));
    list = fx.result;
    CHECK(!fx.error && list->count == 1);
    CHECK(end(&fx));
}

TEST(a_file_is_known_by_its_id)
{
    static const script_step steps[] = {
        EXPECT("GET /v1/files/f-1 HTTP/1.1\r\n"),
        ANSWER("200 OK", FILE_ONE),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_get_file(fx.client, "f-1", NULL, on_skillbox_file, &fx)));
    CHECK(!fx.error && is(((const weft_skillbox_file *)fx.result)->name, "a.csv"));
    CHECK(end(&fx));
}

#define CONTENT(target)                                                                                                \
    EXPECT("GET " target " HTTP/1.1\r\n"), AND_CONTAINS("\r\nAccept: */*\r\n"),                                        \
        AND_CONTAINS("\r\nX-Tenant-ID: tenant-42\r\n"),                                                                \
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 5\r\n"                                      \
             "Content-Disposition: attachment; filename=\"a.csv\"\r\n\r\n1,2\0"                                        \
             "3"),                                                                                                     \
        CLOSE()

TEST(a_files_content_comes_into_memory_onto_disk_or_in_pieces)
{
    static const script_step steps[] = {CONTENT("/v1/files/f-1/download")};
    const weft_http_response *content;
    char *saved;
    size_t len;
    transfer moved = {0};

    CHECK(make_directory());
    CHECK(begin(&moved.fx, SCRIPT(steps), 3));
    CHECK(finish(&moved.fx, weft_skillbox_download_file(moved.fx.client, "f-1", NULL, NULL, on_http, &moved)));
    content = moved.fx.result;
    CHECK(!moved.fx.error && content->status == 200 && content->body_size == 5);
    CHECK(content->body.len == 5 && memcmp(content->body.ptr,
                                           "1,2\0"
                                           "3",
                                           5) == 0);
    CHECK(finish(&moved.fx, weft_skillbox_download_file(
                                moved.fx.client, "f-1",
                                &(weft_skillbox_save){.save_to = path_of("out.csv"), .on_progress = on_progress}, NULL,
                                on_http, &moved)));
    content = moved.fx.result;
    CHECK(!moved.fx.error && !content->body.ptr && content->body_size == 5 && moved.received == 5);
    saved = test_read_file(path_of("out.csv"), &len);
    CHECK(saved && len == 5 &&
          memcmp(saved,
                 "1,2\0"
                 "3",
                 5) == 0);
    free(saved);
    CHECK(
        finish(&moved.fx, weft_skillbox_download_file(moved.fx.client, "f-1", &(weft_skillbox_save){.on_data = on_data},
                                                      NULL, on_http, &moved)));
    content = moved.fx.result;
    CHECK(!moved.fx.error && !content->body.ptr && moved.len == 5);
    CHECK(end(&moved.fx));
    remove_directory("out.csv");
}

TEST(a_sessions_file_is_found_by_its_escaped_name)
{
    static const script_step steps[] = {CONTENT("/v1/sessions/chat-7/files/a%2Fb.csv")};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_download_session_file(fx.client, "chat-7", "a/b.csv", NULL, NULL, on_http, &fx)));
    CHECK(!fx.error && ((const weft_http_response *)fx.result)->body.len == 5);
    CHECK(end(&fx));
}

TEST(a_file_that_is_refused_leaves_nothing_on_disk)
{
    static const script_step steps[] = {
        EXPECT("GET /v1/files/f-9/download HTTP/1.1\r\n"),
        ANSWER("404 Not Found", "{\"error\":\"not_found\",\"message\":\"file not found\"}"),
    };
    fixture fx;

    CHECK(make_directory());
    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_skillbox_download_file(fx.client, "f-9", &(weft_skillbox_save){.save_to = path_of("x")},
                                                  NULL, on_http, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_NOT_FOUND);
    CHECK_CONTAINS(fx.error->message, "file not found");
    CHECK(end(&fx));
    CHECK(rmdir(directory) == 0);
}
