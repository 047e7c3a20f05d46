/* Forms of parts: in their order, each within its bounds, whatever they are called. */
#include "http_fixture.h"

/* Replaces the boundary of the first request's body by "B", for comparisons. Static. */
static const char *body_with_plain_boundary(const fixture *fx)
{
    static char text[2048];
    const char *request = fault_server_request(fx->rig.server, 0, NULL);
    const char *boundary = strstr(request, "boundary=") + 9;
    size_t len = strcspn(boundary, "\r"), to = 0;

    for (const char *at = strstr(request, "\r\n\r\n") + 4; *at && to + 2 < sizeof(text);) {
        if (strncmp(at, boundary, len) == 0) {
            text[to++] = 'B';
            at += len;
        } else {
            text[to++] = *at++;
        }
    }
    text[to] = '\0';
    return text;
}

static const script_step any_post[] = {EXPECT("POST /x"), SEND(ANSWER_OK)};

TEST(multipart_body_has_its_parts_in_order)
{
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    fault_server_play(fx.rig.server, SCRIPT(any_post), 1);
    {
        const weft_part parts[] = {
            {.name = "title", .value = "a\r\nb"},
            {.name = "data", .bytes = "{}", .bytes_len = 2, .content_type = "application/json"},
            {.name = "file", .file_path = fixture_write(&fx, "notes.txt", "on disk", 7)},
            {.name = "empty", .file_path = fixture_write(&fx, "none", "", 0), .file_name = "other \xc3\xa9.bin"},
            {.name = "last", .value = ""},
        };

        CHECK(fixture_ask(
            &fx, &(weft_http_request){.method = "POST", .path = "/x", .body = {.parts = parts, .parts_count = 5}}));
    }
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_CONTAINS(fault_server_request(fx.rig.server, 0, NULL), "\r\nContent-Type: multipart/form-data; boundary=");
    CHECK_STR(body_with_plain_boundary(&fx),
              "--B\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\nb\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"data\"; filename=\"file\"\r\n"
              "Content-Type: application/json\r\n\r\n{}\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"notes.txt\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\non disk\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"empty\"; filename=\"other \xc3\xa9.bin\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\n\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"last\"\r\n\r\n\r\n"
              "--B--\r\n");
    CHECK(fixture_end(&fx));
}

TEST(multipart_name_cannot_leave_its_quotes)
{
    const weft_part parts[] = {
        {.name = "a\"; filename=\"b\\", .value = "1"},
        {.name = "c", .bytes = "2", .bytes_len = 1, .file_name = "\"\\\"; x=\""},
    };
    fixture fx;

    CHECK(ASK(&fx, NULL, any_post,
              &((weft_http_request){.method = "POST", .path = "/x", .body = {.parts = parts, .parts_count = 2}})));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(body_with_plain_boundary(&fx),
              "--B\r\nContent-Disposition: form-data; name=\"a\\\"; filename=\\\"b\\\\\"\r\n\r\n1\r\n"
              "--B\r\nContent-Disposition: form-data; name=\"c\"; filename=\"\\\"\\\\\\\"; x=\\\"\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\n2\r\n"
              "--B--\r\n");
    CHECK(fixture_end(&fx));
}

TEST(multipart_part_that_could_inject_is_refused)
{
    static const struct {
        weft_part part;
        const char *words;
    } bad[] = {
        {{.name = "a\r\nX: y", .value = "1"}, "body.parts[0]: name contains control"},
        {{.name = "a\n", .value = "1"}, "name contains control"},
        {{.name = "a", .bytes = "1", .bytes_len = 1, .file_name = "f\r\n\r\n--B"}, "file_name contains control"},
        {{.name = "a", .file_path = "/tmp/f\r\nX: y"}, "file_name contains control"},
        {{.name = "a", .bytes = "1", .bytes_len = 1, .content_type = "t\r\nX: y"}, "content_type has characters"},
        {{.name = "", .value = "1"}, "name is required"},
        {{.value = "1"}, "name is required"},
        {{.name = "a"}, "exactly one of value, file_path and bytes"},
        {{.name = "a", .value = "1", .file_path = "/f"}, "exactly one of value, file_path and bytes"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(fixture_refuses(
            &(weft_http_request){.method = "POST", .path = "/x", .body = {.parts = &bad[i].part, .parts_count = 1}},
            NULL, bad[i].words));
}

/* The boundary that the first request of a rig gets; they all begin with the same seed. */
static void find_boundary(char boundary[64], const char *value)
{
    const weft_part part = {.name = "a", .value = value};
    fixture fx;

    boundary[0] = '\0';
    CHECK(ASK(&fx, NULL, any_post,
              &((weft_http_request){.method = "POST", .path = "/x", .body = {.parts = &part, .parts_count = 1}})));
    snprintf(boundary, 64, "%.*s",
             (int)strcspn(strstr(fault_server_request(fx.rig.server, 0, NULL), "boundary=") + 9, "\r"),
             strstr(fault_server_request(fx.rig.server, 0, NULL), "boundary=") + 9);
    CHECK(fixture_end(&fx));
}

TEST(multipart_boundary_does_not_occur_in_what_it_bounds)
{
    char foreseen[64], chosen[64], value[160];

    find_boundary(foreseen, "1");
    CHECK(strlen(foreseen) > 30);
    snprintf(value, sizeof(value), "1\r\n--%s\r\nContent-Disposition: form-data; name=\"admin\"\r\n\r\ny", foreseen);
    find_boundary(chosen, value);
    CHECK(strlen(chosen) > 30);
    CHECK(strcmp(chosen, foreseen) != 0);
}
