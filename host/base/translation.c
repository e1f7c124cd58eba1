#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <millrace/status.h>

/* Names that others chose stand in quotes, or may have a word in them. */
static bool is_free(char before)
{
    return !before || !(strchr("'`\"_.", before) || isalnum((unsigned char)before));
}

static const mr_word *word_at(const mr_word *words, const char *text, char before)
{
    for (const mr_word *w = words; w && is_free(before) && w->name; w++)
        if (strncmp(text, w->name, strlen(w->name)) == 0) return w;
    return NULL;
}

static void put(char *out, size_t size, size_t at, const char *text, size_t length)
{
    for (size_t k = 0; k < length && at + k + 1 < size; k++) out[at + k] = text[k];
}

size_t mr_text_translate(char *out, size_t size, const char *text, const mr_word *words)
{
    size_t length = 0;
    for (char before = '\0'; text && *text; before = text[-1]) {
        const mr_word *w = word_at(words, text, before);
        const char *instead = w ? w->instead : text;
        size_t count = w ? strlen(instead) : 1;
        put(out, size, length, instead, count);
        length += count;
        text += w ? strlen(w->name) : 1;
    }
    if (size) out[length < size ? length : size - 1] = '\0';
    return length;
}
