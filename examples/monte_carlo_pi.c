/* Pi by throwing points at a square. The points are element n of two random streams: the same on
 * every machine, and more of them continue where fewer ended. */
#include <inttypes.h>
#include <math.h>
#include <millrace/millrace.h>
#include <stdio.h>

static mr_status share_inside(int64_t points, double *share, mr_error *err)
{
    mr_seq *square = NULL, *seq = NULL;
    mr_scalar value;
    mr_status st = mr_seq_parse(
        &square, "zip(x: uniform(seed=1, stream=0), y: uniform(seed=1, stream=1))", err);

    if (!st) {
        mr_builder *b = mr_builder_create();
        mr_builder_from(b, square);
        mr_builder_apply(b, "take", (mr_arg[]){mr_int(points)}, 1);
        mr_builder_apply(b, "map", (mr_arg[]){mr_expr("f64(x*x + y*y < 1)")}, 1);
        mr_builder_apply(b, "mean", NULL, 0);
        st = mr_builder_finish(&seq, &b, err);
    }
    if (!st) st = mr_reduce(seq, NULL, &value, NULL, err);
    if (!st) *share = value.f64;
    mr_seq_release(&seq);
    mr_seq_release(&square);
    return st;
}

int main(void)
{
    for (int64_t points = 1000; points <= 10000000; points *= 10) {
        mr_error err;
        double share = 0;
        if (share_inside(points, &share, &err)) {
            char text[1024];
            mr_error_render(text, sizeof text, &err);
            fputs(text, stderr);
            return 1;
        }
        double deviation = 4 * sqrt(share * (1 - share) / (double)points);
        printf("%8" PRId64 " points: %.7f +- %.7f\n", points, 4 * share, deviation);
    }
    return 0;
}
