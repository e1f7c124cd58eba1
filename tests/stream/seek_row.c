#include "seek_row.h"

#include <stdio.h>

void seek_check_from(mr_stream *s, const struct seek_row *row, int64_t position)
{
    mr_error err = {0};
    mr_status st = mr_stream_seek(s, position, &err);
    CU_ASSERT_EQUAL(st, MR_OK);
    if (st != MR_OK) printf("\n%s: %s", row->text, err.message);
    CU_ASSERT_EQUAL(mr_stream_tell(s), position);
    int64_t left = position < row->length ? row->length - position : 0;
    int64_t most = left < 2000 ? left : 2000;
    int64_t count = rig_drain(s, 2000, row->value, &st, &err);
    CU_ASSERT_EQUAL(st, MR_OK);
    CU_ASSERT_TRUE(count >= most);
    if (st != MR_OK || count < most)
        printf("\n%s from %lld: %lld elements; %s", row->text, (long long)position,
               (long long)count, err.message);
}

int64_t seek_triangular(int64_t n)
{
    return n * (n + 1) / 2;
}

int64_t seek_from_eleven(int64_t n)
{
    return n + 11;
}
