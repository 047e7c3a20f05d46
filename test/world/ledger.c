#include "ledger.h"

#include <string.h>

#include "world.h"

static ledger_entry entries[LEDGER_NUMBERS];

void ledger_reset(void)
{
    memset(entries, 0, sizeof(entries));
}

ledger_entry *ledger_get(int number)
{
    return number > 0 && number < LEDGER_NUMBERS ? &entries[number] : NULL;
}

void ledger_receive(int number, bool acts)
{
    ledger_entry *entry = ledger_get(number);

    INVARIANT(TWICE, !acts || entry->seen == 0 || entry->may_repeat, "%d is received again, %s", number,
              entry->acted ? "and it had been acted on" : "though nothing said that it was not acted on");
    entry->seen++;
    entry->may_repeat = !acts;
}

void ledger_act(int number)
{
    entries[number].acted++;
}

void ledger_refuse(int number)
{
    entries[number].may_repeat = true;
}
