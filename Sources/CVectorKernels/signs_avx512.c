// One-bit codes on AVX-512 with VBMI: 64 look-ups an instruction, each in the table of its byte.
#if defined(__x86_64__)
#include "avx512.h"
#include "rotation.h"

#pragma STDC FP_CONTRACT OFF

// What needs VBMI, besides the instructions of avx512.h.
#define TVBMI \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512vbmi")))

/// How far ahead of a scan its codes are fetched, in bytes.
enum { CK_AHEAD = 6144 };

/// Adds to each of sixteen sums what the tables give for a word of its row.
static inline __attribute__((always_inline)) TVBMI __m512i add_word(__m512i sums, __m512i codes, __m512i low, __m512i high) {
  // Byte p of a word looks into table p: bits 4 and 5 of its index.
  __m512i nibble = _mm512_set1_epi8(15), table = _mm512_set1_epi32(0x30201000);
  __m512i below = _mm512_ternarylogic_epi32(nibble, codes, table, 0xca);
  __m512i above =
      _mm512_ternarylogic_epi32(nibble, _mm512_srli_epi32(codes, 4), table, 0xca);
  __m512i both = _mm512_add_epi8(_mm512_permutexvar_epi8(below, low),
                                 _mm512_permutexvar_epi8(above, high));
  return _mm512_dpbusd_epi32(sums, both, _mm512_set1_epi8(1));
}

static inline __attribute__((always_inline)) TVBMI size_t judge(__m512i sums, const float *multipliers, size_t row, __mmask16 wanted,
                    const ck_sign_query *query, float threshold, const ck_survivors *out,
                    size_t found) {
  __m512 multiplier = _mm512_loadu_ps(multipliers);
  __m512 addend = _mm512_loadu_ps(multipliers + CK_SIGN_ROWS);
  __m512 product = _mm512_add_ps(
      _mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_set1_ps(query->step)),
      _mm512_set1_ps(query->shift));
  __m512 estimate = _mm512_add_ps(
      _mm512_mul_ps(multiplier, product),
      _mm512_add_ps(_mm512_mul_ps(addend, _mm512_set1_ps(query->along)),
                    _mm512_set1_ps(query->base)));
  __m512 upper =
      _mm512_add_ps(estimate, _mm512_mul_ps(multiplier, _mm512_set1_ps(query->above)));
  __mmask16 kept =
      _mm512_mask_cmp_ps_mask(wanted, upper, _mm512_set1_ps(threshold), _CMP_NLT_UQ);
  if (kept == 0) return found;
  __m512 lower =
      _mm512_sub_ps(estimate, _mm512_mul_ps(multiplier, _mm512_set1_ps(query->below)));
  return survive(kept, rows_from(row), lower, upper, out, found);
}

TVBMI size_t ck_scan_signs_avx512(const ck_signs *signs, size_t first, size_t count,
                                 const uint64_t *live, const ck_sign_query *query,
                                 float threshold, const ck_survivors *out) {
  size_t found = 0, length = signs->width / 32;
  for (size_t word = 0; word * 64 < count; word++) {
    uint64_t bits = ck_live_word(live, first, count, word);
    if (bits == 0) continue;
    size_t block = first / 64 + word;
    const uint32_t *words = signs->words + block * length * CK_SIGN_ROWS;
    const float *multipliers = signs->factors + block * 2 * CK_SIGN_ROWS;
    const uint8_t *tables = query->tables;
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    for (size_t w = 0; w < length; w++, words += CK_SIGN_ROWS, tables += 128) {
      __m512i low = _mm512_loadu_si512(tables), high = _mm512_loadu_si512(tables + 64);
      for (size_t at = 0; at < 4 * CK_SIGN_ROWS; at += 64)
        _mm_prefetch((const char *)((uintptr_t)words + CK_AHEAD + at), _MM_HINT_T0);
      a = add_word(a, _mm512_loadu_si512(words), low, high);
      b = add_word(b, _mm512_loadu_si512(words + 16), low, high);
      c = add_word(c, _mm512_loadu_si512(words + 32), low, high);
      d = add_word(d, _mm512_loadu_si512(words + 48), low, high);
    }
    size_t row = block * CK_SIGN_ROWS;
    found = judge(a, multipliers, row, (__mmask16)bits, query, threshold, out, found);
    found = judge(b, multipliers + 16, row + 16, (__mmask16)(bits >> 16), query, threshold, out,
                  found);
    found = judge(c, multipliers + 32, row + 32, (__mmask16)(bits >> 32), query, threshold, out,
                  found);
    found = judge(d, multipliers + 48, row + 48, (__mmask16)(bits >> 48), query, threshold, out,
                  found);
  }
  return found;
}

TVBMI void ck_rotate_avx512(float *values, float *spare, size_t width, const uint32_t *flips) {
  ck_rotate(values, spare, width, flips);
}
#endif
