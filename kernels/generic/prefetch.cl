/* Lines that a loop will come to are left to the device. */
#ifndef PREFETCH_AT
#define PREFETCH_AT(p, index) (void)(p)
#endif
#ifndef PREFETCH_TO_WRITE
#define PREFETCH_TO_WRITE(p) (void)(p)
#endif
#ifndef PREFETCH
#define PREFETCH(p) (void)(p)
#endif
