#include "faults.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *word, *sentence;
} table[] = {
#define ROW(name, word, sentence) {word, sentence},
    WORLD_FAULTS(ROW)
#undef ROW
};

const char *fault_word(unsigned index)
{
    return table[index].word;
}

const char *fault_sentence(unsigned index)
{
    return table[index].sentence;
}

uint32_t faults_of_seed(uint64_t seed)
{
    uint64_t value = seed * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t faults = 0;

    value ^= value >> 29;
    value *= UINT64_C(0xBF58476D1CE4E5B9);
    value ^= value >> 32;
    for (int i = 0; i < FAULT_COUNT; i++) {
        value = value * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        if ((value >> 40) % 100 < 55)
            faults |= UINT32_C(1) << i;
    }
    return seed % 4 == 0 ? faults : faults & ~(uint32_t)FAULT_MEMORY;
}

static bool parse_one(const char *word, size_t len, uint32_t *faults)
{
    for (unsigned i = 0; i < FAULT_COUNT; i++)
        if (strlen(table[i].word) == len && memcmp(table[i].word, word, len) == 0) {
            *faults |= UINT32_C(1) << i;
            return true;
        }
    return false;
}

bool faults_parse(const char *words, uint32_t *ret_faults)
{
    uint32_t faults = 0;

    while (*words) {
        size_t len = strcspn(words, ",");

        if (!parse_one(words, len, &faults) && strncmp(words, "none", len) != 0)
            return false;
        words += len + (words[len] == ',');
    }
    *ret_faults = faults;
    return true;
}

void faults_print(uint32_t faults)
{
    const char *comma = "";

    for (unsigned i = 0; i < FAULT_COUNT; i++)
        if (faults & UINT32_C(1) << i) {
            printf("%s%s", comma, table[i].word);
            comma = ",";
        }
    if (!faults)
        printf("none");
}
