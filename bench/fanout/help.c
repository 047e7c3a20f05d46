#include "fanout/help.h"

#include "fanout/options.h"

#include <stdio.h>
#include <string.h>

enum { FLAG_COLUMNS = 22 };

/* The description beside its flag, further lines of it below. */
static void print_option(const char *flag, const char *description)
{
    printf("  %-*s", FLAG_COLUMNS, flag);
    if (strlen(flag) >= FLAG_COLUMNS)
        printf("\n  %-*s", FLAG_COLUMNS, "");
    for (;;) {
        size_t len = strcspn(description, "\n");

        printf("%.*s\n", (int)len, description);
        if (!description[len])
            return;
        description += len + 1;
        printf("  %-*s", FLAG_COLUMNS, "");
    }
}

void help_print(void)
{
    fputs("weft-fanout - runs many prompts at once against a service, and shows what happens\n"
          "\n"
          "Usage: weft-fanout --url URL --prompts FILE [options]\n"
          "\n"
          "Options:\n",
          stdout);
    options_print(print_option);
    fputs("\n"
          "Input: each line is a request of the service's API, as JSON, with all its fields. Blank lines are "
          "skipped.\n"
          "  stromboli         {\"prompt\":\"Review "
          "src/main.c\",\"claude\":{\"model\":\"haiku\"},\"podman\":{\"timeout\":\"5m\"}}\n"
          "  skillbox          {\"skill\":\"text-summary\",\"input\":{\"text\":\"to be or not\"}}\n"
          "  handinger         {\"input\":\"Summarise the news\",\"workerId\":\"wrk_9aQ2\"}\n"
          "  agentserver       {\"target_id\":\"sbx-1\",\"prompt\":\"Fix the build\"}\n"
          "  agentserver turn  {\"workspaceId\":\"ws-1\",\"params\":{\"input\":[{\"type\":\"text\",\"text\":\"hi\"}]"
          "}}\n"
          "  Members that weft does not know are sent as they are, as far as the service's requests are open to\n"
          "  more, for later servers may know them; one that looks like a mistyped known one is an error.\n"
          "  Stromboli's streams can only carry prompt, workdir and claude.session_id; the rest is not sent "
          "then.\n"
          "\n"
          "Results: a line has the run's number, its prompt's index and line, mode, latency and output, or "
          "its error.\n"
          "  A run has failed when it was not answered, and also when its status is not that of success.\n"
          "  An async run ends for its figures when a look at its job finds it ended: --poll sets how finely.\n"
          "  A run is never started twice: when it may have been acted on, that is reported, not repeated. The\n"
          "  \"outcome\" of each error says what is known: not_acted_on, unknown or acted_on.\n"
          "\n"
          "Ctrl-C cancels what is in flight, jobs at the service included, and still reports; a second one "
          "exits\n"
          "at once, without results or report, with status 130.\n"
          "\n"
          "Exit status: 0 every run was answered and completed; 1 some failed, or were never started; "
          "2 wrong\n"
          "usage: nothing was sent; 3 results, report or summary could not be written; 130 a second Ctrl-C.\n"
          "\n"
          "Examples:\n"
          "  weft-fanout --url http://localhost:8585 --prompts prompts.jsonl --results results.jsonl\n"
          "      Runs each prompt once, 32 at a time.\n"
          "  weft-fanout --url http://localhost:8585 --prompts prompts.jsonl --mode stream \\\n"
          "              --requests 50000 --concurrency 5000 --ramp-up 10 --report report.html\n"
          "      Five thousand event streams at once, reached within ten seconds.\n"
          "  weft-fanout --url http://localhost:8585 --prompts prompts.jsonl --mode mix --rate 200/s \\\n"
          "              --requests 12000 --concurrency 2000 --quiet --report report.json\n"
          "      Two hundred starts a second for a minute, and figures for a script.\n",
          stdout);
}
