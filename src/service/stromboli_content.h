/* service/stromboli_content.h - the parts of a message that come in several forms. */
#ifndef WEFT_SERVICE_STROMBOLI_CONTENT_H
#define WEFT_SERVICE_STROMBOLI_CONTENT_H

#include "json/codec.h"
#include "weft/stromboli_types.h"

/* Sets `body` and `tool` from `content` and `tool_result`. False when memory is short. */
bool weft__stromboli_read_message(weft__arena *arena, weft_stromboli_message *message);

#endif
