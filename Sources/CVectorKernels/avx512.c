// AVX-512 with VNNI: 64 code products an instruction.
#if defined(__x86_64__)
#include <math.h>

#include "avx512.h"

#pragma STDC FP_CONTRACT OFF

INLINE __m512i add_interleaved32(__m512i a, __m512i b) {
  return _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
}

INLINE __m512i add_interleaved64(__m512i a, __m512i b) {
  return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

INLINE __m512i add_interleaved128(__m512i a, __m512i b) {
  return _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x88), _mm512_shuffle_i32x4(a, b, 0xdd));
}

/// Lane r of the result is the sum of the lanes of sums[r].
INLINE __m512i transpose_add(const __m512i sums[16]) {
  __m512i fours[4];
  for (int i = 0; i < 4; i++)
    fours[i] = add_interleaved64(add_interleaved32(sums[4 * i], sums[4 * i + 1]),
                                 add_interleaved32(sums[4 * i + 2], sums[4 * i + 3]));
  return add_interleaved128(add_interleaved128(fours[0], fours[1]),
                            add_interleaved128(fours[2], fours[3]));
}

/// Tests sixteen rows against the query and keeps those that may reach the threshold.
INLINE size_t judge(__m512i dots, __m512i row, __m512 scale, __m512 error, __m512 norm,
                    __mmask16 wanted, const ck_query *query, float threshold,
                    const ck_survivors *out, size_t found) {
  dots = _mm512_sub_epi32(dots, _mm512_set1_epi32((int32_t)query->offset));
  __m512 estimate = _mm512_mul_ps(
      _mm512_mul_ps(_mm512_cvtepi32_ps(dots), _mm512_set1_ps(query->step)), scale);
  __m512 rest = _mm512_add_ps(_mm512_mul_ps(norm, _mm512_set1_ps(query->residue)),
                              _mm512_set1_ps(query->floor));
  __m512 slack = _mm512_add_ps(_mm512_mul_ps(error, _mm512_set1_ps(query->length)), rest);
  __m512 upper = _mm512_add_ps(estimate, slack);
  __mmask16 kept =
      _mm512_mask_cmp_ps_mask(wanted, upper, _mm512_set1_ps(threshold), _CMP_NLT_UQ);
  if (kept == 0) return found;
  return survive(kept, row, _mm512_sub_ps(estimate, slack), upper, out, found);
}

/// How far ahead of a scan its codes are fetched, in bytes: at 384 dimensions 8 to 14 KB are
/// equally good, and the scan then runs at 32-48 GB/s where the hardware alone gives 25.
enum { CK_AHEAD = 10240 };

/// Fetches `count` bytes of codes at some distance; addresses past the rows are harmless.
INLINE void fetch(const uint8_t *codes, size_t distance, size_t count) {
  for (size_t i = 0; i < count; i += 64)
    _mm_prefetch((const char *)((uintptr_t)codes + distance + i), _MM_HINT_T0);
}

/// Fetches all that a gathered row needs.
INLINE void fetch_row(const ck_rows *rows, uint32_t row) {
  fetch(rows->codes + row * rows->stride, 0, rows->stride);
  _mm_prefetch((const char *)(rows->scales + row), _MM_HINT_T0);
  _mm_prefetch((const char *)(rows->errors + row), _MM_HINT_T0);
  _mm_prefetch((const char *)(rows->norms + row), _MM_HINT_T0);
}

/// Two rows share each load of the query.
INLINE void dot_pair(const uint8_t *a, const uint8_t *b, const ck_query *query, size_t stride,
                     __m512i *to_a, __m512i *to_b) {
  __m512i high_a = _mm512_setzero_si512(), low_a = high_a, high_b = high_a, low_b = high_a;
  for (size_t i = 0; i < stride; i += 64) {
    __m512i codes_a = _mm512_loadu_si512(a + i), codes_b = _mm512_loadu_si512(b + i);
    __m512i high = _mm512_loadu_si512(query->high + i), low = _mm512_loadu_si512(query->low + i);
    high_a = _mm512_dpbusd_epi32(high_a, codes_a, high);
    low_a = _mm512_dpbusd_epi32(low_a, codes_a, low);
    high_b = _mm512_dpbusd_epi32(high_b, codes_b, high);
    low_b = _mm512_dpbusd_epi32(low_b, codes_b, low);
  }
  *to_a = _mm512_add_epi32(_mm512_slli_epi32(high_a, 8), low_a);
  *to_b = _mm512_add_epi32(_mm512_slli_epi32(high_b, 8), low_b);
}

/// Sixteen neighbouring rows, all of them readable.
T512 static size_t scan_dense(const ck_rows *rows, size_t row, __mmask16 wanted,
                              const ck_query *query, float threshold, const ck_survivors *out,
                              size_t found) {
  const uint8_t *codes = rows->codes + row * rows->stride;
  size_t stride = rows->stride;
  __m512i sums[16];
#pragma clang loop unroll(full)
  for (int r = 0; r < 16; r += 2) {
    const uint8_t *pair = codes + (size_t)r * stride;
    fetch(pair, CK_AHEAD, 2 * stride);
    dot_pair(pair, pair + stride, query, stride, &sums[r], &sums[r + 1]);
  }
  return judge(transpose_add(sums), rows_from(row), _mm512_loadu_ps(rows->scales + row),
               _mm512_loadu_ps(rows->errors + row), _mm512_loadu_ps(rows->norms + row), wanted,
               query, threshold, out, found);
}

/// Up to sixteen rows from a list; places past `count` must repeat a readable row.
T512 static size_t scan_gathered(const ck_rows *rows, const uint32_t *list, size_t count,
                                 const ck_query *query, float threshold, const ck_survivors *out,
                                 size_t found) {
  __m512i sums[16];
#pragma clang loop unroll(full)
  for (int r = 0; r < 16; r += 2)
    dot_pair(rows->codes + list[r] * rows->stride, rows->codes + list[r + 1] * rows->stride,
             query, rows->stride, &sums[r], &sums[r + 1]);
  __m512i index = _mm512_loadu_si512(list);
  float scales[16], errors[16], norms[16];
  for (int r = 0; r < 16; r++) {
    scales[r] = rows->scales[list[r]];
    errors[r] = rows->errors[list[r]];
    norms[r] = rows->norms[list[r]];
  }
  return judge(transpose_add(sums), index, _mm512_loadu_ps(scales), _mm512_loadu_ps(errors),
               _mm512_loadu_ps(norms), (__mmask16)((1u << count) - 1), query, threshold, out,
               found);
}

T512 static size_t scan_u8(const ck_rows *rows, size_t first, size_t count, const uint64_t *live,
                           const ck_query *query, float threshold, const ck_survivors *out) {
  size_t found = 0, pending = 0;
  uint32_t list[32];  // sixteen rows are on their way while the sixteen before them are scanned
  for (size_t word = 0; word * 64 < count; word++) {
    uint64_t bits = ck_live_word(live, first, count, word);
    if (bits == 0) continue;
    size_t base = first + word * 64;
    if (__builtin_popcountll(bits) >= CK_LIVE_DENSE && count - word * 64 >= 64) {
      for (size_t group = 0; group < 4; group++) {
        __mmask16 wanted = (__mmask16)(bits >> (16 * group));
        if (wanted)
          found = scan_dense(rows, base + 16 * group, wanted, query, threshold, out, found);
      }
      continue;
    }
    for (; bits; bits &= bits - 1) {
      uint32_t row = (uint32_t)(base + (size_t)__builtin_ctzll(bits));
      fetch_row(rows, row);
      list[pending++] = row;
      if (pending < 32) continue;
      found = scan_gathered(rows, list, 16, query, threshold, out, found);
      __builtin_memcpy(list, list + 16, 16 * sizeof *list);
      pending = 16;
    }
  }
  if (pending > 16) {
    found = scan_gathered(rows, list, 16, query, threshold, out, found);
    __builtin_memcpy(list, list + 16, 16 * sizeof *list);
    pending -= 16;
  }
  if (pending == 0) return found;
  for (size_t r = pending; r < 16; r++) list[r] = list[0];
  return scan_gathered(rows, list, pending, query, threshold, out, found);
}

/// The rows of a list, sixteen at a time; the next sixteen are on their way meanwhile.
T512 static size_t gather_u8(const ck_rows *rows, const uint32_t *indices, size_t count,
                             const ck_query *query, float threshold, const ck_survivors *out) {
  size_t found = 0, next = 0;
  for (; next < 16 && next < count; next++) fetch_row(rows, indices[next]);
  for (size_t first = 0; first < count; first += 16) {
    for (; next < first + 32 && next < count; next++) fetch_row(rows, indices[next]);
    if (count - first >= 16) {
      found = scan_gathered(rows, indices + first, 16, query, threshold, out, found);
      continue;
    }
    uint32_t list[16];
    for (size_t r = 0; r < 16; r++) list[r] = indices[r < count - first ? first + r : first];
    found = scan_gathered(rows, list, count - first, query, threshold, out, found);
  }
  return found;
}

/// The sums of lanes 8, 4, 2 and 1 apart, as the portable twin adds them.
INLINE double add_lanes(__m512d low, __m512d high) {
  __m512d eight = _mm512_add_pd(low, high);
  __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(eight), _mm512_extractf64x4_pd(eight, 1));
  __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

/// Asks for the lines of a row of floats.
INLINE void fetch_floats(const float *row, size_t stride) {
  for (size_t i = 0; i < stride; i += 16) _mm_prefetch((const char *)(row + i), _MM_HINT_T0);
}

T512 static void score_f32(const float *vectors, size_t stride, const uint32_t *indices,
                           size_t count, const double *query, double *scores) {
  for (size_t n = 0; n < count; n++) {
    const float *vector = vectors + indices[n] * stride;
    if (n == 0 && count > 1) fetch_floats(vectors + indices[1] * stride, stride);
    if (n + 2 < count) fetch_floats(vectors + indices[n + 2] * stride, stride);
    __m512d low = _mm512_setzero_pd(), high = low;
    for (size_t i = 0; i < stride; i += 16) {
      // The product of two floats is exact in double, so a fused add rounds as a plain one does.
      low = _mm512_fmadd_pd(_mm512_cvtps_pd(_mm256_loadu_ps(vector + i)),
                            _mm512_loadu_pd(query + i), low);
      high = _mm512_fmadd_pd(_mm512_cvtps_pd(_mm256_loadu_ps(vector + i + 8)),
                             _mm512_loadu_pd(query + i + 8), high);
    }
    scores[n] = add_lanes(low, high);
  }
}

INLINE __mmask16 leading(size_t left) {
  return left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1);
}

T512 static ck_factors encode_f32(const float *vector, size_t dimension, uint8_t *codes,
                                  size_t code_stride) {
  __m512 most = _mm512_setzero_ps();
  for (size_t i = 0; i < dimension; i += 16) {
    __m512 values = _mm512_maskz_loadu_ps(leading(dimension - i), vector + i);
    most = _mm512_max_ps(_mm512_abs_ps(values), most);  // NaN leaves `most` as it was
  }
  float largest = _mm512_reduce_max_ps(most);
  float scale = largest / 127, inverse = 127 / largest;
  if (!(scale > 0 && inverse <= 3.4e38f)) scale = inverse = 0;
  __m512d low = _mm512_setzero_pd(), high = low, wide = _mm512_set1_pd((double)scale);
  __m512i squares = _mm512_setzero_si512();
  for (size_t i = 0; i < dimension; i += 16) {
    __mmask16 inside = leading(dimension - i);
    __m512 values = _mm512_maskz_loadu_ps(inside, vector + i);
    __m512 scaled = _mm512_mul_ps(values, _mm512_set1_ps(inverse));
    scaled = _mm512_max_ps(_mm512_min_ps(scaled, _mm512_set1_ps(127)), _mm512_set1_ps(-127));
    __m512i code = _mm512_cvtps_epi32(scaled);
    squares = _mm512_add_epi32(squares, _mm512_mullo_epi32(code, code));
    __m512d low_difference = _mm512_sub_pd(
        _mm512_cvtps_pd(_mm512_castps512_ps256(values)),
        _mm512_mul_pd(wide, _mm512_cvtepi32_pd(_mm512_castsi512_si256(code))));
    __m512d high_difference = _mm512_sub_pd(
        _mm512_cvtps_pd(_mm512_extractf32x8_ps(values, 1)),
        _mm512_mul_pd(wide, _mm512_cvtepi32_pd(_mm512_extracti64x4_epi64(code, 1))));
    low = _mm512_add_pd(low, _mm512_mul_pd(low_difference, low_difference));
    high = _mm512_add_pd(high, _mm512_mul_pd(high_difference, high_difference));
    __m512i bytes = _mm512_add_epi32(code, _mm512_set1_epi32(128));
    _mm_storeu_si128((__m128i *)(codes + i), _mm512_cvtepi32_epi8(bytes));
  }
  for (size_t i = (dimension + 15) & ~(size_t)15; i < code_stride; i += 16)
    _mm_storeu_si128((__m128i *)(codes + i), _mm_set1_epi8((char)128));
  double total = (double)_mm512_reduce_add_epi32(squares);
  ck_factors factors = {scale, ck_rounded_up(sqrt(add_lanes(low, high))),
                        ck_rounded_up((double)scale * sqrt(total))};
  return factors;
}

#define KERNELS(NAME, SCAN_SIGNS)               \
  const ck_kernels NAME = {                     \
      .scan_u8 = scan_u8,                       \
      .gather_u8 = gather_u8,                   \
      .scan_signs = SCAN_SIGNS,                 \
      .scan_outlines = ck_scan_outlines_avx512, \
      .rotate_f32 = ck_rotate_avx512,           \
      .tile_u8 = ck_tile_u8_avx512,             \
      .sift_f32 = ck_sift_f32_avx512,           \
      .score_f32 = score_f32,                   \
      .encode_f32 = encode_f32,                 \
  };

KERNELS(ck_avx512_kernels, ck_scan_signs_avx2)
KERNELS(ck_avx512_vbmi_kernels, ck_scan_signs_avx512)
#endif
