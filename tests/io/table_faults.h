/* What opening a table does when memory runs out. */
#ifndef TESTS_TABLE_FAULTS_H
#define TESTS_TABLE_FAULTS_H

#include <stdint.h>

/* Opens the file with its first allocation failing, then with its second, and so on: each is
 * reported and leaks nothing. The number of the first that is not asked for any more. */
uint64_t table_faults(const char *path);

#endif
