// Outlines on AVX2: products of bytes, added up in 16 bits as long as they fit.
#if defined(__x86_64__)
#include "avx2.h"

#pragma STDC FP_CONTRACT OFF

/// How far ahead of a scan its codes are fetched, in bytes.
enum { CK_AHEAD = 8192 };

/// Four bytes of the query for all rows.
INLINE __m256i part(const int8_t *codes) {
  int32_t word;
  __builtin_memcpy(&word, codes, sizeof word);
  return _mm256_set1_epi32(word);
}

/// Eight of a block's factors as floats.
INLINE __m256 factor(const uint16_t *factors, size_t number) {
  __m128i halves = _mm_loadu_si128((const __m128i *)(factors + number * CK_SIGN_ROWS));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
}

/// The sums of code * query of eight rows.
INLINE __m256i sum_eight(const uint32_t *words, size_t length, const int8_t *codes) {
  __m256i sums = _mm256_setzero_si256(), nibble = _mm256_set1_epi8(15);
  for (size_t w = 0; w < length; w += 4) {
    // A pair of products is at most 2 * 15 * 127, and eight of those fit 16 bits.
    __m256i some = _mm256_setzero_si256();
#pragma clang loop unroll(full)
    for (size_t i = w; i < w + 4; i++) {
      __m256i row = load(words + i * CK_SIGN_ROWS);
      __m256i low = _mm256_and_si256(row, nibble);
      __m256i high = _mm256_and_si256(_mm256_srli_epi16(row, 4), nibble);
      some = _mm256_add_epi16(some, _mm256_maddubs_epi16(low, part(codes + 8 * i)));
      some = _mm256_add_epi16(some, _mm256_maddubs_epi16(high, part(codes + 8 * i + 4)));
    }
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(some, _mm256_set1_epi16(1)));
  }
  return sums;
}

/// Tests eight rows and keeps those of `wanted` that may reach the threshold.
INLINE size_t judge(__m256i sums, const uint16_t *factors, size_t row, unsigned wanted,
                    const ck_outline_query *query, float threshold, const ck_survivors *out,
                    size_t found) {
  sums = _mm256_sub_epi32(_mm256_add_epi32(sums, sums), _mm256_set1_epi32(query->offset));
  __m256 estimate = _mm256_mul_ps(
      _mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_set1_ps(query->step)), factor(factors, 0));
  __m256 error = _mm256_mul_ps(factor(factors, 1), _mm256_set1_ps(query->length));
  __m256 rest = _mm256_add_ps(_mm256_mul_ps(factor(factors, 2), _mm256_set1_ps(query->residue)),
                              _mm256_set1_ps(query->floor));
  __m256 tail = _mm256_mul_ps(factor(factors, 3), _mm256_set1_ps(query->rest));
  __m256 slack = _mm256_add_ps(error, _mm256_add_ps(tail, rest));
  __m256 upper = _mm256_add_ps(estimate, slack);
  wanted &= (unsigned)_mm256_movemask_ps(
      _mm256_cmp_ps(upper, _mm256_set1_ps(threshold), _CMP_NLT_UQ));
  if (wanted == 0) return found;
  return survive(wanted, rows_from(row), _mm256_sub_ps(estimate, slack), upper, out, found);
}

T256 size_t ck_scan_outlines_avx2(const ck_outlines *outlines, size_t first, size_t count,
                                  const uint64_t *live, const ck_outline_query *query,
                                  float threshold, const ck_survivors *out) {
  size_t found = 0, length = outlines->width / 8;
  for (size_t word = 0; word * 64 < count; word++) {
    uint64_t bits = ck_live_word(live, first, count, word);
    if (bits == 0) continue;
    size_t block = first / 64 + word;
    const uint32_t *words = outlines->words + block * length * CK_SIGN_ROWS;
    const uint16_t *factors = outlines->factors + block * CK_OUTLINE_FACTORS * CK_SIGN_ROWS;
    for (size_t r = 0; r < CK_SIGN_ROWS; r += 8) {
      // An eighth of the block; all at once would be more than the processor keeps track of.
      for (size_t at = 0; at < length * 32; at += 64)
        _mm_prefetch((const char *)((uintptr_t)(words + r * length) + CK_AHEAD + at),
                     _MM_HINT_T0);
      unsigned wanted = (unsigned)(bits >> r) & 0xff;
      if (wanted == 0) continue;
      found = judge(sum_eight(words + r, length, query->codes), factors + r,
                    block * CK_SIGN_ROWS + r, wanted, query, threshold, out, found);
    }
  }
  return found;
}
#endif
