#include <stdio.h>
#include <stdlib.h>

#include "layer.h"

static struct {
    size_t least, most, byte;
} flip;

void flip_read_environment(void)
{
    const char *text = getenv("MILLRACE_LAYER_FLIP");
    if (text && sscanf(text, "%zu:%zu:%zu", &flip.least, &flip.most, &flip.byte) != 3)
        flip.most = 0;
}

bool flip_is_meant(cl_map_flags flags, size_t bytes)
{
    return flip.most && (flags & CL_MAP_READ) && bytes >= flip.least && bytes <= flip.most &&
           flip.byte < bytes;
}

void flip_bit(void *mapped)
{
    if (mapped) ((unsigned char *)mapped)[flip.byte] ^= 1;
}
