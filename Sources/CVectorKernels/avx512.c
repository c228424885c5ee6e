// AVX-512 with VNNI: 64 code products an instruction.
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define T512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) T512

/// Writes the lanes of `mask`, packed, at `to`; touches a whole register there. (A compress into a
/// register and a plain store: compressing stores are microcoded on Zen 4.)
INLINE void keep(void *to, __mmask16 mask, __m512i values) {
  _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(mask, values));
}

INLINE void keep_ps(float *to, __mmask16 mask, __m512 values) {
  _mm512_storeu_ps(to, _mm512_maskz_compress_ps(mask, values));
}

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
  keep(out->rows + found, kept, row);
  keep_ps(out->lowers + found, kept, _mm512_sub_ps(estimate, slack));
  keep_ps(out->uppers + found, kept, upper);
  return found + (size_t)__builtin_popcount(kept);
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
  __m512i index = _mm512_add_epi32(
      _mm512_set1_epi32((int32_t)(uint32_t)row),
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  return judge(transpose_add(sums), index, _mm512_loadu_ps(rows->scales + row),
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

/// `height` rows against `groups` x 16 queries, both known where this is inlined: the query lies
/// in the lanes, so nothing is summed across them. Fetches the rows at `next` meanwhile.
INLINE size_t tile(const ck_rows *rows, const uint32_t *indices, const uint32_t *next, int height,
                   int groups, const ck_tile *queries, const ck_survivors *out, size_t found) {
  const uint8_t *codes[8];
  __m512i sums[8][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < height; r++) codes[r] = rows->codes + indices[r] * rows->stride;
#pragma clang loop unroll(full)
  for (int g = 0; g < groups; g++) {
    __m512i start = _mm512_sub_epi32(_mm512_setzero_si512(),
                                     _mm512_loadu_si512(queries->offsets + 16 * g));
#pragma clang loop unroll(full)
    for (int r = 0; r < height; r++) sums[r][g] = start;
  }
  const int8_t *packed = queries->packed;
  for (size_t i = 0; i < rows->stride; i += 4, packed += groups * 64) {
    if (i % 64 == 0) {
#pragma clang loop unroll(full)
      for (int r = 0; r < height; r++)
        _mm_prefetch((const char *)(rows->codes + next[r] * rows->stride + i), _MM_HINT_T0);
    }
    __m512i query[4];
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) query[g] = _mm512_loadu_si512(packed + 64 * g);
#pragma clang loop unroll(full)
    for (int r = 0; r < height; r++) {
      int32_t four;
      __builtin_memcpy(&four, codes[r] + i, 4);
      __m512i row = _mm512_set1_epi32(four);
#pragma clang loop unroll(full)
      for (int g = 0; g < groups; g++)
        sums[r][g] = _mm512_dpbusd_epi32(sums[r][g], row, query[g]);
    }
  }
  __m512 floor = _mm512_set1_ps(queries->floor);
#pragma clang loop unroll(full)
  for (int r = 0; r < height; r++) {
    uint32_t row = indices[r];
    __m512 scale = _mm512_set1_ps(rows->scales[row]);
    __m512 error = _mm512_set1_ps(rows->errors[row]);
    __m512 norm = _mm512_set1_ps(rows->norms[row]);
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) {
      __m512 estimate =
          _mm512_mul_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sums[r][g]),
                                      _mm512_loadu_ps(queries->steps + 16 * g)),
                        scale);
      __m512 rest = _mm512_add_ps(
          _mm512_mul_ps(norm, _mm512_loadu_ps(queries->residues + 16 * g)), floor);
      __m512 slack = _mm512_add_ps(
          _mm512_mul_ps(error, _mm512_loadu_ps(queries->lengths + 16 * g)), rest);
      __m512 upper = _mm512_add_ps(estimate, slack);
      __mmask16 kept = _mm512_cmp_ps_mask(
          upper, _mm512_loadu_ps(queries->thresholds + 16 * g), _CMP_NLT_UQ);
      if (__builtin_expect(kept == 0, 1)) continue;
      __m512i lane = _mm512_add_epi32(
          _mm512_set1_epi32(16 * g),
          _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
      _mm512_storeu_si512(out->rows + found, _mm512_set1_epi32((int32_t)row));
      keep(out->lanes + found, kept, lane);
      keep_ps(out->lowers + found, kept, _mm512_sub_ps(estimate, slack));
      keep_ps(out->uppers + found, kept, upper);
      found += (size_t)__builtin_popcount(kept);
    }
  }
  return found;
}

#define TILES(NAME, HEIGHT, GROUPS)                                                            \
  T512 static size_t NAME(const ck_rows *rows, const uint32_t *indices, size_t count,          \
                          const ck_tile *queries, const ck_survivors *out) {                   \
    size_t found = 0, r = 0;                                                                   \
    for (; r + HEIGHT <= count; r += HEIGHT) {                                                 \
      const uint32_t *next = indices + r + (r + 2 * HEIGHT <= count ? HEIGHT : 0);             \
      found = tile(rows, indices + r, next, HEIGHT, GROUPS, queries, out, found);              \
    }                                                                                          \
    for (; r < count; r++)                                                                     \
      found = tile(rows, indices + r, indices + r, 1, GROUPS, queries, out, found);            \
    return found;                                                                              \
  }

TILES(tile_16, 8, 1)
TILES(tile_32, 8, 2)
TILES(tile_48, 8, 3)
TILES(tile_64, 6, 4)

T512 static size_t tile_u8(const ck_rows *rows, const uint32_t *indices, size_t count,
                           const ck_tile *queries, const ck_survivors *out) {
  switch (queries->groups) {
    case 1: return tile_16(rows, indices, count, queries, out);
    case 2: return tile_32(rows, indices, count, queries, out);
    case 3: return tile_48(rows, indices, count, queries, out);
    default: return tile_64(rows, indices, count, queries, out);
  }
}

T512 static size_t sift_f32(const ck_rows *rows, const uint32_t *indices, size_t count,
                            const float *products, size_t lanes, const float *residues,
                            const float *thresholds, float floor, const ck_survivors *out) {
  size_t found = 0;
  __m512i step = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (size_t r = 0; r < count; r++) {
    uint32_t row = indices[r];
    __m512 length = _mm512_set1_ps(rows->norms[row] + rows->errors[row]);
    for (size_t first = 0; first < lanes; first += 16) {
      size_t left = lanes - first;
      __mmask16 inside = left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1);
      __m512 estimate = _mm512_maskz_loadu_ps(inside, products + r * lanes + first);
      __m512 slack = _mm512_add_ps(
          _mm512_mul_ps(length, _mm512_maskz_loadu_ps(inside, residues + first)),
          _mm512_set1_ps(floor));
      __m512 upper = _mm512_add_ps(estimate, slack);
      __mmask16 kept = _mm512_mask_cmp_ps_mask(
          inside, upper, _mm512_maskz_loadu_ps(inside, thresholds + first), _CMP_NLT_UQ);
      if (kept == 0) continue;
      _mm512_storeu_si512(out->rows + found, _mm512_set1_epi32((int32_t)row));
      keep(out->lanes + found, kept, _mm512_add_epi32(_mm512_set1_epi32((int32_t)first), step));
      keep_ps(out->lowers + found, kept, _mm512_sub_ps(estimate, slack));
      keep_ps(out->uppers + found, kept, upper);
      found += (size_t)__builtin_popcount(kept);
    }
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

T512 static void score_f32(const float *vectors, size_t stride, const uint32_t *indices,
                           size_t count, const double *query, double *scores) {
  for (size_t n = 0; n < count; n++) {
    const float *vector = vectors + indices[n] * stride;
    if (n + 1 < count) {
      const float *next = vectors + indices[n + 1] * stride;
      for (size_t i = 0; i < stride; i += 16) _mm_prefetch((const char *)(next + i), _MM_HINT_T0);
    }
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

const ck_kernels ck_avx512_kernels = {
    .scan_u8 = scan_u8,
    .tile_u8 = tile_u8,
    .sift_f32 = sift_f32,
    .score_f32 = score_f32,
    .encode_f32 = encode_f32,
};
#endif
