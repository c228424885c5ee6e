#pragma once
// What all levels have in common; each translates it for its processor.
#include "candidate_kernels.h"

/// No branch depends on what is found, so that many words are on their way at once.
static inline __attribute__((always_inline)) size_t ct_fetch(
    const uint64_t *packed, uint32_t *seen, uint32_t *words, size_t count, uint32_t *lower,
    uint32_t *upper) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t word = words[i];
    uint64_t letters = packed[word];
    uint32_t *slot = seen + (word * 0x9E3779B1u >> 24);
    size_t is_new = *slot != word + 1;
    *slot = word + 1;
    words[kept] = word;
    lower[kept] = (uint32_t)letters;
    upper[kept] = (uint32_t)(letters >> 32);
    kept += is_new;
  }
  return kept;
}
