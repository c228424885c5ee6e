#ifndef CWORDLISTS_H
#define CWORDLISTS_H

#include <stddef.h>

/// The word list of a language (Sources/Spelling/FORMAT.md), in the program's read-only data; NULL
/// where there is none. `language` is a lower-case code such as "en".
const unsigned char *cw_words(const char *language, size_t *byte_count);

/// Asks for the line of memory at `address`, which will be read soon.
static inline void cw_prefetch(const void *address) { __builtin_prefetch(address, 0, 1); }

#endif
