// Outlines on AVX-512 with VNNI: 128 four-bit products in two instructions.
#if defined(__x86_64__)
#include "avx512.h"

#pragma STDC FP_CONTRACT OFF

/// How far ahead of a scan its codes are fetched, in bytes.
enum { CK_AHEAD = 8192 };

/// Sixteen of a block's factors as floats.
INLINE __m512 factor(const uint16_t *factors, size_t number) {
  __m256i halves = _mm256_loadu_si256((const __m256i *)(factors + number * CK_SIGN_ROWS));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}

/// Tests sixteen rows: `low` has the sums of the low halves, `high` sixteen times the others.
INLINE size_t judge(__m512i low, __m512i high, const uint16_t *factors, size_t row,
                    __mmask16 wanted, const ck_outline_query *query, float threshold,
                    const ck_survivors *out, size_t found) {
  __m512i sums = _mm512_add_epi32(low, _mm512_srai_epi32(high, 4));
  sums = _mm512_sub_epi32(_mm512_add_epi32(sums, sums), _mm512_set1_epi32(query->offset));
  __m512 estimate = _mm512_mul_ps(
      _mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_set1_ps(query->step)), factor(factors, 0));
  __m512 error = _mm512_mul_ps(factor(factors, 1), _mm512_set1_ps(query->length));
  __m512 rest = _mm512_add_ps(_mm512_mul_ps(factor(factors, 2), _mm512_set1_ps(query->residue)),
                              _mm512_set1_ps(query->floor));
  __m512 tail = _mm512_mul_ps(factor(factors, 3), _mm512_set1_ps(query->rest));
  __m512 slack = _mm512_add_ps(error, _mm512_add_ps(tail, rest));
  __m512 upper = _mm512_add_ps(estimate, slack);
  __mmask16 kept =
      _mm512_mask_cmp_ps_mask(wanted, upper, _mm512_set1_ps(threshold), _CMP_NLT_UQ);
  if (kept == 0) return found;
  return survive(kept, rows_from(row), _mm512_sub_ps(estimate, slack), upper, out, found);
}

T512 size_t ck_scan_outlines_avx512(const ck_outlines *outlines, size_t first, size_t count,
                                    const uint64_t *live, const ck_outline_query *query,
                                    float threshold, const ck_survivors *out) {
  size_t found = 0, length = outlines->width / 8;
  __m512i lower = _mm512_set1_epi8(0x0f), upper = _mm512_set1_epi8((char)0xf0);
  for (size_t word = 0; word * 64 < count; word++) {
    uint64_t bits = ck_live_word(live, first, count, word);
    if (bits == 0) continue;
    size_t block = first / 64 + word;
    const uint32_t *words = outlines->words + block * length * CK_SIGN_ROWS;
    const uint16_t *factors = outlines->factors + block * CK_OUTLINE_FACTORS * CK_SIGN_ROWS;
    const int8_t *codes = query->codes;
    __m512i low[4], high[4];
    for (int r = 0; r < 4; r++) low[r] = high[r] = _mm512_setzero_si512();
    for (size_t w = 0; w < length; w++, words += CK_SIGN_ROWS, codes += 8) {
      int32_t halves[2];
      __builtin_memcpy(halves, codes, sizeof halves);
      __m512i even = _mm512_set1_epi32(halves[0]), odd = _mm512_set1_epi32(halves[1]);
#pragma clang loop unroll(full)
      for (int r = 0; r < 4; r++) {
        _mm_prefetch((const char *)((uintptr_t)(words + 16 * r) + CK_AHEAD), _MM_HINT_T0);
        __m512i row = _mm512_loadu_si512(words + 16 * r);
        low[r] = _mm512_dpbusd_epi32(low[r], _mm512_and_si512(row, lower), even);
        high[r] = _mm512_dpbusd_epi32(high[r], _mm512_and_si512(row, upper), odd);
      }
    }
    for (size_t r = 0; r < 4; r++)
      found = judge(low[r], high[r], factors + 16 * r, block * CK_SIGN_ROWS + 16 * r,
                    (__mmask16)(bits >> 16 * r), query, threshold, out, found);
  }
  return found;
}
#endif
