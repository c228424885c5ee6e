// Sixteen gaps or eight sums in a register.
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,bmi,popcnt")))

// Sixteen gaps are 2 * `width` bytes. Each quarter of a register takes the 16 bytes that its four
// gaps lie in, and each gap the four bytes that it lies in: it begins at one of the first 8 bits.
static TARGET uint32_t unpack(const uint32_t *words, size_t count, unsigned width, uint32_t first,
                              uint32_t *documents) {
  const uint8_t *bytes = (const uint8_t *)words;
  const size_t second = 4 * width / 8, third = width, fourth = 12 * width / 8;
  const int rest = (int)(4 * width % 8);
  const __m512i zero = _mm512_setzero_si512();
  const __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i within = _mm512_and_si512(steps, _mm512_set1_epi32(3));
  const __m512i bits = _mm512_mask_add_epi32(
      _mm512_mullo_epi32(within, _mm512_set1_epi32((int)width)), 0xF0F0,
      _mm512_mullo_epi32(within, _mm512_set1_epi32((int)width)), _mm512_set1_epi32(rest));
  const __m512i shifts = _mm512_and_si512(bits, _mm512_set1_epi32(7));
  const __m512i order = _mm512_add_epi32(
      _mm512_mullo_epi32(_mm512_srli_epi32(bits, 3), _mm512_set1_epi32(0x01010101)),
      _mm512_set1_epi32(0x03020100));
  const __m512i mask = _mm512_set1_epi32((int)((1u << width) - 1));
  __m512i base = _mm512_add_epi32(_mm512_set1_epi32((int)first), steps);
  for (size_t i = 0; i < count; i += 16, bytes += 2 * width) {
    __m512i gaps = _mm512_castsi128_si512(_mm_loadu_si128((const void *)bytes));
    gaps = _mm512_inserti32x4(gaps, _mm_loadu_si128((const void *)(bytes + second)), 1);
    gaps = _mm512_inserti32x4(gaps, _mm_loadu_si128((const void *)(bytes + third)), 2);
    gaps = _mm512_inserti32x4(gaps, _mm_loadu_si128((const void *)(bytes + fourth)), 3);
    gaps = _mm512_and_si512(_mm512_srlv_epi32(_mm512_shuffle_epi8(gaps, order), shifts), mask);
    gaps = _mm512_add_epi32(gaps, _mm512_alignr_epi32(gaps, zero, 15));
    gaps = _mm512_add_epi32(gaps, _mm512_alignr_epi32(gaps, zero, 14));
    gaps = _mm512_add_epi32(gaps, _mm512_alignr_epi32(gaps, zero, 12));
    gaps = _mm512_add_epi32(gaps, _mm512_alignr_epi32(gaps, zero, 8));
    _mm512_storeu_si512(documents + i, _mm512_add_epi32(base, gaps));
    base = _mm512_add_epi32(_mm512_add_epi32(base, _mm512_set1_epi32(16)),
                            _mm512_permutexvar_epi32(_mm512_set1_epi32(15), gaps));
  }
  return documents[count - 1];
}

static TARGET size_t select_sums(double *sums, size_t count, double least, uint16_t *places) {
  const __m512d zero = _mm512_setzero_pd();
  const __m512d limit = _mm512_set1_pd(least);
  size_t found = 0;
  for (size_t i = 0; i < count; i += 8) {
    __m512d some = _mm512_loadu_pd(sums + i);
    __mmask8 is_found = _mm512_mask_cmp_pd_mask(_mm512_cmp_pd_mask(some, zero, _CMP_GT_OQ), some,
                                                limit, _CMP_GE_OQ);
    _mm512_storeu_pd(sums + i, _mm512_maskz_mov_pd(is_found, some));
    for (unsigned left = is_found; left != 0; left &= left - 1)
      places[found++] = (uint16_t)(i + (size_t)__builtin_ctz(left));
  }
  return found;
}

const ct_posting_kernels ct_avx512_posting_kernels = {unpack, select_sums};
#endif
