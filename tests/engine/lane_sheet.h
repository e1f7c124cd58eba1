/* One operation of the host engine, asked of lanes with known values. */
#ifndef MR_TESTS_ENGINE_LANE_SHEET_H
#define MR_TESTS_ENGINE_LANE_SHEET_H

#include <math.h>

#include "engine/lanes.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define I(value) ((mr_scalar){.i64 = (value)})
#define U(value) ((mr_scalar){.u64 = (value)})
#define F(value) ((mr_scalar){.f64 = (value)})
#define NANF64 F((double)NAN)
#define INFF64 F((double)INFINITY)
#define MINUS_INF F(-(double)INFINITY)

/* Operands and results, lane by lane; there is room for so many. */
enum { SHEET_LANES = 512 };

struct sheet {
    unsigned char *columns[3], *results;
    mr_dtype dtypes[3];
    size_t count;
};

void sheet_open(struct sheet *sheet, mr_dtype x, mr_dtype y, mr_dtype z);
void sheet_close(struct sheet *sheet);
void sheet_put(struct sheet *sheet, int column, size_t lane, mr_scalar value);

/* Computes `value` of a body that loads the sheet's columns. */
bool sheet_run_body(struct sheet *sheet, struct ir_body *body, ir_value value);

/* Runs `op` on the sheet's columns (a cast goes to `to`). */
bool sheet_run(struct sheet *sheet, enum ir_op op, int operands, mr_dtype to);

/* Whether `op` gives bool whatever it is given. */
bool sheet_gives_bool(enum ir_op op);

mr_scalar sheet_result(const struct sheet *sheet, size_t lane, mr_dtype dtype);
void sheet_expect(enum ir_op op, mr_dtype dtype, size_t lane, mr_scalar got, mr_scalar want);

#endif
