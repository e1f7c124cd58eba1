#include "emit/kernel_text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* What a folder of the name cpu stands for; a twin takes what those before it left. */
static const char *const architectures[] = {"x86", "generic"};

static const struct mr_kernel_text *find(const char *name)
{
    for (size_t k = 0; k < mr_kernel_texts_count; k++)
        if (!strcmp(mr_kernel_texts[k].name, name)) return &mr_kernel_texts[k];
    return NULL;
}

const char *mr_kernel_text(const char *name)
{
    const struct mr_kernel_text *row = find(name);
    return row ? row->text : NULL;
}

static void add_row(struct mr_kernel_program *program, const struct mr_kernel_text *row)
{
    size_t number = (size_t)(row - mr_kernel_texts);
    assert(number < MR_KERNEL_TEXTS_MOST);
    if (program->added[number]) return;
    program->added[number] = true;
    for (const char *name = row->needs, *end; *name; name = *end ? end + 1 : end) {
        char path[64];
        end = name + strcspn(name, " ");
        (void)snprintf(path, sizeof path, "%.*s", (int)(end - name), name);
        mr_kernel_program_add(program, path);
    }
    mr_strbuf_addf(program->out, "\n#line 1 \"%s\"\n", row->name);
    mr_strbuf_add(program->out, row->text);
}

static void add_folder(struct mr_kernel_program *program, const char *folder)
{
    for (size_t k = 0; k < mr_kernel_texts_count; k++)
        if (!strncmp(mr_kernel_texts[k].name, folder, strlen(folder)))
            add_row(program, &mr_kernel_texts[k]);
}

/* A CPU's folder has those files only that it has something better for. */
static void add_twins(struct mr_kernel_program *program, const char *name)
{
    bool found = false;
    for (size_t k = 0; k < sizeof architectures / sizeof architectures[0]; k++) {
        char path[64];
        (void)snprintf(path, sizeof path, "%s/%s", architectures[k], name);
        const struct mr_kernel_text *row = find(path);
        found |= row != NULL;
        if (row) add_row(program, row);
    }
    if (!found) program->failed = true;
}

void mr_kernel_program_add(struct mr_kernel_program *program, const char *name)
{
    if (!strncmp(name, "cpu/", strlen("cpu/"))) {
        add_twins(program, name + strlen("cpu/"));
    } else if (name[strlen(name) - 1] == '/') {
        add_folder(program, name);
    } else {
        const struct mr_kernel_text *row = find(name);
        if (row)
            add_row(program, row);
        else
            program->failed = true;
    }
}
