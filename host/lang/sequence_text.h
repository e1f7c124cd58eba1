/* What a saved stream is told by. */
#ifndef MR_LANG_SEQUENCE_TEXT_H
#define MR_LANG_SEQUENCE_TEXT_H

#include <millrace/sequence.h>

/* mr_seq_text() and mr_seq_fingerprint() in one, also of what only calls can describe, which stands
 * there by its name, `callback()`: for comparing with what the same calls made elsewhere. */
mr_status mr_seq_outline(char **text, mr_fingerprint *print, const mr_seq *seq, mr_error *err);

#endif
