/* What a shell offers when a word is to be completed. The scripts for bash, zsh and fish know
 * nothing of the language: they ask `millrace _complete WORD...`, whose last word is the one being
 * written, and get a line for each whole word that it may become, a tab and what that is.
 *
 *     millrace _complete 'range(10) | fil'   ->   range(10) | filter(<tab>the elements for ...
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/options.h"
#include "ir/op.h"
#include "ir/typing.h"
#include "lang/catalogue.h"

/* ---- inside a pipeline ---- */

/* Where the text stops: before the name that is being written, and in which call. */
struct place {
    const char *name;       /* of the name, maybe empty, at the text's end */
    const struct mr_op *op; /* whose arguments it is among; NULL: none */
    const char *parameter;  /* the one it is the value of, "dtype="; NULL: not known */
    bool begins, is_behind; /* a pipeline begins here, or goes on behind a bar */
};

static bool is_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *name_before(const char *text, const char *end)
{
    while (end > text && is_of_name(end[-1])) end--;
    return end;
}

static const struct mr_op *op_named(const char *name, size_t length)
{
    for (size_t k = 0; k < mr_ops_count; k++)
        if (strlen(mr_ops[k]->name) == length && !strncmp(mr_ops[k]->name, name, length))
            return mr_ops[k];
    return NULL;
}

/* The call whose bracket is the last one still open before `end`; NULL: there is none. */
static const char *open_bracket(const char *text, const char *end)
{
    int depth = 0;
    while (end-- > text) {
        depth += *end == ')' ? 1 : *end == '(' ? -1 : 0;
        if (depth < 0) return end;
    }
    return NULL;
}

static bool takes_sequences(const struct mr_op *op)
{
    for (const struct mr_param *p = op->params; p->type != MR_PARAM_NONE; p++)
        if (p->type == MR_PARAM_SEQS) return true;
    return false;
}

/* Whether the text stops in one of its texts, names in back quotes or comments. */
static bool is_in_quotes(const char *text)
{
    char quote = '\0';
    for (const char *c = text; *c; c++) {
        char ends = quote == '#' ? '\n' : quote;
        if (quote == '"' && *c == '\\' && c[1])
            c++;
        else if (quote)
            quote = *c == ends ? '\0' : quote;
        else if (*c == '"' || *c == '`' || *c == '#')
            quote = *c;
    }
    return quote;
}

static struct place place_of(const char *text)
{
    const char *end = text + strlen(text), *bracket;
    struct place at = {.name = name_before(text, end)};
    const char *before = at.name;
    while (before > text && before[-1] == ' ') before--;
    char last = before > text ? before[-1] : '\0';
    for (bracket = open_bracket(text, at.name); bracket && !at.op;
         bracket = at.op ? bracket : open_bracket(text, bracket)) {
        const char *name = name_before(text, bracket);
        at.op = op_named(name, (size_t)(bracket - name));
    }
    bool nests = !at.op || takes_sequences(at.op);
    at.is_behind = last == '|' && nests;
    at.begins = !last || (nests && (last == '(' || last == ',' || last == ':'));
    if (last == '=' && before - 1 > text) at.parameter = name_before(text, before - 1);
    return at;
}

struct offer {
    const char *text; /* that all candidates begin with */
    size_t length;    /* of it before the name */
    const char *name;
};

static void put(const struct offer *o, const char *name, size_t length, const char *tail,
                const char *brief)
{
    if (strlen(o->name) > length || strncmp(name, o->name, strlen(o->name)) != 0) return;
    printf("%.*s%.*s%s\t%s\n", (int)o->length, o->text, (int)length, name, tail, brief);
}

static void put_operators(const struct offer *o, bool begins)
{
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        if (op->is_internal || (op->role == MR_SOURCE) != begins) continue;
        put(o, op->name, strlen(op->name), op->params[0].type == MR_PARAM_NONE ? "()" : "(",
            op->brief);
    }
}

/* Capitals stand for something else than themselves: "K/N|auto". */
static void put_choices(const struct offer *o, const char *choices, const char *brief)
{
    for (const char *end; choices && *choices; choices = *end ? end + 1 : end) {
        end = choices + strcspn(choices, "|");
        if (!isupper((unsigned char)*choices)) put(o, choices, (size_t)(end - choices), "", brief);
    }
}

static void put_dtypes(const struct offer *o)
{
    for (mr_dtype dtype = MR_DTYPE_NONE + 1; dtype < MR_DTYPE_COUNT; dtype++)
        put(o, mr_dtype_name(dtype), strlen(mr_dtype_name(dtype)), "", "dtype");
}

/* The parameter's values; false: they are not a few. */
static bool put_values(const struct offer *o, const struct mr_param *p)
{
    if (p->type == MR_PARAM_CHOICE)
        put_choices(o, p->choices, p->brief);
    else if (p->type == MR_PARAM_DTYPE || p->type == MR_PARAM_DTYPES)
        put_dtypes(o);
    else
        return false;
    return true;
}

static void put_parameter(const struct offer *o, const struct mr_param *p)
{
    char range[MR_RANGE_TEXT_BYTES], brief[300];
    (void)mr_param_range_text(p, range);
    (void)snprintf(brief, sizeof brief, "%s%s%s", p->brief, range[0] ? ", " : "", range);
    put(o, p->name, strlen(p->name), "=", brief);
}

static void put_arguments(const struct offer *o, const struct place *at)
{
    bool has_expressions = false;
    for (const struct mr_param *p = at->op->params; p->type != MR_PARAM_NONE; p++) {
        bool is_meant = at->parameter && !strncmp(at->parameter, p->name, strlen(p->name)) &&
                        at->parameter[strlen(p->name)] == '=';
        if (is_meant && put_values(o, p)) return;
        has_expressions |= p->type == MR_PARAM_EXPR || p->type == MR_PARAM_EXPRS;
        if (at->parameter) continue;
        bool is_by_place = !p->fallback || p == at->op->params; /* sum(exact) */
        if (p->type == MR_PARAM_CHOICE && is_by_place) (void)put_values(o, p);
        if (!mr_param_is_variadic(p)) put_parameter(o, p);
    }
    for (const char *const *f = mr_function_names; has_expressions && *f; f++)
        put(o, *f, strlen(*f), "(", "function");
}

static void complete_pipeline(const char *text)
{
    if (is_in_quotes(text)) return;
    struct place at = place_of(text);
    const struct offer o = {text, (size_t)(at.name - text), at.name};
    if (at.begins) put_operators(&o, true);
    if (at.is_behind) put_operators(&o, false);
    if (at.op && !at.is_behind) put_arguments(&o, &at);
}

/* ---- words ---- */

static bool is_pipeline(const char *word)
{
    return strpbrk(word, "(|") != NULL;
}

/* Whether a word is the value of the option before it; bash has three of --format=csv. */
static bool is_value(char *const words[], size_t k)
{
    return k > 0 && (mr_option_values(words[k - 1]) || !strcmp(words[k - 1], "="));
}

/* What the last word may be as an option's value; `o` then begins behind its "=". */
static const char *values_of(struct offer *o, char *const words[], size_t count)
{
    char option[40];
    const char *sign = o->text[0] == '-' ? strchr(o->text, '=') : NULL;
    if (!sign) {
        size_t back = count > 2 && !strcmp(words[count - 2], "=") ? 3 : 2;
        return count > 1 ? mr_option_values(words[count - back]) : NULL;
    }
    o->length = (size_t)(sign + 1 - o->text);
    o->name = sign + 1;
    (void)snprintf(option, sizeof option, "%.*s", (int)(sign - o->text), o->text);
    return mr_option_values(option);
}

static const struct mr_command *command_of(char *const words[], size_t count, bool *is_given)
{
    *is_given = false;
    for (size_t k = 0; k + 1 < count; k++) {
        if (words[k][0] == '-' || is_value(words, k)) continue;
        *is_given = true;
        for (const struct mr_command *c = mr_commands; c->name; c++)
            if (!strcmp(c->name, words[k])) return c;
        return NULL;
    }
    return NULL;
}

static void put_commands(const struct offer *o)
{
    for (const struct mr_command *c = mr_commands; c->name; c++)
        put(o, c->name, strlen(c->name), "", c->brief);
}

/* What is named alone: NAME is an operator's. */
static void put_names(const struct offer *o, const char *kinds)
{
    if (strstr(kinds, "COMMAND")) put_commands(o);
    for (size_t k = 0; k < mr_ops_count; k++)
        if (!mr_ops[k]->is_internal)
            put(o, mr_ops[k]->name, strlen(mr_ops[k]->name), "", mr_ops[k]->brief);
    for (const char *const *f = mr_function_names; strstr(kinds, "FUNCTION") && *f; f++)
        put(o, *f, strlen(*f), "", "function");
}

void mr_complete(char *const words[], size_t count)
{
    const char *word = count ? words[count - 1] : "";
    struct offer o = {word, 0, word};
    bool is_given;
    const struct mr_command *command = command_of(words, count, &is_given);
    const char *values = values_of(&o, words, count);
    const char *takes = command ? command->arguments : is_given ? "" : "PIPELINE";
    if (values) {
        if (strchr(values, '|')) put_choices(&o, values, "value");
    } else if (word[0] == '-') {
        mr_options_complete(word, command ? command->name : NULL);
    } else if (!strcmp(takes, "PIPELINE")) {
        if (!is_given && !is_pipeline(word)) put_commands(&o);
        complete_pipeline(word);
    } else if (takes[0] == '[') {
        put_names(&o, takes);
    } else {
        put_choices(&o, takes, "argument");
    }
}

/* ---- the scripts ---- */

/* A single word would be ended by the quote that it began with, though the pipeline goes on: with a
 * second one, a blank longer, only what both have is put in. */
static const char bash[] =
    "# bash completion for millrace: eval \"$(millrace completion bash)\"\n"
    "_millrace() {\n"
    "    local line words=(\"${COMP_WORDS[@]:1:COMP_CWORD-1}\" \"$2\")\n"
    "    COMPREPLY=()\n"
    "    while IFS=$'\\t' read -r line _; do COMPREPLY+=(\"$line\")\n"
    "    done < <(\"$1\" _complete \"${words[@]}\" 2>/dev/null)\n"
    "    if [ ${#COMPREPLY[@]} -eq 0 ]; then compopt -o default\n"
    "    elif [[ ${COMPREPLY[0]} == *[\\(=] || $2 == *[\\(\\|]* ]]; then\n"
    "        compopt -o nospace\n"
    "        [ ${#COMPREPLY[@]} -gt 1 ] || COMPREPLY+=(\"${COMPREPLY[0]} \")\n"
    "    fi\n"
    "}\n"
    "complete -F _millrace millrace\n";

static const char zsh[] =
    "#compdef millrace\n"
    "# zsh completion for millrace: millrace completion zsh > FOLDER_OF_FPATH/_millrace\n"
    "_millrace() {\n"
    "    local -a whole shown before open\n"
    "    local line brief last=$PREFIX\n"
    "    [[ -n $compstate[quote] ]] || last=${(Q)PREFIX}\n"
    "    before=(\"${(@Q)words[2,CURRENT-1]}\")\n"
    "    while IFS=$'\\t' read -r line brief; do\n"
    "        whole+=(\"$line\") shown+=(\"$line -- $brief\")\n"
    "    done < <(\"${(Q)words[1]}\" _complete \"${before[@]}\" \"$last\" 2>/dev/null)\n"
    "    [[ $whole[1] != *[\\(=] && $last != *[\\(\\|]* ]] || open=(-S '')\n"
    "    if (( $#whole )); then compadd \"${open[@]}\" -l -d shown -a whole\n"
    "    else compset -P '--*='; _files; fi\n"
    "}\n"
    "if [[ $funcstack[1] == _millrace ]]; then _millrace \"$@\"\n"
    "else compdef _millrace millrace; fi\n";

static const char fish[] = "# fish completion for millrace: millrace completion fish | source\n"
                           "complete -c millrace -a '(millrace _complete (commandline -opc)[2..-1] "
                           "(commandline -ct | string unescape) 2>/dev/null)'\n";

int mr_command_completion(const struct mr_options *options, char *const arguments[], size_t count)
{
    static const struct {
        const char *shell, *script;
    } scripts[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    mr_error err;
    (void)options;
    for (size_t k = 0; count && k < sizeof scripts / sizeof scripts[0]; k++) {
        if (strcmp(scripts[k].shell, arguments[0]) != 0) continue;
        printf("%s", scripts[k].script);
        return 0;
    }
    if (count)
        mr_fail(&err, MR_E_NAME, "completion: '%s' is none of bash, zsh, fish", arguments[0]);
    else
        mr_fail(&err, MR_E_ARITY, "completion: for which shell?");
    mr_error_hint(&err, err.status, "eval \"$(millrace completion bash)\"");
    return mr_report(&err);
}
