// Many queries at once on AVX-512: the 8-bit tile, and the sieve of matrix products.
#if defined(__x86_64__)
#include "avx512.h"

#pragma STDC FP_CONTRACT OFF

/// `height` rows against `groups` x 16 queries, both known where this is inlined: the query lies
/// in the lanes, so nothing is summed across them. Fetches the rows at `next` meanwhile.
INLINE size_t tile(const ck_rows *rows, const uint32_t *indices, const uint32_t *next, int height,
                   int groups, const ck_tile *queries, const ck_survivors *out, size_t found) {
  const uint8_t *codes[8];
  __m512i sums[8][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < height; r++) codes[r] = rows->codes + indices[r] * rows->stride;
#pragma clang loop unroll(full)
  for (int g = 0; g < groups; g++) {
    __m512i start = _mm512_sub_epi32(_mm512_setzero_si512(),
                                     _mm512_loadu_si512(queries->offsets + 16 * g));
#pragma clang loop unroll(full)
    for (int r = 0; r < height; r++) sums[r][g] = start;
  }
  const int8_t *packed = queries->packed;
  for (size_t i = 0; i < rows->stride; i += 4, packed += groups * 64) {
    if (i % 64 == 0) {
#pragma clang loop unroll(full)
      for (int r = 0; r < height; r++)
        _mm_prefetch((const char *)(rows->codes + next[r] * rows->stride + i), _MM_HINT_T0);
    }
    __m512i query[4];
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) query[g] = _mm512_loadu_si512(packed + 64 * g);
#pragma clang loop unroll(full)
    for (int r = 0; r < height; r++) {
      int32_t four;
      __builtin_memcpy(&four, codes[r] + i, 4);
      __m512i row = _mm512_set1_epi32(four);
#pragma clang loop unroll(full)
      for (int g = 0; g < groups; g++)
        sums[r][g] = _mm512_dpbusd_epi32(sums[r][g], row, query[g]);
    }
  }
  __m512 floor = _mm512_set1_ps(queries->floor);
#pragma clang loop unroll(full)
  for (int r = 0; r < height; r++) {
    uint32_t row = indices[r];
    __m512 scale = _mm512_set1_ps(rows->scales[row]);
    __m512 error = _mm512_set1_ps(rows->errors[row]);
    __m512 norm = _mm512_set1_ps(rows->norms[row]);
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) {
      __m512 estimate =
          _mm512_mul_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sums[r][g]),
                                      _mm512_loadu_ps(queries->steps + 16 * g)),
                        scale);
      __m512 rest = _mm512_add_ps(
          _mm512_mul_ps(norm, _mm512_loadu_ps(queries->residues + 16 * g)), floor);
      __m512 slack = _mm512_add_ps(
          _mm512_mul_ps(error, _mm512_loadu_ps(queries->lengths + 16 * g)), rest);
      __m512 upper = _mm512_add_ps(estimate, slack);
      __mmask16 kept = _mm512_cmp_ps_mask(
          upper, _mm512_loadu_ps(queries->thresholds + 16 * g), _CMP_NLT_UQ);
      if (__builtin_expect(kept == 0, 1)) continue;
      __m512i lane = _mm512_add_epi32(
          _mm512_set1_epi32(16 * g),
          _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
      _mm512_storeu_si512(out->rows + found, _mm512_set1_epi32((int32_t)row));
      keep(out->lanes + found, kept, lane);
      keep_ps(out->lowers + found, kept, _mm512_sub_ps(estimate, slack));
      keep_ps(out->uppers + found, kept, upper);
      found += (size_t)__builtin_popcount(kept);
    }
  }
  return found;
}

#define TILES(NAME, HEIGHT, GROUPS)                                                            \
  T512 static size_t NAME(const ck_rows *rows, const uint32_t *indices, size_t count,          \
                          const ck_tile *queries, const ck_survivors *out) {                   \
    size_t found = 0, r = 0;                                                                   \
    for (; r + HEIGHT <= count; r += HEIGHT) {                                                 \
      const uint32_t *next = indices + r + (r + 2 * HEIGHT <= count ? HEIGHT : 0);             \
      found = tile(rows, indices + r, next, HEIGHT, GROUPS, queries, out, found);              \
    }                                                                                          \
    for (; r < count; r++)                                                                     \
      found = tile(rows, indices + r, indices + r, 1, GROUPS, queries, out, found);            \
    return found;                                                                              \
  }

TILES(tile_16, 8, 1)
TILES(tile_32, 8, 2)
TILES(tile_48, 8, 3)
TILES(tile_64, 6, 4)

T512 size_t ck_tile_u8_avx512(const ck_rows *rows, const uint32_t *indices, size_t count,
                              const ck_tile *queries, const ck_survivors *out) {
  switch (queries->groups) {
    case 1: return tile_16(rows, indices, count, queries, out);
    case 2: return tile_32(rows, indices, count, queries, out);
    case 3: return tile_48(rows, indices, count, queries, out);
    default: return tile_64(rows, indices, count, queries, out);
  }
}

T512 size_t ck_sift_f32_avx512(const ck_rows *rows, const uint32_t *indices, size_t count,
                               const float *products, size_t lanes, const float *residues,
                               const float *thresholds, float floor, const ck_survivors *out) {
  size_t found = 0;
  __m512i step = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (size_t r = 0; r < count; r++) {
    uint32_t row = indices[r];
    __m512 length = _mm512_set1_ps(rows->norms[row] + rows->errors[row]);
    for (size_t first = 0; first < lanes; first += 16) {
      size_t left = lanes - first;
      __mmask16 inside = left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1);
      __m512 estimate = _mm512_maskz_loadu_ps(inside, products + r * lanes + first);
      __m512 slack = _mm512_add_ps(
          _mm512_mul_ps(length, _mm512_maskz_loadu_ps(inside, residues + first)),
          _mm512_set1_ps(floor));
      __m512 upper = _mm512_add_ps(estimate, slack);
      __mmask16 kept = _mm512_mask_cmp_ps_mask(
          inside, upper, _mm512_maskz_loadu_ps(inside, thresholds + first), _CMP_NLT_UQ);
      if (kept == 0) continue;
      _mm512_storeu_si512(out->rows + found, _mm512_set1_epi32((int32_t)row));
      keep(out->lanes + found, kept, _mm512_add_epi32(_mm512_set1_epi32((int32_t)first), step));
      keep_ps(out->lowers + found, kept, _mm512_sub_ps(estimate, slack));
      keep_ps(out->uppers + found, kept, upper);
      found += (size_t)__builtin_popcount(kept);
    }
  }
  return found;
}
#endif
