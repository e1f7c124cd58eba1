/* millrace(1), from the tables that --help and `millrace ops` print. */
#include <stdio.h>
#include <string.h>

#include "cli/options.h"

/* Text in roff: what would be a request or an escape stands for itself, and a - is a minus. */
static void put_text(const char *text)
{
    if (*text == '.' || *text == '\'') printf("\\&");
    for (; *text; text++) {
        if (strncmp(text, "…", strlen("…")) == 0) {
            printf("...");
            text += strlen("…") - 1;
        } else if (*text == '\\')
            printf("\\e");
        else if (*text == '-')
            printf("\\-");
        else if (*text == '\'')
            printf("\\(aq");
        else if (*text == '^')
            printf("\\(ha");
        else if (*text == '`')
            printf("\\(ga");
        else if (*text == '~')
            printf("\\(ti");
        else
            printf("%c", *text);
    }
}

static void put_line(const char *request, const char *text)
{
    printf("%s", request);
    put_text(text);
    printf("\n");
}

static void put_option(const char *left, const char *brief)
{
    printf(".TP\n");
    put_line(".B ", left);
    put_line("", brief);
}

static void put_operators(const char *role, const char *title)
{
    mr_op_info info;
    printf(".SS %s\n", title);
    for (size_t k = 0; !mr_op_describe(&info, k, NULL); k++) {
        if (strcmp(info.role, role) != 0) continue;
        printf(".TP\n");
        put_line(".B ", info.signature);
        put_line("", info.brief);
        printf(".br\n");
        put_line("", info.example);
    }
}

void mr_manual_print(void)
{
    printf(".TH MILLRACE 1 \"\" \"millrace %s\" \"User Commands\"\n", mr_version());
    printf(".SH NAME\nmillrace \\- sequences that never exist in full, computed by OpenCL kernels\n"
           ".SH SYNOPSIS\n");
    for (const struct mr_command *c = mr_commands; c->name; c++) {
        printf("%s.B millrace %s\n", c == mr_commands ? "" : ".br\n",
               c == mr_commands ? "[run]" : c->name);
        if (c->arguments[0]) put_line(".I ", c->arguments);
    }
    printf(".SH DESCRIPTION\nA pipeline is a source, any number of stages and perhaps a terminal, "
           "joined by |:\n.PP\n.nf\n.RS\n");
    put_line("", "millrace 'range(0, 1e9) | map(3*x + 1) | filter(x % 7 == 2) | sum()'");
    printf(".RE\n.fi\n.PP\nElements go to standard output, all else to standard error.\n"
           ".SH COMMANDS\n");
    for (const struct mr_command *c = mr_commands; c->name; c++) put_option(c->name, c->brief);
    printf(".SH OPTIONS\n");
    mr_options_each(put_option);
    printf(".SH OPERATORS\n");
    put_operators("source", "Sources");
    put_operators("stage", "Stages");
    put_operators("terminal", "Terminals");
    printf(".SH EXIT STATUS\n0 done, 1 run error, 2 usage or parse error, 3 no device, 4 limit, "
           "130 interrupted, 141 closed pipe.\n.SH ENVIRONMENT\n.TP\n.B OCL_ICD_VENDORS\n"
           "where the OpenCL loader looks for devices\n.TP\n.B XDG_CACHE_HOME\n"
           "where built programs and tuned shapes are kept, else ~/.cache\n");
}
