#pragma once
// What all levels have in common; each translates it for its processor.
#include "candidate_kernels.h"

/// No branch depends on what is found, so that many signatures are on their way at once.
static inline __attribute__((always_inline)) size_t ct_near(
    const uint32_t *signatures, uint32_t signature, unsigned edits, const uint8_t *records,
    uint32_t *seen, uint32_t *words, size_t count) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t word = words[i], other = signatures[word];
    unsigned letters = (unsigned)__builtin_popcount((signature ^ other) & 0x7FFFFFF);
    int longer = (int)(signature >> 27) - (int)(other >> 27);
    unsigned is_near = (letters <= 2 * edits) & ((unsigned)(longer + (int)edits) <= 2 * edits);
    uint32_t *slot = seen + (word * 0x9E3779B1u >> 24);
    unsigned is_new = is_near & (*slot != word + 1);
    *slot = is_new ? word + 1 : *slot;
    words[kept] = word;
    __builtin_prefetch(records + (size_t)(is_new ? word : 0) * CT_RECORD, 0, 3);
    kept += is_new;
  }
  return kept;
}
