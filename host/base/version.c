#include <millrace/version.h>

const char *mr_version(void)
{
    return MR_VERSION;
}

int mr_version_number(void)
{
    return MR_VERSION_NUMBER;
}
