#pragma once
// What the AVX-512 files share.
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#define T512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) T512

/// Writes the lanes of `mask`, packed, at `to`; touches a whole register there. (A compress into a
/// register and a plain store: compressing stores are microcoded on Zen 4.)
INLINE void keep(void *to, __mmask16 mask, __m512i values) {
  _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(mask, values));
}

INLINE void keep_ps(float *to, __mmask16 mask, __m512 values) {
  _mm512_storeu_ps(to, _mm512_maskz_compress_ps(mask, values));
}

/// The numbers of sixteen neighbouring rows.
INLINE __m512i rows_from(size_t row) {
  return _mm512_add_epi32(
      _mm512_set1_epi32((int32_t)(uint32_t)row),
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

/// Appends the rows of `kept` with their bounds; returns how many there are then.
INLINE size_t survive(__mmask16 kept, __m512i rows, __m512 lower, __m512 upper,
                      const ck_survivors *out, size_t found) {
  keep(out->rows + found, kept, rows);
  keep_ps(out->lowers + found, kept, lower);
  keep_ps(out->uppers + found, kept, upper);
  return found + (size_t)__builtin_popcount(kept);
}

/// The tile and the sieve of matrix products (avx512_tile.c).
size_t ck_tile_u8_avx512(const ck_rows *rows, const uint32_t *indices, size_t count,
                         const ck_tile *tile, const ck_survivors *out);
size_t ck_sift_f32_avx512(const ck_rows *rows, const uint32_t *indices, size_t count,
                          const float *products, size_t lanes, const float *residues,
                          const float *thresholds, float floor, const ck_survivors *out);
#endif
