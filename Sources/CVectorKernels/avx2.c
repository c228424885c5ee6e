// AVX2 with FMA. There is no tile: 8-bit products saturate in 16 bits here, and at 16 bits a tile
// is no faster than the matrix product of BLAS, which batches use instead.
#if defined(__x86_64__)
#include <math.h>

#include "avx2.h"

#pragma STDC FP_CONTRACT OFF

/// How far ahead of a scan its codes are fetched, in bytes; found with the AVX-512 scan.
enum { CK_AHEAD = 10240 };

/// Fetches `count` bytes of codes at some distance; addresses past the rows are harmless.
INLINE void fetch(const uint8_t *codes, size_t distance, size_t count) {
  for (size_t i = 0; i < count; i += 64)
    _mm_prefetch((const char *)((uintptr_t)codes + distance + i), _MM_HINT_T0);
}

/// Eight running sums of code * whole over one row.
INLINE __m256i dot_row(const uint8_t *codes, const int16_t *query, size_t stride) {
  __m256i even = _mm256_setzero_si256(), odd = even;
  for (size_t i = 0; i < stride; i += 32) {
    __m256i a = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(codes + i)));
    __m256i b = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(codes + i + 16)));
    even = _mm256_add_epi32(even, _mm256_madd_epi16(a, load(query + i)));
    odd = _mm256_add_epi32(odd, _mm256_madd_epi16(b, load(query + i + 16)));
  }
  return _mm256_add_epi32(even, odd);
}

/// Lane r of the result is the sum of the lanes of sums[r].
INLINE __m256i transpose_add(const __m256i sums[8]) {
  __m256i low = _mm256_hadd_epi32(_mm256_hadd_epi32(sums[0], sums[1]),
                                  _mm256_hadd_epi32(sums[2], sums[3]));
  __m256i high = _mm256_hadd_epi32(_mm256_hadd_epi32(sums[4], sums[5]),
                                   _mm256_hadd_epi32(sums[6], sums[7]));
  return _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20),
                          _mm256_permute2x128_si256(low, high, 0x31));
}

/// Up to eight rows from a list; places past `count` must repeat a readable row.
T256 static size_t scan_eight(const ck_rows *rows, const uint32_t *list, size_t count,
                              const ck_query *query, float threshold, const ck_survivors *out,
                              size_t found) {
  __m256i sums[8];
  float scales[8], errors[8], norms[8];
#pragma clang loop unroll(full)
  for (int r = 0; r < 8; r++) {
    sums[r] = dot_row(rows->codes + list[r] * rows->stride, query->whole, rows->stride);
    scales[r] = rows->scales[list[r]];
    errors[r] = rows->errors[list[r]];
    norms[r] = rows->norms[list[r]];
  }
  __m256i dots =
      _mm256_sub_epi32(transpose_add(sums), _mm256_set1_epi32((int32_t)query->offset));
  __m256 estimate = _mm256_mul_ps(
      _mm256_mul_ps(_mm256_cvtepi32_ps(dots), _mm256_set1_ps(query->step)),
      _mm256_loadu_ps(scales));
  __m256 rest = _mm256_add_ps(_mm256_mul_ps(_mm256_loadu_ps(norms), _mm256_set1_ps(query->residue)),
                              _mm256_set1_ps(query->floor));
  __m256 slack = _mm256_add_ps(
      _mm256_mul_ps(_mm256_loadu_ps(errors), _mm256_set1_ps(query->length)), rest);
  __m256 upper = _mm256_add_ps(estimate, slack), lower = _mm256_sub_ps(estimate, slack);
  unsigned kept = (unsigned)_mm256_movemask_ps(
      _mm256_cmp_ps(upper, _mm256_set1_ps(threshold), _CMP_NLT_UQ));
  kept &= (1u << count) - 1;
  if (kept == 0) return found;
  return survive(kept, load(list), lower, upper, out, found);
}

T256 static size_t scan_u8(const ck_rows *rows, size_t first, size_t count, const uint64_t *live,
                           const ck_query *query, float threshold, const ck_survivors *out) {
  size_t found = 0, pending = 0;
  uint32_t list[8];
  for (size_t word = 0; word * 64 < count; word++) {
    uint64_t bits = ck_live_word(live, first, count, word);
    size_t distance = __builtin_popcountll(bits) >= CK_LIVE_DENSE ? CK_AHEAD : 0;
    for (; bits; bits &= bits - 1) {
      uint32_t row = (uint32_t)(first + word * 64 + (size_t)__builtin_ctzll(bits));
      fetch(rows->codes + row * rows->stride, distance, rows->stride);
      list[pending++] = row;
      if (pending < 8) continue;
      found = scan_eight(rows, list, 8, query, threshold, out, found);
      pending = 0;
    }
  }
  if (pending == 0) return found;
  for (size_t r = pending; r < 8; r++) list[r] = list[0];
  return scan_eight(rows, list, pending, query, threshold, out, found);
}

T256 static size_t gather_u8(const ck_rows *rows, const uint32_t *indices, size_t count,
                             const ck_query *query, float threshold, const ck_survivors *out) {
  size_t found = 0, next = 0;
  for (; next < 8 && next < count; next++)
    fetch(rows->codes + indices[next] * rows->stride, 0, rows->stride);
  for (size_t first = 0; first < count; first += 8) {
    for (; next < first + 16 && next < count; next++)
      fetch(rows->codes + indices[next] * rows->stride, 0, rows->stride);
    size_t size = count - first < 8 ? count - first : 8;
    uint32_t list[8];
    for (size_t r = 0; r < 8; r++) list[r] = indices[r < size ? first + r : first];
    found = scan_eight(rows, list, size, query, threshold, out, found);
  }
  return found;
}

T256 static size_t sift_f32(const ck_rows *rows, const uint32_t *indices, size_t count,
                            const float *products, size_t lanes, const float *residues,
                            const float *thresholds, float floor, const ck_survivors *out) {
  size_t found = 0;
  for (size_t r = 0; r < count; r++) {
    uint32_t row = indices[r];
    __m256 length = _mm256_set1_ps(rows->norms[row] + rows->errors[row]);
    for (size_t first = 0; first < lanes; first += 8) {
      size_t left = lanes - first;
      __m256i inside = _mm256_cmpgt_epi32(_mm256_set1_epi32(left < 8 ? (int)left : 8),
                                          _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
      __m256 estimate = _mm256_maskload_ps(products + r * lanes + first, inside);
      __m256 slack = _mm256_add_ps(
          _mm256_mul_ps(length, _mm256_maskload_ps(residues + first, inside)),
          _mm256_set1_ps(floor));
      __m256 upper = _mm256_add_ps(estimate, slack);
      __m256 passes = _mm256_cmp_ps(upper, _mm256_maskload_ps(thresholds + first, inside),
                                    _CMP_NLT_UQ);
      unsigned kept =
          (unsigned)_mm256_movemask_ps(_mm256_and_ps(passes, _mm256_castsi256_ps(inside)));
      if (kept == 0) continue;
      float lowers[8], uppers[8];
      _mm256_storeu_ps(lowers, _mm256_sub_ps(estimate, slack));
      _mm256_storeu_ps(uppers, upper);
      for (; kept; kept &= kept - 1) {
        unsigned lane = (unsigned)__builtin_ctz(kept);
        out->rows[found] = row;
        out->lanes[found] = (uint32_t)first + lane;
        out->lowers[found] = lowers[lane];
        out->uppers[found++] = uppers[lane];
      }
    }
  }
  return found;
}

/// The sums of lanes 8, 4, 2 and 1 apart, as the portable twin adds them.
INLINE double add_lanes(const __m256d sums[4]) {
  __m256d four = _mm256_add_pd(_mm256_add_pd(sums[0], sums[2]), _mm256_add_pd(sums[1], sums[3]));
  __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

/// Asks for the lines of a row of floats.
INLINE void fetch_floats(const float *row, size_t stride) {
  for (size_t i = 0; i < stride; i += 16) _mm_prefetch((const char *)(row + i), _MM_HINT_T0);
}

T256 static void score_f32(const float *vectors, size_t stride, const uint32_t *indices,
                           size_t count, const double *query, double *scores) {
  for (size_t n = 0; n < count; n++) {
    const float *vector = vectors + indices[n] * stride;
    if (n == 0 && count > 1) fetch_floats(vectors + indices[1] * stride, stride);
    if (n + 2 < count) fetch_floats(vectors + indices[n + 2] * stride, stride);
    __m256d sums[4] = {_mm256_setzero_pd(), _mm256_setzero_pd(), _mm256_setzero_pd(),
                       _mm256_setzero_pd()};
    for (size_t i = 0; i < stride; i += 16) {
      // The product of two floats is exact in double, so a fused add rounds as a plain one does.
#pragma clang loop unroll(full)
      for (size_t j = 0; j < 4; j++)
        sums[j] = _mm256_fmadd_pd(_mm256_cvtps_pd(_mm_loadu_ps(vector + i + 4 * j)),
                                  _mm256_loadu_pd(query + i + 4 * j), sums[j]);
    }
    scores[n] = add_lanes(sums);
  }
}

T256 static ck_factors encode_f32(const float *vector, size_t dimension, uint8_t *codes,
                                  size_t code_stride) {
  __m256 most = _mm256_setzero_ps(), sign = _mm256_set1_ps(-0.0f);
  __m256i step = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  for (size_t i = 0; i < dimension; i += 8) {
    __m256i inside = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(dimension - i)), step);
    __m256 values = _mm256_maskload_ps(vector + i, inside);
    most = _mm256_max_ps(_mm256_andnot_ps(sign, values), most);  // NaN leaves `most` as it was
  }
  float lanes[8], largest = 0;
  _mm256_storeu_ps(lanes, most);
  for (int j = 0; j < 8; j++) largest = lanes[j] > largest ? lanes[j] : largest;
  float scale = largest / 127, inverse = 127 / largest;
  if (!(scale > 0 && inverse <= 3.4e38f)) scale = inverse = 0;
  __m256d sums[4] = {_mm256_setzero_pd(), _mm256_setzero_pd(), _mm256_setzero_pd(),
                     _mm256_setzero_pd()};
  __m256d wide = _mm256_set1_pd((double)scale);
  __m256i squares = _mm256_setzero_si256();
  size_t padded = (dimension + 15) & ~(size_t)15;
  for (size_t i = 0; i < padded; i += 8) {
    int left = i < dimension ? (int)(dimension - i) : 0;
    __m256 values =
        _mm256_maskload_ps(vector + i, _mm256_cmpgt_epi32(_mm256_set1_epi32(left), step));
    __m256 scaled = _mm256_mul_ps(values, _mm256_set1_ps(inverse));
    scaled = _mm256_max_ps(_mm256_min_ps(scaled, _mm256_set1_ps(127)), _mm256_set1_ps(-127));
    __m256i code = _mm256_cvtps_epi32(scaled);
    squares = _mm256_add_epi32(squares, _mm256_mullo_epi32(code, code));
    __m256d low = _mm256_sub_pd(
        _mm256_cvtps_pd(_mm256_castps256_ps128(values)),
        _mm256_mul_pd(wide, _mm256_cvtepi32_pd(_mm256_castsi256_si128(code))));
    __m256d high = _mm256_sub_pd(
        _mm256_cvtps_pd(_mm256_extractf128_ps(values, 1)),
        _mm256_mul_pd(wide, _mm256_cvtepi32_pd(_mm256_extracti128_si256(code, 1))));
    size_t half = (i / 4) & 2;
    sums[half] = _mm256_add_pd(sums[half], _mm256_mul_pd(low, low));
    sums[half + 1] = _mm256_add_pd(sums[half + 1], _mm256_mul_pd(high, high));
    // 32 to 8 bits: pack twice inside each half, then join the halves.
    __m256i words = _mm256_packs_epi32(code, code);
    __m256i bytes = _mm256_packs_epi16(words, words);
    __m128i joined = _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes),
                                        _mm256_extracti128_si256(bytes, 1));
    _mm_storel_epi64((__m128i *)(codes + i), _mm_xor_si128(joined, _mm_set1_epi8((char)128)));
  }
  for (size_t i = padded; i < code_stride; i += 16)
    _mm_storeu_si128((__m128i *)(codes + i), _mm_set1_epi8((char)128));
  int32_t parts[8], total = 0;
  _mm256_storeu_si256((__m256i *)parts, squares);
  for (int j = 0; j < 8; j++) total += parts[j];
  ck_factors factors = {scale, ck_rounded_up(sqrt(add_lanes(sums))),
                        ck_rounded_up((double)scale * sqrt((double)total))};
  return factors;
}

const ck_kernels ck_avx2_kernels = {
    .scan_u8 = scan_u8,
    .gather_u8 = gather_u8,
    .scan_signs = ck_scan_signs_avx2,
    .scan_outlines = ck_scan_outlines_avx2,
    .rotate_f32 = ck_rotate_avx2,
    .tile_u8 = NULL,
    .sift_f32 = sift_f32,
    .score_f32 = score_f32,
    .encode_f32 = encode_f32,
};
#endif
