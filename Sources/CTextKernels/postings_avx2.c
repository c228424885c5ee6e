// Eight gaps or four sums in a register.
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#define TARGET __attribute__((target("avx2,bmi,popcnt")))

// Eight gaps are `width` bytes. Each half of a register takes the 16 bytes that its four gaps lie
// in, and each gap the four bytes that it lies in: it begins at one of the first 8 bits.
static TARGET uint32_t unpack(const uint32_t *words, size_t count, unsigned width, uint32_t first,
                              uint32_t *documents) {
  const uint8_t *bytes = (const uint8_t *)words;
  const size_t half = 4 * width / 8;
  const int rest = (int)(4 * width % 8);
  const __m256i bits = _mm256_add_epi32(
      _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 0, 1, 2, 3), _mm256_set1_epi32((int)width)),
      _mm256_setr_epi32(0, 0, 0, 0, rest, rest, rest, rest));
  const __m256i shifts = _mm256_and_si256(bits, _mm256_set1_epi32(7));
  const __m256i order = _mm256_add_epi32(
      _mm256_mullo_epi32(_mm256_srli_epi32(bits, 3), _mm256_set1_epi32(0x01010101)),
      _mm256_set1_epi32(0x03020100));
  const __m256i mask = _mm256_set1_epi32((int)((1u << width) - 1));
  const __m256i steps = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  __m256i base = _mm256_set1_epi32((int)first);
  for (size_t i = 0; i < count; i += 8, bytes += width) {
    __m256i gaps = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const void *)bytes)),
        _mm_loadu_si128((const void *)(bytes + half)), 1);
    gaps = _mm256_and_si256(_mm256_srlv_epi32(_mm256_shuffle_epi8(gaps, order), shifts), mask);
    // Sums within each half, then the low half's sum on top of the high half.
    gaps = _mm256_add_epi32(gaps, _mm256_slli_si256(gaps, 4));
    gaps = _mm256_add_epi32(gaps, _mm256_slli_si256(gaps, 8));
    __m256i low = _mm256_permute2x128_si256(gaps, gaps, 0x08);
    gaps = _mm256_add_epi32(gaps, _mm256_shuffle_epi32(low, 0xFF));
    _mm256_storeu_si256((void *)(documents + i),
                        _mm256_add_epi32(_mm256_add_epi32(base, steps), gaps));
    base = _mm256_add_epi32(
        _mm256_add_epi32(base, _mm256_set1_epi32(8)),
        _mm256_permutevar8x32_epi32(gaps, _mm256_set1_epi32(7)));
  }
  return documents[count - 1];
}

static TARGET size_t select_sums(double *sums, size_t count, double least, uint16_t *places) {
  const __m256d zero = _mm256_setzero_pd();
  const __m256d limit = _mm256_set1_pd(least);
  size_t found = 0;
  for (size_t i = 0; i < count; i += 4) {
    __m256d some = _mm256_loadu_pd(sums + i);
    __m256d is_found = _mm256_and_pd(_mm256_cmp_pd(some, zero, _CMP_GT_OQ),
                                     _mm256_cmp_pd(some, limit, _CMP_GE_OQ));
    unsigned left = (unsigned)_mm256_movemask_pd(is_found);
    _mm256_storeu_pd(sums + i, _mm256_and_pd(some, is_found));
    for (; left != 0; left &= left - 1)
      places[found++] = (uint16_t)(i + (size_t)__builtin_ctz(left));
  }
  return found;
}

const ct_posting_kernels ct_avx2_posting_kernels = {unpack, select_sums};
#endif
