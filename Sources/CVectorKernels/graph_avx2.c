// The graph's kernels with AVX2: two nibbles of all neighbours by each byte shuffle.
#if defined(__x86_64__)
#include <immintrin.h>

#include "graph.h"

#pragma STDC FP_CONTRACT OFF

#define T256 __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) T256

CK_GRAPH_BODIES(T256)

INLINE uint32_t dot_u8(const uint8_t *codes, const int8_t *query, size_t stride) {
  __m256i sum = _mm256_setzero_si256();
  for (size_t i = 0; i < stride; i += 16) {
    __m256i a = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(codes + i)));
    __m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query + i)));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
  }
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1));
  return (uint32_t)_mm_cvtsi128_si32(four);
}

T256 static float score(const ck_graph *graph, uint32_t vertex, const ck_graph_query *query) {
  uint32_t dot = dot_u8(graph->codes + vertex * graph->stride, query->codes, graph->stride);
  return ck_graph_score_of(dot, graph, vertex, query);
}

/// Adds the halves of registers of u16 and puts neighbours 0...15 in order.
INLINE __m256i gathered(__m256i even, __m256i odd) {
  __m128i a = _mm_add_epi16(_mm256_castsi256_si128(even), _mm256_extracti128_si256(even, 1));
  __m128i b = _mm_add_epi16(_mm256_castsi256_si128(odd), _mm256_extracti128_si256(odd, 1));
  return _mm256_set_m128i(_mm_unpackhi_epi16(a, b), _mm_unpacklo_epi16(a, b));
}

/// Estimates of eight neighbours; returns which reach the threshold and exist.
INLINE uint32_t judge(__m128i sums, const uint8_t *factors, size_t first,
                      const ck_graph_query *query, float score, float threshold, uint32_t count,
                      float *estimates) {
  __m256 addend = _mm256_cvtepi32_ps(
      _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(factors + 2 * first))));
  __m256 multiplier = _mm256_cvtepi32_ps(
      _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(factors + 64 + 2 * first))));
  __m256 product = _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(sums)),
                                               _mm256_set1_ps(query->step)),
                                 _mm256_set1_ps(query->base));
  __m256 own = _mm256_add_ps(_mm256_mul_ps(addend, _mm256_set1_ps(0x1p-14f)),
                             _mm256_set1_ps(score));
  __m256 value = _mm256_add_ps(
      _mm256_mul_ps(_mm256_mul_ps(multiplier, _mm256_set1_ps(0x1p-15f)), product), own);
  _mm256_storeu_ps(estimates + first, value);
  __m256i ids = _mm256_loadu_si256((const __m256i *)(factors + 128 + 4 * first));
  __m256i last = _mm256_set1_epi32((int32_t)(count - 1));
  __m256i exists = _mm256_cmpeq_epi32(_mm256_min_epu32(ids, last), ids);
  __m256 reaches = _mm256_cmp_ps(value, _mm256_set1_ps(threshold), _CMP_GE_OQ);
  return (uint32_t)_mm256_movemask_ps(_mm256_and_ps(reaches, _mm256_castsi256_ps(exists)))
         << first;
}

T256 static size_t expand(const ck_graph *graph, uint32_t vertex, const ck_graph_query *query,
                          float score, float threshold, uint64_t *seen, float *keys,
                          uint32_t *vertices) {
  const uint8_t *row = graph->rows + vertex * ck_row_bytes(graph);
  const uint8_t *factors = row + 4 * graph->width;
  const __m256i nibble = _mm256_set1_epi8(15), even = _mm256_set1_epi16(255);
  __m256i low_even = _mm256_setzero_si256(), low_odd = low_even, high_even = low_even,
          high_odd = low_even;
  for (size_t i = 0; i < 4 * graph->width; i += 128) {
    // Four entries of at most 63 fit a byte.
    __m256i low = _mm256_setzero_si256(), high = low;
    for (size_t part = i; part < i + 128; part += 32) {
      __m256i signs = _mm256_loadu_si256((const __m256i *)(row + part));
      __m256i table = _mm256_loadu_si256((const __m256i *)(query->tables + part));
      __m256i upper = _mm256_and_si256(_mm256_srli_epi16(signs, 4), nibble);
      low = _mm256_add_epi8(low, _mm256_shuffle_epi8(table, _mm256_and_si256(signs, nibble)));
      high = _mm256_add_epi8(high, _mm256_shuffle_epi8(table, upper));
    }
    low_even = _mm256_add_epi16(low_even, _mm256_and_si256(low, even));
    low_odd = _mm256_add_epi16(low_odd, _mm256_srli_epi16(low, 8));
    high_even = _mm256_add_epi16(high_even, _mm256_and_si256(high, even));
    high_odd = _mm256_add_epi16(high_odd, _mm256_srli_epi16(high, 8));
  }
  __m256i halves[2] = {gathered(low_even, low_odd), gathered(high_even, high_odd)};
  float estimates[CK_DEGREE];
  uint32_t mask = 0;
  for (size_t half = 0; half < 2; half++) {
    mask |= judge(_mm256_castsi256_si128(halves[half]), factors, 16 * half, query, score,
                  threshold, graph->count, estimates);
    mask |= judge(_mm256_extracti128_si256(halves[half], 1), factors, 16 * half + 8, query, score,
                  threshold, graph->count, estimates);
  }
  return ck_graph_admit(mask, estimates, factors + 128, seen, keys, vertices);
}

T256 static size_t best(const float *values, size_t count) {
  size_t whole = count & ~(size_t)7;
  float greatest = values[0];
  if (whole) {
    __m256 most = _mm256_loadu_ps(values);
    for (size_t i = 8; i < whole; i += 8) most = _mm256_max_ps(most, _mm256_loadu_ps(values + i));
    float lanes[8];
    _mm256_storeu_ps(lanes, most);
    for (size_t j = 0; j < 8; j++) greatest = lanes[j] > greatest ? lanes[j] : greatest;
  }
  for (size_t i = whole; i < count; i++) greatest = values[i] > greatest ? values[i] : greatest;
  for (size_t i = 0; i < whole; i += 8) {
    int lanes = _mm256_movemask_ps(
        _mm256_cmp_ps(_mm256_loadu_ps(values + i), _mm256_set1_ps(greatest), _CMP_EQ_OQ));
    if (lanes) return i + (size_t)__builtin_ctz((unsigned)lanes);
  }
  for (size_t i = whole; i < count; i++)
    if (values[i] == greatest) return i;
  return 0;
}

T256 static size_t keep(float *keys, uint32_t *vertices, size_t count, float threshold) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    float key = keys[i];
    uint32_t vertex = vertices[i];
    keys[kept] = key;
    vertices[kept] = vertex;
    kept += key >= threshold;
  }
  return kept;
}

T256 static size_t above(const float *values, size_t count, float threshold, uint32_t *indices) {
  size_t found = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    int lanes = _mm256_movemask_ps(
        _mm256_cmp_ps(_mm256_loadu_ps(values + i), _mm256_set1_ps(threshold), _CMP_GT_OQ));
    for (; lanes; lanes &= lanes - 1)
      indices[found++] = (uint32_t)(i + (size_t)__builtin_ctz((unsigned)lanes));
  }
  for (; i < count; i++)
    if (values[i] > threshold) indices[found++] = (uint32_t)i;
  return found;
}

T256 static void dots(const uint8_t *codes, size_t stride, const uint32_t *rows, size_t count,
                      const int8_t *query, int32_t *sums) {
  for (size_t i = 0; i < count; i++) {
    if (i + 4 < count)
      for (size_t b = 0; b < stride; b += 64) __builtin_prefetch(codes + rows[i + 4] * stride + b);
    sums[i] = (int32_t)dot_u8(codes + rows[i] * stride, query, stride);
  }
}

const ck_graph_kernels ck_graph_avx2 = {
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
