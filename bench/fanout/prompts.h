/* fanout/prompts.h - the requests that a file holds, one JSON object per line, read and checked before any is
 * sent. */
#ifndef FANOUT_PROMPTS_H
#define FANOUT_PROMPTS_H

#include "base/buffer.h"
#include "base/memory.h"
#include "fanout/options.h"

typedef struct fanout_prompt {
    const void *request; /* in the arena; the service's */
    size_t line;         /* of the file, from 1 */
} fanout_prompt;

typedef struct fanout_prompts {
    weft__heap heap;
    weft__arena arena;  /* owns the requests */
    weft__buffer text;  /* the whole file: raw parts of requests point into it */
    weft__buffer items; /* of prompt */
    size_t count;
    size_t beyond_streams; /* requests with more than a stream can carry */
} fanout_prompts;

enum { PROMPTS_MESSAGE_MAX = 512 };

/* Reads `options->prompts_path`, "-" for standard input. False with a message that names file, line and what is wrong
 * there; prompts_deinit is due either way. */
bool prompts_load(fanout_prompts *prompts, const fanout_options *options, char message[PROMPTS_MESSAGE_MAX]);
void prompts_deinit(fanout_prompts *prompts);

static inline const fanout_prompt *prompts_at(const fanout_prompts *prompts, size_t index)
{
    return (const fanout_prompt *)(const void *)prompts->items.data + index;
}

#endif
