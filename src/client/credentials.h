/* client/credentials.h - what a client sends of itself: tokens, texts of its service, and the header blocks with
 * them. */
#ifndef WEFT_CLIENT_CREDENTIALS_H
#define WEFT_CLIENT_CREDENTIALS_H

#include "client/client.h"

/* What is wrong with a text that goes into a header; NULL when nothing is. */
const char *weft__credential_fault(const char *text);
/* The same of a token; a service that would not send it says what to use instead. */
const char *weft__token_fault(const weft__service *service, const char *token);

/* The header block with the credentials of that number, with a reference; NULL when out of memory. */
weft__header_block *weft__client_header_block(weft_client *client, uint8_t credential);
/* One for another place, without credentials and without the client's own headers. */
weft__header_block *weft__client_anonymous_block(weft_client *client, const weft__url *url, const weft__origin *origin);

#endif
