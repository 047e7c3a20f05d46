#include "call/coding.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "call/answer.h"
#include "call/ending.h"
#include "call/headers.h"

enum {
    PIECE_BYTES = 16 * 1024,
    LOOKED_AT_BYTES = 64, /* that much text is not by chance what a compressed body begins with */
    GZIP_BEGIN = 0x1f,    /* of every gzip member; no text has it */
};

static bool is_one_of(weft_str word, const char *const *words)
{
    for (; *words; words++)
        if (weft__text_equal_nocase(word, weft__str(*words)))
            return true;
    return false;
}

/* The words that servers and proxies write over bytes which they leave as they are: transfer encodings of mail, a
 * character set, what a store of objects keeps of an upload. */
static bool means_nothing(weft_str word)
{
    static const char *const words[] = {"identity", "none",  "plain", "7bit",        "8bit",
                                        "binary",   "utf-8", "utf8",  "aws-chunked", NULL};

    return word.len == 0 || is_one_of(word, words);
}

/* Takes the first word off a list. */
static weft_str next_word(weft_str *list)
{
    const char *comma = memchr(list->ptr, ',', list->len);
    weft_str word = {list->ptr, comma ? (size_t)(comma - list->ptr) : list->len};
    size_t step = word.len + (comma ? 1 : 0);

    list->ptr += step;
    list->len -= step;
    return weft__text_trim(word);
}

static weft__coding coding_of(weft_str list)
{
    static const char *const gzip[] = {"gzip", "x-gzip", NULL};
    weft__coding coding = WEFT__CODING_NONE;

    while (list.len > 0) {
        weft_str word = next_word(&list);

        if (means_nothing(word))
            continue;
        if (coding != WEFT__CODING_NONE || !is_one_of(word, gzip) || !weft__gzip_is_supported())
            return WEFT__CODING_FOREIGN;
        coding = WEFT__CODING_GZIP;
    }
    return coding;
}

void weft__call_start_decoding(weft_call *call)
{
    weft_str encoding = weft__call_content_encoding(call);

    call->attempt.looked_at = 0;
    call->attempt.coding = (uint8_t)(encoding.len > 0 ? coding_of(encoding) : WEFT__CODING_NONE);
    if (call->attempt.coding == WEFT__CODING_GZIP && call->exchange.lane == WEFT__LANE_STREAMS)
        call->attempt.coding = WEFT__CODING_FOREIGN; /* a stream asks for none */
}

/* What cannot be read makes an error answer unreadable, whose status counts all the same, and ends a success. */
static weft__flow give_up(weft_call *call, const char *text)
{
    if (!weft__call_is_error_answer(call)) {
        weft__call_fail(call, WEFT_E_ENCODING, "%s", text);
        return WEFT__FLOW_STOP;
    }
    call->attempt.unreadable = true;
    weft__call_drop_body(call);
    return WEFT__FLOW_GO;
}

static weft__flow refuse(weft_call *call)
{
    char text[128];

    if (call->attempt.coding == WEFT__CODING_GZIP)
        return give_up(call, "the answer's gzip encoding is broken");
    snprintf(text, sizeof(text), "the answer has Content-Encoding %.40s, which was not asked for",
             weft__call_content_encoding(call).ptr);
    return give_up(call, text);
}

/* Whether the bytes are text, but for a character that is cut off at either end; escapes that colour a terminal's
 * output may be in it. */
static bool is_text(const char *bytes, size_t len)
{
    size_t tail = 0;

    for (size_t i = 0; i < len; i++)
        if ((unsigned char)bytes[i] < ' ' && !memchr("\t\n\f\r\x1b", bytes[i], 5))
            return false;
    for (int i = 0; i < 3 && len > 0 && ((unsigned char)*bytes & 0xc0) == 0x80; i++, bytes++)
        len--;
    while (tail < 3 && tail < len && ((unsigned char)bytes[len - 1 - tail] & 0xc0) == 0x80)
        tail++;
    if (tail < len && (unsigned char)bytes[len - 1 - tail] >= 0xc0)
        len -= tail + 1;
    return weft__utf8_is_valid(bytes, len);
}

/* Bytes under a word that says they are encoded: as long as they are text they are taken as they are. */
static weft__flow take_plain(weft_call *call, char *bytes, size_t len, size_t *used)
{
    size_t look = LOOKED_AT_BYTES - call->attempt.looked_at;

    look = len < look ? len : look;
    if (!is_text(bytes, look))
        return refuse(call);
    call->attempt.looked_at += (uint8_t)look;
    if (call->attempt.looked_at == LOOKED_AT_BYTES)
        call->attempt.coding = WEFT__CODING_NONE;
    return call->kind->body(call, bytes, len, used);
}

static weft__flow fail(weft_call *call, weft__gzip_status status)
{
    if (status == WEFT__GZIP_RATIO)
        return give_up(call, "the answer's body expands beyond all measure");
    if (status != WEFT__GZIP_NO_MEMORY)
        return refuse(call);
    weft__call_fail_memory(call);
    return WEFT__FLOW_STOP;
}

bool weft__call_end_decoding(weft_call *call)
{
    if (!call->attempt.gzip || call->attempt.unreadable || weft__gzip_is_whole(call->attempt.gzip))
        return true;
    return give_up(call, "the answer's gzip encoding is cut off") == WEFT__FLOW_GO;
}

static bool begin_gzip(weft_call *call)
{
    call->attempt.gzip = weft__gzip_new(&call->engine->loop.heap);
    if (!call->attempt.gzip) {
        weft__call_fail_memory(call);
        return false;
    }
    if (call->exchange.secret)
        weft__gzip_mark_secret(call->attempt.gzip);
    return true;
}

/* Who pauses gets no more than the piece at hand, and what of the input is left comes again. Only what the decoder
 * holds back of input that is used up is handed over in spite of a pause: nothing else would bring it out. */
static weft__flow unpack(weft_call *call, const char *bytes, size_t len, size_t *used)
{
    char piece[PIECE_BYTES];
    const char *input = bytes;
    weft__flow flow = WEFT__FLOW_GO;

    for (;;) {
        size_t size, taken;
        weft__gzip_status status = weft__gzip_decode(call->attempt.gzip, &input, &len, piece, sizeof(piece), &size);

        taken = size;
        if (size > 0 && status <= WEFT__GZIP_END)
            flow = call->kind->body(call, piece, size, &taken);
        if (call->exchange.secret)
            weft__wipe(piece, size);
        if (status > WEFT__GZIP_END)
            return fail(call, status);
        if (flow == WEFT__FLOW_STOP)
            return flow;
        if (status != WEFT__GZIP_OUTPUT || (flow == WEFT__FLOW_PAUSE && len > 0))
            break;
    }
    *used = (size_t)(input - bytes);
    return flow;
}

weft__flow weft__call_decode_body(weft_call *call, char *bytes, size_t len, size_t *used)
{
    bool is_gzip = call->attempt.coding == WEFT__CODING_GZIP;

    if (is_gzip && !call->attempt.gzip && call->attempt.looked_at == 0 && len > 0 && *bytes == GZIP_BEGIN &&
        !begin_gzip(call))
        return WEFT__FLOW_STOP;
    return call->attempt.gzip ? unpack(call, bytes, len, used) : take_plain(call, bytes, len, used);
}
