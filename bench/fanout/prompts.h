/* fanout/prompts.h - the requests that a file holds, one JSON object per line, read and checked before any is sent. */
#ifndef FANOUT_PROMPTS_H
#define FANOUT_PROMPTS_H

#include "fanout/buffer.h"
#include "fanout/options.h"
#include "weft/weft.h"

typedef struct fanout_prompt {
    const char *arguments; /* of the service's operation, JSON: in the file's text, or the next */
    char *completed;       /* owned: the line with what the options add to it; NULL when that is nothing */
    char *streamed;        /* owned: the arguments of a stream, where those are others; else NULL */
    size_t line;           /* of the file, from 1 */
} fanout_prompt;

/* Zeroed is empty. */
typedef struct fanout_prompts {
    fanout_buffer text; /* the whole file, its lines ended by NUL */
    fanout_prompt *items;
    size_t count, size;
    size_t beyond_streams; /* requests with more than a stream can carry */
} fanout_prompts;

enum { PROMPTS_MESSAGE_MAX = 1024 };

/* Reads `options->prompts_path`, "-" for standard input, for a client, which sends nothing yet. False with a message
 * that names file, line and what is wrong there; prompts_deinit is due either way. */
bool prompts_load(fanout_prompts *prompts, const fanout_options *options, weft_client *client,
                  char message[PROMPTS_MESSAGE_MAX]);
void prompts_deinit(fanout_prompts *prompts);

/* What an item in that mode sends of the prompt. */
const char *prompt_arguments(const fanout_prompt *prompt, fanout_mode mode);

#endif
