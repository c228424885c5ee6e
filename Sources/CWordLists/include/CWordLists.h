#ifndef CWORDLISTS_H
#define CWORDLISTS_H

#include <stddef.h>

/// The word list of a language (Sources/Spelling/FORMAT.md), in the program's read-only data; NULL
/// where there is none. `language` is a lower-case code such as "en".
const unsigned char *cw_words(const char *language, size_t *byte_count);

#endif
