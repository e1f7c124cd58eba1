#include "emit/note.h"

const char *mr_form_name(enum mr_form form)
{
    static const char *const names[] = {
#define FORM_NAME(constant, name) [constant] = name,
        MR_FORM_TABLE(FORM_NAME)
#undef FORM_NAME
    };
    return names[form];
}
