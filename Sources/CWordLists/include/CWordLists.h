#ifndef CWORDLISTS_H
#define CWORDLISTS_H

#include <stddef.h>
#include <stdint.h>

/// The word list of a language (Sources/Spelling/FORMAT.md), in the program's read-only data; NULL
/// where there is none. `language` is a lower-case code such as "en".
const unsigned char *cw_words(const char *language, size_t *byte_count);

/// Asks for the line of memory at `address`, which will be read soon.
static inline void cw_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/// Symbols of a word's beginning that deletions are made in.
#define CW_PREFIX 7

/// Hashes of the strings that are left when `least` to `most` (0…2) of the first CW_PREFIX symbols
/// are deleted, fewest first; of several deletions in a run of equal symbols that leave the same
/// string one is made. `shift` is added to each symbol. Writes at most 29 hashes and returns how
/// many.
size_t cw_deletions(
    const uint16_t *symbols, size_t count, uint64_t shift, int least, int most, uint64_t *hashes);

#endif
