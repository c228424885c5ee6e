// The graph's kernels with AVX-512: four nibbles of all neighbours by each byte shuffle.
#if defined(__x86_64__)
#include <immintrin.h>

#include "graph.h"

#pragma STDC FP_CONTRACT OFF

#define T512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) T512

CK_GRAPH_BODIES(T512)

INLINE uint32_t dot_u8(const uint8_t *codes, const int8_t *query, size_t stride) {
  __m512i even = _mm512_setzero_si512(), odd = even;
  size_t i = 0;
  for (; i + 128 <= stride; i += 128) {
    even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512(codes + i),
                               _mm512_loadu_si512(query + i));
    odd = _mm512_dpbusd_epi32(odd, _mm512_loadu_si512(codes + i + 64),
                              _mm512_loadu_si512(query + i + 64));
  }
  if (i < stride)
    even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512(codes + i),
                               _mm512_loadu_si512(query + i));
  return (uint32_t)_mm512_reduce_add_epi32(_mm512_add_epi32(even, odd));
}

T512 static float score(const ck_graph *graph, uint32_t vertex, const ck_graph_query *query) {
  uint32_t dot = dot_u8(graph->codes + vertex * graph->stride, query->codes, graph->stride);
  return ck_graph_score_of(dot, graph, vertex, query);
}

/// Adds the four quarters of registers of u16: `even` has neighbours 0, 2, 4..., `odd` the others.
INLINE __m512 gathered(__m512i even, __m512i odd) {
  __m256i a = _mm256_add_epi16(_mm512_castsi512_si256(even), _mm512_extracti64x4_epi64(even, 1));
  __m256i b = _mm256_add_epi16(_mm512_castsi512_si256(odd), _mm512_extracti64x4_epi64(odd, 1));
  __m128i c = _mm_add_epi16(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  __m128i d = _mm_add_epi16(_mm256_castsi256_si128(b), _mm256_extracti128_si256(b, 1));
  __m256i sums = _mm256_set_m128i(_mm_unpackhi_epi16(c, d), _mm_unpacklo_epi16(c, d));
  return _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(sums));
}

INLINE __m512 estimate(__m512 sums, const uint8_t *factors, const ck_graph_query *query,
                       float score) {
  __m512 addend = _mm512_cvtepi32_ps(
      _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)factors)));
  __m512 multiplier = _mm512_cvtepi32_ps(
      _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(factors + 64))));
  __m512 product = _mm512_add_ps(_mm512_mul_ps(sums, _mm512_set1_ps(query->step)),
                                 _mm512_set1_ps(query->base));
  __m512 own = _mm512_add_ps(_mm512_mul_ps(addend, _mm512_set1_ps(0x1p-14f)),
                             _mm512_set1_ps(score));
  return _mm512_add_ps(
      _mm512_mul_ps(_mm512_mul_ps(multiplier, _mm512_set1_ps(0x1p-15f)), product), own);
}

T512 static size_t expand(const ck_graph *graph, uint32_t vertex, const ck_graph_query *query,
                          float score, float threshold, uint64_t *seen, float *keys,
                          uint32_t *vertices) {
  const uint8_t *row = graph->rows + vertex * ck_row_bytes(graph);
  const uint8_t *factors = row + 4 * graph->width;
  const __m512i nibble = _mm512_set1_epi8(15), even = _mm512_set1_epi16(255);
  __m512i low_even = _mm512_setzero_si512(), low_odd = low_even, high_even = low_even,
          high_odd = low_even;
  for (size_t i = 0; i < 4 * graph->width; i += 256) {
    // Four entries of at most 63 fit a byte.
    __m512i low = _mm512_setzero_si512(), high = low;
    for (size_t part = i; part < i + 256; part += 64) {
      __m512i signs = _mm512_loadu_si512(row + part);
      __m512i table = _mm512_loadu_si512(query->tables + part);
      __m512i upper = _mm512_and_si512(_mm512_srli_epi16(signs, 4), nibble);
      low = _mm512_add_epi8(low, _mm512_shuffle_epi8(table, _mm512_and_si512(signs, nibble)));
      high = _mm512_add_epi8(high, _mm512_shuffle_epi8(table, upper));
    }
    low_even = _mm512_add_epi16(low_even, _mm512_and_si512(low, even));
    low_odd = _mm512_add_epi16(low_odd, _mm512_srli_epi16(low, 8));
    high_even = _mm512_add_epi16(high_even, _mm512_and_si512(high, even));
    high_odd = _mm512_add_epi16(high_odd, _mm512_srli_epi16(high, 8));
  }
  float estimates[CK_DEGREE];
  __m512 first = estimate(gathered(low_even, low_odd), factors, query, score);
  __m512 second = estimate(gathered(high_even, high_odd), factors + 32, query, score);
  _mm512_storeu_ps(estimates, first);
  _mm512_storeu_ps(estimates + 16, second);
  __m512 least = _mm512_set1_ps(threshold);
  __m512i limit = _mm512_set1_epi32((int32_t)graph->count);
  __mmask16 a = _mm512_mask_cmplt_epu32_mask(_mm512_cmp_ps_mask(first, least, _CMP_GE_OQ),
                                             _mm512_loadu_si512(factors + 128), limit);
  __mmask16 b = _mm512_mask_cmplt_epu32_mask(_mm512_cmp_ps_mask(second, least, _CMP_GE_OQ),
                                             _mm512_loadu_si512(factors + 192), limit);
  return ck_graph_admit((uint32_t)b << 16 | a, estimates, factors + 128, seen, keys, vertices);
}

/// The lanes of a register that are within `left`.
INLINE __mmask16 inside(size_t left) { return left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1); }

T512 static size_t best(const float *values, size_t count) {
  __m512 greatest = _mm512_set1_ps(-INFINITY);
  for (size_t i = 0; i < count; i += 16)
    greatest = _mm512_max_ps(
        greatest, _mm512_mask_loadu_ps(_mm512_set1_ps(-INFINITY), inside(count - i), values + i));
  __m512 wanted = _mm512_set1_ps(_mm512_reduce_max_ps(greatest));
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 lanes = inside(count - i);
    lanes = _mm512_mask_cmp_ps_mask(lanes, _mm512_maskz_loadu_ps(lanes, values + i), wanted,
                                    _CMP_EQ_OQ);
    if (lanes) return i + (size_t)__builtin_ctz(lanes);
  }
  return 0;
}

T512 static size_t keep(float *keys, uint32_t *vertices, size_t count, float threshold) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 lanes = inside(count - i);
    __m512 key = _mm512_maskz_loadu_ps(lanes, keys + i);
    __m512i vertex = _mm512_maskz_loadu_epi32(lanes, vertices + i);
    lanes = _mm512_mask_cmp_ps_mask(lanes, key, _mm512_set1_ps(threshold), _CMP_GE_OQ);
    _mm512_storeu_ps(keys + kept, _mm512_maskz_compress_ps(lanes, key));
    _mm512_storeu_si512(vertices + kept, _mm512_maskz_compress_epi32(lanes, vertex));
    kept += (size_t)__builtin_popcount(lanes);
  }
  return kept;
}

T512 static size_t above(const float *values, size_t count, float threshold, uint32_t *indices) {
  const __m512i step = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  size_t found = 0;
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 lanes = inside(count - i);
    lanes = _mm512_mask_cmp_ps_mask(lanes, _mm512_maskz_loadu_ps(lanes, values + i),
                                    _mm512_set1_ps(threshold), _CMP_GT_OQ);
    if (!lanes) continue;
    __m512i index = _mm512_add_epi32(step, _mm512_set1_epi32((int32_t)i));
    _mm512_storeu_si512(indices + found, _mm512_maskz_compress_epi32(lanes, index));
    found += (size_t)__builtin_popcount(lanes);
  }
  return found;
}

T512 static void dots(const uint8_t *codes, size_t stride, const uint32_t *rows, size_t count,
                      const int8_t *query, int32_t *sums) {
  for (size_t i = 0; i < count; i++) {
    if (i + 4 < count)
      for (size_t b = 0; b < stride; b += 64)
        _mm_prefetch((const char *)(codes + rows[i + 4] * stride + b), _MM_HINT_T0);
    sums[i] = (int32_t)dot_u8(codes + rows[i] * stride, query, stride);
  }
}

const ck_graph_kernels ck_graph_avx512 = {
    .tables = tables,
    .score = score,
    .expand = expand,
    .best = best,
    .keep = keep,
    .above = above,
    .dots = dots,
    .encode = encode,
};
#endif
