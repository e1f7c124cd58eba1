/* What operators, functions and numbers are called elsewhere, and what does the same here. */
#ifndef MR_IR_FOREIGN_H
#define MR_IR_FOREIGN_H

/* A whole hint, or NULL when the name tells nothing. */
const char *mr_foreign_operator(const char *name);
const char *mr_foreign_function(const char *name);
const char *mr_foreign_name(const char *name);

#endif
