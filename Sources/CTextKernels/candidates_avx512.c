// Sixteen entries or words in a register.
#if defined(__x86_64__)
#include <immintrin.h>

#include "candidates.h"
#include "levels.h"

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,popcnt")))

static TARGET size_t tagged(const uint32_t *entries, size_t count, uint32_t tag, unsigned shortest,
                            unsigned longest, uint32_t end, uint32_t *words) {
  const __m512i tag_bits = _mm512_set1_epi32((1 << CT_TAG_BITS) - 1);
  const __m512i length_bits = _mm512_set1_epi32(((1 << CT_LENGTH_BITS) - 1) << CT_TAG_BITS);
  const __m512i tags = _mm512_set1_epi32((int)tag), ends = _mm512_set1_epi32((int)end);
  const __m512i least = _mm512_set1_epi32((int)(shortest << CT_TAG_BITS));
  const __m512i most = _mm512_set1_epi32((int)(longest << CT_TAG_BITS));
  size_t found = 0;
  for (size_t i = 0; i < count; i += 16) {
    const __m512i some = _mm512_loadu_si512(entries + i);
    const __m512i numbers = _mm512_srli_epi32(some, CT_WORD_SHIFT);
    const __m512i lengths = _mm512_and_si512(some, length_bits);
    __mmask16 here = count - i < 16 ? (__mmask16)((1u << (count - i)) - 1) : 0xFFFF;
    here = _mm512_mask_cmpeq_epi32_mask(here, _mm512_and_si512(some, tag_bits), tags);
    here = _mm512_mask_cmpge_epu32_mask(here, lengths, least);
    here = _mm512_mask_cmple_epu32_mask(here, lengths, most);
    here = _mm512_mask_cmplt_epu32_mask(here, numbers, ends);
    _mm512_storeu_si512(words + found, _mm512_maskz_compress_epi32(here, numbers));
    found += (size_t)__builtin_popcount(here);
  }
  return found;
}

static TARGET size_t fetch(const uint64_t *packed, uint32_t *seen, uint32_t *words, size_t count,
                           uint32_t *lower, uint32_t *upper) {
  return ct_fetch(packed, seen, words, count, lower, upper);
}

static TARGET void distances(const uint32_t *masks, size_t length, const uint32_t *lower,
                             const uint32_t *upper, size_t count, uint8_t *distances) {
  const __m512i low = _mm512_loadu_si512(masks), high = _mm512_loadu_si512(masks + 16);
  const __m512i one = _mm512_set1_epi32(1), all = _mm512_set1_epi32(-1);
  const __m512i last = _mm512_set1_epi32((int)(1u << (length - 1)));
  for (size_t i = 0; i < count; i += 16) {
    const __mmask16 here = count - i < 16 ? (__mmask16)((1u << (count - i)) - 1) : 0xFFFF;
    __m512i letters = _mm512_loadu_si512(lower + i), rest = _mm512_loadu_si512(upper + i);
    const __m512i lengths = _mm512_or_si512(_mm512_srli_epi32(letters, 30),
                                            _mm512_slli_epi32(_mm512_srli_epi32(rest, 30), 2));
    const __mmask16 is_long = _mm512_cmpgt_epi32_mask(lengths, _mm512_set1_epi32(CT_PACKED));
    const int longest = _mm512_mask_reduce_max_epi32(here & (__mmask16)~is_long, lengths);
    __m512i plus = all, minus = _mm512_setzero_si512(), diagonal = minus, previous = minus;
    __m512i result = _mm512_set1_epi32((int)length);
    for (int at = 0; at < longest; at++) {
      if (at == 6) letters = rest;
      // The index takes the low five bits.
      const __m512i match = _mm512_permutex2var_epi32(low, letters, high);
      letters = _mm512_srli_epi32(letters, 5);
      const __m512i swapped = _mm512_and_si512(
          _mm512_slli_epi32(_mm512_andnot_si512(diagonal, match), 1), previous);
      const __m512i sum = _mm512_add_epi32(_mm512_and_si512(match, plus), plus);
      diagonal = _mm512_or_si512(_mm512_or_si512(_mm512_xor_si512(sum, plus), match),
                                 _mm512_or_si512(minus, swapped));
      __m512i up = _mm512_or_si512(
          minus, _mm512_andnot_si512(_mm512_or_si512(diagonal, plus), all));
      const __m512i down = _mm512_and_si512(diagonal, plus);
      const __mmask16 within = _mm512_cmpgt_epi32_mask(lengths, _mm512_set1_epi32(at));
      result = _mm512_mask_add_epi32(result, _mm512_mask_test_epi32_mask(within, up, last), result,
                                     one);
      result = _mm512_mask_sub_epi32(result, _mm512_mask_test_epi32_mask(within, down, last),
                                     result, one);
      up = _mm512_or_si512(_mm512_slli_epi32(up, 1), one);
      plus = _mm512_or_si512(_mm512_slli_epi32(down, 1),
                             _mm512_andnot_si512(_mm512_or_si512(diagonal, up), all));
      minus = _mm512_and_si512(up, diagonal);
      previous = match;
    }
    result = _mm512_mask_mov_epi32(result, is_long, _mm512_set1_epi32(255));
    _mm_storeu_si128((void *)(distances + i), _mm512_cvtepi32_epi8(result));
  }
}

const ct_candidate_kernels ct_avx512_candidate_kernels = {tagged, fetch, distances};
#endif
