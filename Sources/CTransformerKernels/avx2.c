// Kernels for processors with AVX2 and FMA: bf16 is widened to floats on the way. Tiles of 4 rows x
// 16 outputs in registers; 8-bit products and codes are the portable ones.
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#include "levels.h"

#define TK_T256 __attribute__((target("avx2,fma")))
#define TK_INLINE256 TK_T256 static inline __attribute__((always_inline))
#define TK_UNROLL _Pragma("clang loop unroll(full)")

enum { ROWS = 4 };

TK_INLINE256 float sum_of(__m256 x) {
  __m128 s = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps(s, s, 1)));
}

/// 8 floats as bf16, ties to even; not for NaN.
TK_INLINE256 __m128i narrow(__m256 x) {
  __m256i bits = _mm256_castps_si256(x);
  __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  bits = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7FFF)));
  bits = _mm256_srli_epi32(bits, 16);
  bits = _mm256_permute4x64_epi64(_mm256_packus_epi32(bits, bits), 0x08);
  return _mm256_castsi256_si128(bits);
}

/// e to the x, as tk_exp of avx512.h; x below -87 counts as -87.
TK_INLINE256 __m256 exponential(__m256 x) {
  x = _mm256_max_ps(x, _mm256_set1_ps(-87));
  __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)), 8);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), r);
  __m256 p = _mm256_set1_ps(1.9875691500e-4f);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.3981999507e-3f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(8.3334519073e-3f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(4.1665795894e-2f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.6666665459e-1f));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(5.0000001201e-1f));
  p = _mm256_fmadd_ps(p, _mm256_mul_ps(r, r), _mm256_add_ps(r, _mm256_set1_ps(1)));
  __m256i exponent = _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p), exponent));
}

/// As tk_gelu of avx512.h.
TK_INLINE256 __m256 gelu(__m256 x) {
  __m256 z = _mm256_mul_ps(x, _mm256_set1_ps(0.70710678f));
  z = _mm256_max_ps(_mm256_min_ps(z, _mm256_set1_ps(4)), _mm256_set1_ps(-4));
  __m256 s = _mm256_mul_ps(z, z);
  __m256 p = _mm256_set1_ps(-2.72614225801306e-10f);
  p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(2.77068142495902e-08f));
  p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(-2.10102402082508e-06f));
  p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(-5.69250639462346e-05f));
  p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(-7.34990630326855e-04f));
  p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(-2.95459980854025e-03f));
  p = _mm256_fmadd_ps(p, s, _mm256_set1_ps(-1.60960333262415e-02f));
  __m256 q = _mm256_set1_ps(-1.45660718464996e-05f);
  q = _mm256_fmadd_ps(q, s, _mm256_set1_ps(-2.13374055278905e-04f));
  q = _mm256_fmadd_ps(q, s, _mm256_set1_ps(-1.68282697438203e-03f));
  q = _mm256_fmadd_ps(q, s, _mm256_set1_ps(-7.37332916720468e-03f));
  q = _mm256_fmadd_ps(q, s, _mm256_set1_ps(-1.42647390514189e-02f));
  __m256 half = _mm256_mul_ps(x, _mm256_set1_ps(0.5f));
  return _mm256_fmadd_ps(half, _mm256_div_ps(_mm256_mul_ps(z, p), q), half);
}

/// sums[rows][32] of `rows` (a constant, at most 4) bf16 rows with one panel, 16 outputs at a time.
TK_INLINE256 void tile_of(int rows, const uint16_t *a, size_t stride, const uint16_t *panel,
                          size_t pairs, float *sums, size_t sums_stride) {
  const __m256i high = _mm256_set1_epi32((int)0xFFFF0000);
  for (int half = 0; half < 2; half++) {
    __m256 sum[ROWS][2];
    TK_UNROLL for (int r = 0; r < rows; r++) sum[r][0] = sum[r][1] = _mm256_setzero_ps();
    const uint16_t *b = panel + half * 32;
    for (size_t i = 0; i < pairs; i++, b += 64) {
      __m256i w0 = _mm256_loadu_si256((const __m256i *)b);
      __m256i w1 = _mm256_loadu_si256((const __m256i *)(b + 16));
      __m256 even0 = _mm256_castsi256_ps(_mm256_slli_epi32(w0, 16));
      __m256 even1 = _mm256_castsi256_ps(_mm256_slli_epi32(w1, 16));
      __m256 odd0 = _mm256_castsi256_ps(_mm256_and_si256(w0, high));
      __m256 odd1 = _mm256_castsi256_ps(_mm256_and_si256(w1, high));
      TK_UNROLL for (int r = 0; r < rows; r++) {
        int32_t pair;
        memcpy(&pair, a + (size_t)r * stride + 2 * i, 4);
        __m256i both = _mm256_set1_epi32(pair);
        __m256 even = _mm256_castsi256_ps(_mm256_slli_epi32(both, 16));
        __m256 odd = _mm256_castsi256_ps(_mm256_and_si256(both, high));
        sum[r][0] = _mm256_fmadd_ps(even, even0, sum[r][0]);
        sum[r][1] = _mm256_fmadd_ps(even, even1, sum[r][1]);
        sum[r][0] = _mm256_fmadd_ps(odd, odd0, sum[r][0]);
        sum[r][1] = _mm256_fmadd_ps(odd, odd1, sum[r][1]);
      }
    }
    TK_UNROLL for (int r = 0; r < rows; r++) {
      _mm256_storeu_ps(sums + (size_t)r * sums_stride + half * 16, sum[r][0]);
      _mm256_storeu_ps(sums + (size_t)r * sums_stride + half * 16 + 8, sum[r][1]);
    }
  }
}

TK_T256 static void tile(size_t rows, const uint16_t *a, size_t stride, const uint16_t *panel,
                         size_t pairs, float *sums, size_t sums_stride) {
  switch (rows) {
    case 1: tile_of(1, a, stride, panel, pairs, sums, sums_stride); break;
    case 2: tile_of(2, a, stride, panel, pairs, sums, sums_stride); break;
    case 3: tile_of(3, a, stride, panel, pairs, sums, sums_stride); break;
    default: tile_of(4, a, stride, panel, pairs, sums, sums_stride); break;
  }
}

static inline size_t height_at(size_t rows, size_t row) {
  return rows - row < ROWS ? rows - row : ROWS;
}

TK_T256 static void product_bf16(const uint16_t *a, size_t a_stride, size_t rows,
                                 const uint16_t *panels, size_t n, size_t k,
                                 const tk_output *out) {
  float sums[ROWS * TK_PANEL];
  for (size_t column = 0; column < n; column += TK_PANEL)
    for (size_t row = 0, height; row < rows; row += height) {
      height = height_at(rows, row);
      tile(height, a + row * a_stride, a_stride, panels + column * k, k / 2, sums, TK_PANEL);
      for (size_t r = 0; r < height; r++)
        for (size_t i = 0; i < TK_PANEL; i += 8) {
          __m256 x = _mm256_loadu_ps(sums + r * TK_PANEL + i);
          x = _mm256_add_ps(x, _mm256_loadu_ps(out->bias + column + i));
          size_t place = (row + r) * out->stride + column + i;
          if (out->finish == TK_ADD) {
            float *to = (float *)out->out + place;
            _mm256_storeu_ps(to, _mm256_add_ps(x, _mm256_loadu_ps(to)));
          } else {
            if (out->finish == TK_GELU) x = gelu(x);
            _mm_storeu_si128((__m128i *)((uint16_t *)out->out + place), narrow(x));
          }
        }
    }
}

/// Softmax's numerators of a row in place; returns their sum. What lies beyond n is not touched.
TK_INLINE256 float numerators(float *x, size_t n, float scale) {
  float largest = -INFINITY, total = 0;
  for (size_t i = 0; i < n; i++) largest = x[i] > largest ? x[i] : largest;
  __m256 sum = _mm256_setzero_ps(), shift = _mm256_set1_ps(largest);
  __m256 factor = _mm256_set1_ps(scale);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    __m256 v = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(x + i), shift), factor);
    v = exponential(v);
    sum = _mm256_add_ps(sum, v);
    _mm256_storeu_ps(x + i, v);
  }
  if (i < n) {
    float rest[8] = {0};
    for (size_t j = 0; i + j < n; j++) rest[j] = (x[i + j] - largest) * scale;
    _mm256_storeu_ps(rest, exponential(_mm256_loadu_ps(rest)));
    for (size_t j = 0; i + j < n; j++) total += x[i + j] = rest[j];
  }
  return total + sum_of(sum);
}

TK_T256 static void softmax_f32(float *x, size_t rows, size_t n, size_t stride, float scale) {
  for (size_t row = 0; row < rows; row++, x += stride) {
    float inverse = 1 / numerators(x, n, scale);
    for (size_t i = 0; i < n; i++) x[i] *= inverse;
  }
}

TK_T256 static void attention_bf16(const tk_attention *task) {
  tk_attention_layout layout = tk_layout(task->tokens, task->width);
  char *scratch = task->scratch;
  uint16_t *keys = (uint16_t *)scratch, *values = (uint16_t *)(scratch + layout.values);
  float *scores = (float *)(scratch + layout.scores), sums[ROWS * TK_PANEL], factors[ROWS];
  uint16_t *shares = (uint16_t *)(scratch + layout.shares);
  size_t span = layout.span, width = task->width, hidden = task->heads * width;
  for (size_t head = 0; head < task->heads; head++) {
    const uint16_t *queries = task->qkv + head * width;
    memset(scratch, 0, layout.scores);
    for (size_t token = 0; token < task->tokens; token++) {
      const uint16_t *key = queries + hidden + token * task->stride, *value = key + hidden;
      uint16_t *to = keys + token / 32 * 32 * width + token % 32 * 2;
      for (size_t i = 0; i < width; i += 2, to += 64) memcpy(to, key + i, 4);
      for (size_t i = 0; i < width; i++)
        values[i / 32 * 32 * span + (token / 2 * 32 + i % 32) * 2 + token % 2] = value[i];
    }
    for (size_t row = 0, height; row < task->tokens; row += height) {
      height = height_at(task->tokens, row);
      for (size_t key = 0; key < span; key += TK_PANEL)
        tile(height, queries + row * task->stride, task->stride, keys + key * width, width / 2,
             scores + key, span);
      for (size_t r = 0; r < height; r++) {
        float *own = scores + r * span;
        factors[r] = 1 / numerators(own, task->tokens, task->scale);
        for (size_t i = task->tokens; i < span; i++) own[i] = 0;
        for (size_t i = 0; i < span; i += 8)
          _mm_storeu_si128((__m128i *)(shares + r * span + i), narrow(_mm256_loadu_ps(own + i)));
      }
      for (size_t column = 0; column < width; column += TK_PANEL) {
        tile(height, shares, span, values + column * span, (task->tokens + 1) / 2, sums, TK_PANEL);
        for (size_t r = 0; r < height; r++)
          for (size_t i = 0; i < TK_PANEL && column + i < width; i += 8) {
            __m256 x = _mm256_loadu_ps(sums + r * TK_PANEL + i);
            uint16_t *to = task->out + (row + r) * task->out_stride + head * width + column + i;
            _mm_storeu_si128((__m128i *)to, narrow(_mm256_mul_ps(x, _mm256_set1_ps(factors[r]))));
          }
      }
    }
  }
}

TK_T256 static void layer_norm_f32(float *x, size_t rows, size_t n, const float *gamma,
                                   const float *beta, float eps, const tk_copies *copies) {
  for (size_t row = 0; row < rows; row++) {
    float *v = x + row * n;
    __m256 sum = _mm256_setzero_ps();
    for (size_t i = 0; i < n; i += 8) sum = _mm256_add_ps(sum, _mm256_loadu_ps(v + i));
    __m256 mean = _mm256_set1_ps(sum_of(sum) / (float)n);
    sum = _mm256_setzero_ps();
    for (size_t i = 0; i < n; i += 8) {
      __m256 d = _mm256_sub_ps(_mm256_loadu_ps(v + i), mean);
      sum = _mm256_fmadd_ps(d, d, sum);
    }
    __m256 factor = _mm256_set1_ps(1 / sqrtf(sum_of(sum) / (float)n + eps));
    for (size_t i = 0; i < n; i += 8) {
      __m256 d = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(v + i), mean), factor);
      d = _mm256_fmadd_ps(d, _mm256_loadu_ps(gamma + i), _mm256_loadu_ps(beta + i));
      _mm256_storeu_ps(v + i, d);
      if (copies->halves)
        _mm_storeu_si128((__m128i *)(copies->halves + row * n + i), narrow(d));
    }
    if (copies->codes)
      tk_code_row(v, n, copies->codes + row * n, &copies->scales[row], &copies->zeros[row]);
  }
}

TK_T256 static void bias_gelu_f32(float *x, size_t rows, size_t n, const float *bias) {
  for (size_t row = 0; row < rows; row++, x += n) {
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
      _mm256_storeu_ps(
          x + i, gelu(_mm256_add_ps(_mm256_loadu_ps(x + i), _mm256_loadu_ps(bias + i))));
    float rest[8] = {0};
    for (size_t j = 0; i + j < n; j++) rest[j] = x[i + j] + bias[i + j];
    _mm256_storeu_ps(rest, gelu(_mm256_loadu_ps(rest)));
    for (size_t j = 0; i + j < n; j++) x[i + j] = rest[j];
  }
}

const tk_kernels tk_avx2_kernels = {
    .product_bf16 = product_bf16,
    .product_u8 = tk_product_u8_portable,
    .attention_bf16 = attention_bf16,
    .layer_norm_f32 = layer_norm_f32,
    .quantise_bf16 = tk_quantise_bf16_portable,
    .bias_gelu_f32 = bias_gelu_f32,
    .softmax_f32 = softmax_f32,
};
#endif
