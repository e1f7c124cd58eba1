#include "pattern_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void pattern_text(char *out, size_t size, const char *pattern, size_t length)
{
    size_t at = 0;
    char before = ' ';
    out[0] = '\0';
    for (const char *p = pattern; *p && at + 24 < size; before = *p++) {
        bool is_word = !strchr("abcdefghijklmnopqrstuvwxyz_0123456789", before) &&
                       !strchr("abcdefghijklmnopqrstuvwxyz_0123456789", p[1] ? p[1] : ' ');
        size_t value = *p == 'N' ? length : *p == 'M' ? length * 3 / 4 : length / 4;
        if (is_word && (*p == 'N' || *p == 'M' || *p == 'K'))
            at += (size_t)snprintf(out + at, size - at, "%zu", value);
        else
            out[at++] = *p;
    }
    out[at] = '\0';
}
