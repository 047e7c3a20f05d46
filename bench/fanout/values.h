/* fanout/values.h - values of options. Each function is false when the text is not of its form. */
#ifndef FANOUT_VALUES_H
#define FANOUT_VALUES_H

#include <stdbool.h>
#include <stdint.h>

bool value_whole(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value);
bool value_whole_32(const char *text, uint32_t min, uint32_t max, uint32_t *ret_value);
/* Finite and not negative; `*ret_rest` is what follows it. */
bool value_number(const char *text, double *ret_value, const char **ret_rest);
/* "30", "30s", "500ms", "10m", "1h"; up to a week. */
bool value_duration(const char *text, uint32_t *ret_ms);

#endif
