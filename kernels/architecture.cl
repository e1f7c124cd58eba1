/* Whose CPU's files are used besides those of kernels/generic: told here, by what the device's
 * compiler defines. MR_GENERIC keeps to the generic ones, with the same bits; tests define it.
 *
 * Another CPU is a folder of files that are named as those of kernels/generic, come before them and
 * define what that CPU does better; a macro like MR_X86; and a row in host/emit/kernel_text.c. */

/* Bits of a vector: 512 with the instructions of AVX-512 for lanes of 32 and 64 bits, 256 with
 * AVX2, 128 with neither; 0: another CPU, or a compiler that does not tell. */
#if defined(MR_GENERIC)
#define MR_X86 0
#elif defined(__AVX512F__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
#define MR_X86 512
#elif defined(__AVX2__)
#define MR_X86 256
#elif defined(__x86_64__)
#define MR_X86 128
#else
#define MR_X86 0
#endif

/* What kernels/operations and kernels/lib may ask of any CPU. */
#if MR_X86
#define MR_VECTOR_BITS MR_X86
#else
#define MR_VECTOR_BITS 128
#endif
#if defined(FP_FAST_FMA) || (MR_X86 && defined(__FMA__))
#define MR_HAS_FMA 1
#endif
