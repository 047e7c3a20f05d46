#include "http/head_lines.h"

#include <string.h>

#include "base/assert.h"
#include "base/text.h"

enum place { LINE_START, LINE_INSIDE, LINE_AFTER_CR, BLANK_LINE_AFTER_CR };

typedef struct reading {
    size_t read;
    weft__head_verdict verdict;
    const char *reason;
} reading;

static const char lone_cr[] = "carriage return without line feed";
static const char lone_lf[] = "line feed without carriage return";

static void refuse(reading *now, weft__head_verdict verdict, const char *reason)
{
    now->verdict = verdict;
    now->reason = reason;
}

/* Inside a line: to its end, or to the end of the bytes. */
static void read_line(weft__head_lines *lines, reading *now, const char *bytes, size_t len)
{
    const char *line_feed = memchr(bytes, '\n', len);
    size_t stop = line_feed ? (size_t)(line_feed - bytes) : len;
    const char *carriage_return = memchr(bytes, '\r', stop);

    if (carriage_return && carriage_return + 1 < bytes + stop) {
        refuse(now, WEFT__HEAD_REFUSED, lone_cr);
        now->read += (size_t)(carriage_return - bytes) + 1;
    } else if (line_feed && !carriage_return) {
        refuse(now, WEFT__HEAD_REFUSED, lone_lf);
        now->read += stop;
    } else if (line_feed) {
        lines->place = LINE_START;
        now->read += stop + 1;
    } else {
        lines->place = carriage_return ? LINE_AFTER_CR : LINE_INSIDE;
        now->read += len;
    }
}

/* As "Connection" and "Keep-Alive" do, and of the usual headers no other. Where too little of the line is there, it may
 * be one. */
static bool may_be_persistence(const char *line, size_t len)
{
    char first = weft__text_lower(*line);

    return first == 'k' || (first == 'c' && (len < 4 || weft__text_lower(line[3]) == 'n'));
}

/* The first byte of a line, of which there are `len` bytes or more than the line. */
static void read_line_start(weft__head_lines *lines, reading *now, const char *line, size_t len)
{
    bool is_status_line = lines->count == 0;
    char byte = *line;

    if (is_status_line && byte != 'H') {
        refuse(now, WEFT__HEAD_REFUSED, "no HTTP status line");
    } else if (byte == '\r') {
        lines->place = BLANK_LINE_AFTER_CR;
        now->read++;
    } else if (byte == '\n') {
        refuse(now, WEFT__HEAD_REFUSED, lone_lf);
    } else if (byte == ' ' || byte == '\t') {
        refuse(now, WEFT__HEAD_REFUSED, "folded header line");
    } else if (byte == ':') {
        refuse(now, WEFT__HEAD_REFUSED, "header without a name");
    } else if (lines->count > lines->max_headers) {
        refuse(now, WEFT__HEAD_TOO_MANY, "too many headers");
    } else {
        lines->count++;
        lines->place = LINE_INSIDE;
        lines->has_t |= byte == 't' || byte == 'T';
        lines->has_persistence |= may_be_persistence(line, len);
    }
}

weft__head_verdict weft__head_lines_read(weft__head_lines *lines, const char *bytes, size_t len, size_t *ret_read,
                                         const char **ret_reason)
{
    size_t room = lines->max_bytes - lines->bytes;
    size_t limit = len < room ? len : room; /* never looks beyond what is allowed */
    reading now = {.verdict = WEFT__HEAD_GOES_ON};

    WEFT__ASSERT(lines->bytes <= lines->max_bytes && lines->max_headers <= UINT16_MAX - 2);
    while (now.read < limit && now.verdict == WEFT__HEAD_GOES_ON) {
        const char *at = bytes + now.read;

        if (lines->place == LINE_START) {
            read_line_start(lines, &now, at, limit - now.read);
        } else if (lines->place == LINE_INSIDE) {
            read_line(lines, &now, at, limit - now.read);
        } else if (*at != '\n') {
            refuse(&now, WEFT__HEAD_REFUSED, lone_cr);
        } else {
            if (lines->place == BLANK_LINE_AFTER_CR)
                now.verdict = WEFT__HEAD_COMPLETE;
            lines->place = LINE_START;
            now.read++;
        }
    }
    if (now.verdict == WEFT__HEAD_GOES_ON && limit < len)
        refuse(&now, WEFT__HEAD_TOO_LARGE, "head too large");
    WEFT__ASSERT(now.read <= limit && (now.verdict <= WEFT__HEAD_COMPLETE) == (now.reason == NULL));
    lines->bytes += (uint32_t)now.read;
    *ret_read = now.read;
    *ret_reason = now.reason;
    return now.verdict;
}
