#include "enemy_server.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

uint32_t enemy_draw(uint64_t *random, uint32_t below)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return (uint32_t)(*random >> 33) % below;
}

static uint32_t draw(const enemy_server *server, uint32_t below)
{
    return enemy_draw(server->random, below);
}

static void put(enemy_text *text, const char *bytes, size_t len)
{
    if (text->len + len > ENEMY_ANSWER_BYTES)
        len = ENEMY_ANSWER_BYTES - text->len;
    memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
}

__attribute__((format(printf, 2, 3))) static void say(enemy_text *text, const char *format, ...)
{
    char line[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    put(text, line, strlen(line));
}

static const char *pick(const enemy_server *server, const char *const *list, size_t count)
{
    return list[draw(server, (uint32_t)count)];
}

#define PICK(server, list) pick(server, list, sizeof(list) / sizeof((list)[0]))

static void say_events(const enemy_server *server, enemy_text *text, unsigned tag)
{
    static const char *const lines[] = {
        "event: done\n",
        "event: error\n",
        "id: 7\n",
        "id: a\0b\n",
        "retry: 99999999999999999999\n",
        ":\n",
        ": keep\r",
        "\r\n",
        "\n",
        "data\n",
        "data:\n",
        "event: message\r\n",
        "\xff\xfe\n",
        "\357\273\277data: {}\n",
        "nonsense\n",
        "event: job\nevent: error\n",
        "data: {\"error\":",
        "id\n",
    };

    for (uint32_t i = draw(server, 12); i > 0; i--) {
        say(text, "data: <tag %u>%s", tag, draw(server, 3) ? "\n\n" : "\n");
        say(text, "%s", PICK(server, lines));
        if (draw(server, 30) == 0)
            for (int k = 0; k < 100; k++)
                say(text, "data%s%0400d", k % 3 ? "" : ": ", k);
    }
    say(text, draw(server, 2) ? "event: done\ndata: {}\n\n" : "event: done\ndata: ");
}

static void say_body(const enemy_server *server, enemy_text *text, unsigned tag)
{
    switch (draw(server, 5)) {
    case 0:
        say(text, "{\"id\":\"<tag %u>\",\"status\":\"running\",\"output\":\"<tag %u>\"}", tag, tag);
        break;
    case 1:
        say(text, "{\"id\":\"<tag %u>\",\"status\":\"completed\",\"error\":\"<tag %u>\"", tag, tag);
        break;
    case 2:
        for (uint32_t i = draw(server, 300); i > 0; i--)
            say(text, "<tag %u> and so on;", tag);
        break;
    default:
        say_events(server, text, tag);
    }
}

static void say_chunks(const enemy_server *server, enemy_text *answer, const enemy_text *body)
{
    static const char *const extensions[] = {"", "", "", ";a=b", ";q=\"x\"", " ", ";", "\t"};
    static const char *const trailers[] = {"", "", "X-Trailer: 1\r\n", "Content-Length: 3\r\n", "bad\r\n"};

    for (size_t at = 0; at < body->len;) {
        size_t len = 1 + draw(server, (uint32_t)(body->len - at > 5000 ? 5000 : body->len - at));

        say(answer, "%zx%s\r\n", len, draw(server, 8) ? "" : PICK(server, extensions));
        put(answer, body->bytes + at, len);
        say(answer, "\r\n");
        at += len;
    }
    if (draw(server, 20) == 0)
        say(answer, "%s\r\n", draw(server, 2) ? "ffffffffffffffffff" : "-1");
    say(answer, "0\r\n%s\r\n", PICK(server, trailers));
}

/* Where redirects lead: home, in circles, abroad, and to where nobody may be led. */
static void say_location(const enemy_server *server, enemy_text *text, unsigned tag)
{
    static const char *const places[] = {
        "https://127.0.0.1:1/",
        "unix:/run/stromboli.sock",
        "http+unix://%2Ftmp%2Fx/",
        "//127.0.0.1:1/",
        "",
        "?",
        "http://",
        "http://user:pass@127.0.0.1:1/",
        "file:///etc/passwd",
        "http://[::1",
        "/a b",
        "/\xff",
        "../../..",
        "javascript:1",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:1/#x",
    };

    switch (draw(server, 4)) {
    case 0:
        say(text, "Location: /t/%u/again%u\r\n", tag, draw(server, 3));
        break;
    case 1:
        say(text, "Location: http://127.0.0.1:%d/t/%u/abroad\r\n", server->other_port, tag);
        break;
    default:
        say(text, "Location: %s\r\n", PICK(server, places));
    }
}

static void say_extra_headers(const enemy_server *server, enemy_text *text)
{
    static const char *const headers[] = {
        "Content-Type: text/event-stream\r\n",
        "Content-Type: application/json\r\n",
        "Connection: close\r\n",
        "Connection: keep-alive, close\r\n",
        "Content-Encoding: gzip\r\n",
        "Content-Encoding: br\r\n",
        "Retry-After: 0\r\n",
        "Retry-After: -1\r\n",
        "Retry-After: 1e9\r\n",
        "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
        "Transfer-Encoding: gzip\r\n",
        "X:\r\n",
        ":\r\n",
        "X-Request-Id: \x01\r\n",
        "Upgrade: websocket\r\n",
        "X-Long: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n",
        "A: b\r\n c\r\n",
        "Set-Cookie: a=b\r\n",
        "Retry-After: 99999999999999999999\r\n",
        "Content-Length: 0\r\n",
    };

    for (uint32_t i = draw(server, 4); i > 0; i--)
        say(text, "%s", PICK(server, headers));
    if (draw(server, 60) == 0)
        for (int i = 0; i < 3000; i++)
            say(text, "X-Endless-%d: %d\r\n", i, i);
}

static void say_framing(const enemy_server *server, enemy_text *answer, const enemy_text *body)
{
    static const char *const lengths[] = {
        "-1",
        "+5",
        "0x5",
        "5, 5",
        "18446744073709551616",
        "9223372036854775807",
        "9223372036854775808",
        "",
        "99999999999",
        "1 1",
        "5\r\nContent-Length: 6",
    };

    switch (draw(server, 8)) {
    case 0:
        say(answer, "\r\n");
        put(answer, body->bytes, body->len);
        break;
    case 1:
        say(answer, "Content-Length: %s\r\n\r\n", PICK(server, lengths));
        put(answer, body->bytes, body->len);
        break;
    case 2:
        say(answer, "Content-Length: %zu\r\n\r\n", body->len + draw(server, 20) - 10);
        put(answer, body->bytes, body->len);
        break;
    case 3:
    case 4:
        say(answer, "Transfer-Encoding: chunked\r\n\r\n");
        say_chunks(server, answer, body);
        break;
    default:
        say(answer, "Content-Length: %zu\r\n\r\n", body->len);
        put(answer, body->bytes, body->len);
    }
}

/* Statuses that say that nothing was done are kept apart, for what they answer may come again. */
static int draw_status(const enemy_server *server, bool may_turn_away)
{
    static const int statuses[] = {200, 200, 200, 200, 200, 200, 200, 201, 202, 204, 206, 302, 307, 308, 301, 303,
                                   304, 400, 401, 404, 408, 409, 410, 422, 500, 502, 504, 599, 101, 999, 0};

    if (may_turn_away && draw(server, 8) == 0)
        return draw(server, 2) ? 429 : 503;
    return statuses[draw(server, sizeof(statuses) / sizeof(statuses[0]))];
}

int enemy_say(const enemy_server *server, enemy_text *answer, unsigned tag, bool may_turn_away)
{
    static char body_bytes[ENEMY_ANSWER_BYTES];
    enemy_text body = {body_bytes, 0};
    int status = draw_status(server, may_turn_away);

    for (uint32_t i = draw(server, 6) ? 0 : draw(server, 40); i > 0; i--)
        say(answer, "HTTP/1.1 10%u x\r\nX-Early: %u\r\n\r\n", draw(server, 10) ? 0 : draw(server, 4), i);
    say(answer, "HTTP/1.%u %d %s\r\n", draw(server, 9) ? 1 : draw(server, 3), status, draw(server, 3) ? "x" : "");
    if (status / 100 == 3 && draw(server, 6))
        say_location(server, answer, tag);
    say(answer, "Content-Type: %s\r\n", draw(server, 2) ? "text/event-stream" : "application/json");
    if (draw(server, 3) == 0)
        say_extra_headers(server, answer);
    say_body(server, &body, tag);
    say_framing(server, answer, &body);
    return status;
}

void enemy_spoil(const enemy_server *server, enemy_text *answer)
{
    for (uint32_t i = draw(server, 8) ? 0 : 1 + draw(server, 3); i > 0 && answer->len > 0; i--) {
        size_t head = answer->len < 200 ? answer->len : 200;
        size_t at = draw(server, (uint32_t)head);

        /* Digits stay what they are, so that no tag becomes another. */
        if (answer->bytes[at] < '0' || answer->bytes[at] > '9')
            answer->bytes[at] = "\r\n\0 :;,\x7f\xff"[draw(server, 9)];
    }
    if (draw(server, 8) == 0)
        answer->len = draw(server, (uint32_t)answer->len + 1);
}
