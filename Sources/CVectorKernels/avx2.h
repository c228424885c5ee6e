#pragma once
// What the AVX2 files that scan share.
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#define T256 __attribute__((target("avx2,fma,popcnt")))
#define INLINE static inline __attribute__((always_inline)) T256

INLINE __m256i load(const void *at) { return _mm256_loadu_si256((const __m256i *)at); }

/// The numbers of eight neighbouring rows.
INLINE __m256i rows_from(size_t row) {
  return _mm256_add_epi32(_mm256_set1_epi32((int32_t)(uint32_t)row),
                          _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/// Appends the rows of `kept`, not zero, with their bounds; returns how many there are then.
INLINE size_t survive(unsigned kept, __m256i rows, __m256 lower, __m256 upper,
                      const ck_survivors *out, size_t found) {
  uint32_t numbers[8];
  float lowers[8], uppers[8];
  _mm256_storeu_si256((__m256i *)numbers, rows);
  _mm256_storeu_ps(lowers, lower);
  _mm256_storeu_ps(uppers, upper);
  for (; kept; kept &= kept - 1) {
    int r = __builtin_ctz(kept);
    out->rows[found] = numbers[r];
    out->lowers[found] = lowers[r];
    out->uppers[found++] = uppers[r];
  }
  return found;
}
#endif
