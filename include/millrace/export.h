/* What the shared library shows: only names marked MR_API leave it. */
#ifndef MILLRACE_EXPORT_H
#define MILLRACE_EXPORT_H

#if defined(__GNUC__) || defined(__clang__)
#define MR_API __attribute__((visibility("default")))
#else
#define MR_API
#endif

#ifdef __cplusplus
#define MR_EXTERN_C_BEGIN extern "C" {
#define MR_EXTERN_C_END }
#else
#define MR_EXTERN_C_BEGIN
#define MR_EXTERN_C_END
#endif

#endif
