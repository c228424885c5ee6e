// One-bit codes on AVX2: tables of sixteen sums by byte shuffles.
#if defined(__x86_64__)
#include "avx2.h"
#include "rotation.h"

#pragma STDC FP_CONTRACT OFF

/// How far ahead of a scan its codes are fetched, in bytes.
enum { CK_AHEAD = 6144 };

/// Looks both nibbles of each byte up: the low ones in `low`, the high ones in `high`.
INLINE __m256i look_up(__m256i codes, __m256i low, __m256i high) {
  __m256i nibble = _mm256_set1_epi8(15);
  return _mm256_add_epi8(
      _mm256_shuffle_epi8(low, _mm256_and_si256(codes, nibble)),
      _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(codes, 4), nibble)));
}

/// The table sums of sixteen rows, in order: a look-up gives at most 248, so 16 bits hold those of
/// 128 words of two bytes.
INLINE void sum_sixteen(const uint32_t *words, size_t length, const uint8_t *tables,
                        __m256i *low, __m256i *high) {
  // Within four rows: first bytes, second bytes, …
  __m256i gather = _mm256_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8,
                                    12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  __m256i even = _mm256_setzero_si256(), odd = even, mask = _mm256_set1_epi16(255);
  for (size_t w = 0; w < length; w++, words += CK_SIGN_ROWS, tables += 128) {
    __m256i a = _mm256_shuffle_epi8(load(words), gather);
    __m256i b = _mm256_shuffle_epi8(load(words + 8), gather);
    // Rows 0-3, 8-11, 4-7, 12-15 of one byte in each half.
    __m256i first = _mm256_permute4x64_epi64(_mm256_unpacklo_epi32(a, b), 0xd8);
    __m256i last = _mm256_permute4x64_epi64(_mm256_unpackhi_epi32(a, b), 0xd8);
    first = look_up(first, load(tables), load(tables + 64));
    last = look_up(last, load(tables + 32), load(tables + 96));
    even = _mm256_add_epi16(even, _mm256_add_epi16(_mm256_and_si256(first, mask),
                                                   _mm256_and_si256(last, mask)));
    odd = _mm256_add_epi16(odd, _mm256_add_epi16(_mm256_srli_epi16(first, 8),
                                                 _mm256_srli_epi16(last, 8)));
  }
  __m256i evens = _mm256_add_epi32(_mm256_cvtepu16_epi32(_mm256_castsi256_si128(even)),
                                   _mm256_cvtepu16_epi32(_mm256_extracti128_si256(even, 1)));
  __m256i odds = _mm256_add_epi32(_mm256_cvtepu16_epi32(_mm256_castsi256_si128(odd)),
                                  _mm256_cvtepu16_epi32(_mm256_extracti128_si256(odd, 1)));
  *low = _mm256_unpacklo_epi32(evens, odds);
  *high = _mm256_unpackhi_epi32(evens, odds);
}

/// Tests eight rows and keeps those of `wanted` that may reach the threshold.
INLINE size_t judge(__m256i sums, const float *multipliers, size_t row, unsigned wanted,
                    const ck_sign_query *query, float threshold, const ck_survivors *out,
                    size_t found) {
  __m256 multiplier = _mm256_loadu_ps(multipliers);
  __m256 addend = _mm256_loadu_ps(multipliers + CK_SIGN_ROWS);
  __m256 product = _mm256_add_ps(
      _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_set1_ps(query->step)),
      _mm256_set1_ps(query->shift));
  __m256 estimate = _mm256_add_ps(
      _mm256_mul_ps(multiplier, product),
      _mm256_add_ps(_mm256_mul_ps(addend, _mm256_set1_ps(query->along)),
                    _mm256_set1_ps(query->base)));
  __m256 upper =
      _mm256_add_ps(estimate, _mm256_mul_ps(multiplier, _mm256_set1_ps(query->above)));
  wanted &= (unsigned)_mm256_movemask_ps(
      _mm256_cmp_ps(upper, _mm256_set1_ps(threshold), _CMP_NLT_UQ));
  if (wanted == 0) return found;
  __m256 lower =
      _mm256_sub_ps(estimate, _mm256_mul_ps(multiplier, _mm256_set1_ps(query->below)));
  return survive(wanted, rows_from(row), lower, upper, out, found);
}

T256 size_t ck_scan_signs_avx2(const ck_signs *signs, size_t first, size_t count,
                               const uint64_t *live, const ck_sign_query *query, float threshold,
                               const ck_survivors *out) {
  size_t found = 0, length = signs->width / 32;
  for (size_t word = 0; word * 64 < count; word++) {
    uint64_t bits = ck_live_word(live, first, count, word);
    if (bits == 0) continue;
    size_t block = first / 64 + word;
    const uint32_t *words = signs->words + block * length * CK_SIGN_ROWS;
    const float *multipliers = signs->factors + block * 2 * CK_SIGN_ROWS;
    for (size_t at = 0; at < length * 4 * CK_SIGN_ROWS; at += 64)
      _mm_prefetch((const char *)((uintptr_t)words + CK_AHEAD + at), _MM_HINT_T0);
    for (size_t r = 0; r < CK_SIGN_ROWS; r += 16) {
      unsigned wanted = (unsigned)(bits >> r) & 0xffff;
      if (wanted == 0) continue;
      __m256i low, high;
      sum_sixteen(words + r, length, query->tables, &low, &high);
      size_t row = block * CK_SIGN_ROWS + r;
      found = judge(low, multipliers + r, row, wanted & 255, query, threshold, out, found);
      found = judge(high, multipliers + r + 8, row + 8, wanted >> 8, query, threshold, out, found);
    }
  }
  return found;
}

T256 void ck_rotate_avx2(float *values, float *spare, size_t width, const uint32_t *flips) {
  ck_rotate(values, spare, width, flips);
}
#endif
