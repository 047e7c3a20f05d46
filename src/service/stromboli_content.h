/* service/stromboli_content.h - the parts of a message that come in several forms. */
#ifndef WEFT_SERVICE_STROMBOLI_CONTENT_H
#define WEFT_SERVICE_STROMBOLI_CONTENT_H

#include "json/codec.h"
#include "weft/stromboli_types.h"

/* Sets `body` and `tool` from `content` and `tool_result`. Fails for want of memory, or of the arena's room. */
weft__codec_status weft__stromboli_read_message(weft__arena *arena, weft_stromboli_message *message);

#endif
