// Operations on rows of activations, and the table.
#if defined(__x86_64__)
#include <math.h>

#include "avx512.h"

/// Scale and zero point of the range low...high, which holds 0; returns 1 / scale.
static inline float range(float low, float high, float *scale, float *zero) {
  float span = high - low;
  *scale = span > 1e-30f ? span / 255 : 1;
  *zero = rintf(-low / *scale);
  return 1 / *scale;
}

TK_INLINE512 __m128i codes_of(__m512 x, __m512 inverse, __m512i zero) {
  __m512i code = _mm512_add_epi32(_mm512_cvtps_epi32(_mm512_mul_ps(x, inverse)), zero);
  return _mm512_cvtusepi32_epi8(_mm512_max_epi32(code, _mm512_setzero_si512()));
}

TK_T512 static void quantise_bf16(const uint16_t *x, size_t stride, size_t rows, size_t n,
                                  uint8_t *codes, float *scales, float *zeros) {
  for (size_t row = 0; row < rows; row++, x += stride, codes += n) {
    __m512 low = _mm512_setzero_ps(), high = low;
    for (size_t i = 0; i < n; i += 16) {
      __m512 v = tk_widen(_mm256_loadu_si256((const __m256i *)(x + i)));
      low = _mm512_min_ps(low, v);
      high = _mm512_max_ps(high, v);
    }
    __m512 inverse = _mm512_set1_ps(range(_mm512_reduce_min_ps(low), _mm512_reduce_max_ps(high),
                                          &scales[row], &zeros[row]));
    __m512i zero = _mm512_set1_epi32((int32_t)zeros[row]);
    for (size_t i = 0; i < n; i += 16) {
      __m512 v = tk_widen(_mm256_loadu_si256((const __m256i *)(x + i)));
      _mm_storeu_si128((__m128i *)(codes + i), codes_of(v, inverse, zero));
    }
  }
}

TK_T512 static void layer_norm_f32(float *x, size_t rows, size_t n, const float *gamma,
                                   const float *beta, float eps, const tk_copies *copies) {
  for (size_t row = 0; row < rows; row++) {
    float *v = x + row * n;
    __m512 sum0 = _mm512_setzero_ps(), sum1 = sum0;
    for (size_t i = 0; i + 32 <= n; i += 32) {
      sum0 = _mm512_add_ps(sum0, _mm512_loadu_ps(v + i));
      sum1 = _mm512_add_ps(sum1, _mm512_loadu_ps(v + i + 16));
    }
    if (n % 32) sum0 = _mm512_add_ps(sum0, _mm512_loadu_ps(v + n - 16));
    __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(_mm512_add_ps(sum0, sum1)) / (float)n);
    sum0 = sum1 = _mm512_setzero_ps();
    for (size_t i = 0; i + 32 <= n; i += 32) {
      __m512 d0 = _mm512_sub_ps(_mm512_loadu_ps(v + i), mean);
      __m512 d1 = _mm512_sub_ps(_mm512_loadu_ps(v + i + 16), mean);
      sum0 = _mm512_fmadd_ps(d0, d0, sum0);
      sum1 = _mm512_fmadd_ps(d1, d1, sum1);
    }
    if (n % 32) {
      __m512 d = _mm512_sub_ps(_mm512_loadu_ps(v + n - 16), mean);
      sum0 = _mm512_fmadd_ps(d, d, sum0);
    }
    float variance = _mm512_reduce_add_ps(_mm512_add_ps(sum0, sum1)) / (float)n;
    __m512 factor = _mm512_set1_ps(1 / sqrtf(variance + eps));
    __m512 low = _mm512_setzero_ps(), high = low;
    for (size_t i = 0; i < n; i += 16) {
      __m512 d = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(v + i), mean), factor);
      d = _mm512_fmadd_ps(d, _mm512_loadu_ps(gamma + i), _mm512_loadu_ps(beta + i));
      _mm512_storeu_ps(v + i, d);
      low = _mm512_min_ps(low, d);
      high = _mm512_max_ps(high, d);
      if (copies->halves)
        _mm256_storeu_si256((__m256i *)(copies->halves + row * n + i), tk_narrow(d));
    }
    if (!copies->codes) continue;
    __m512 inverse = _mm512_set1_ps(range(_mm512_reduce_min_ps(low), _mm512_reduce_max_ps(high),
                                          &copies->scales[row], &copies->zeros[row]));
    __m512i zero = _mm512_set1_epi32((int32_t)copies->zeros[row]);
    for (size_t i = 0; i < n; i += 16)
      _mm_storeu_si128((__m128i *)(copies->codes + row * n + i),
                       codes_of(_mm512_loadu_ps(v + i), inverse, zero));
  }
}

TK_T512 static void bias_gelu_f32(float *x, size_t rows, size_t n, const float *bias) {
  for (size_t row = 0; row < rows; row++, x += n)
    for (size_t i = 0; i < n; i += 16) {
      __mmask16 mask = n - i < 16 ? (__mmask16)((1u << (n - i)) - 1) : 0xFFFF;
      __m512 v = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, x + i),
                               _mm512_maskz_loadu_ps(mask, bias + i));
      _mm512_mask_storeu_ps(x + i, mask, tk_gelu(v));
    }
}

TK_T512 static void softmax_f32(float *x, size_t rows, size_t n, size_t stride, float scale) {
  __m512 factor = _mm512_set1_ps(scale);
  for (size_t row = 0; row < rows; row++, x += stride) {
    __m512 largest = _mm512_set1_ps(-3.4e38f), sum = _mm512_setzero_ps();
    for (size_t i = 0; i < n; i += 16) {
      __mmask16 mask = n - i < 16 ? (__mmask16)((1u << (n - i)) - 1) : 0xFFFF;
      largest = _mm512_mask_max_ps(largest, mask, largest, _mm512_maskz_loadu_ps(mask, x + i));
    }
    largest = _mm512_set1_ps(_mm512_reduce_max_ps(largest));
    for (size_t i = 0; i < n; i += 16) {
      __mmask16 mask = n - i < 16 ? (__mmask16)((1u << (n - i)) - 1) : 0xFFFF;
      __m512 v = _mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), largest);
      v = _mm512_maskz_mov_ps(mask, tk_exp(_mm512_mul_ps(v, factor)));
      sum = _mm512_add_ps(sum, v);
      _mm512_mask_storeu_ps(x + i, mask, v);
    }
    __m512 inverse = _mm512_set1_ps(1 / _mm512_reduce_add_ps(sum));
    for (size_t i = 0; i < n; i += 16) {
      __mmask16 mask = n - i < 16 ? (__mmask16)((1u << (n - i)) - 1) : 0xFFFF;
      __m512 v = _mm512_mul_ps(_mm512_maskz_loadu_ps(mask, x + i), inverse);
      _mm512_mask_storeu_ps(x + i, mask, v);
    }
  }
}

const tk_kernels tk_avx512_kernels = {
    .product_bf16 = tk_product_bf16_avx512,
    .product_u8 = tk_product_u8_avx512,
    .attention_bf16 = tk_attention_bf16_avx512,
    .layer_norm_f32 = layer_norm_f32,
    .quantise_bf16 = quantise_bf16,
    .bias_gelu_f32 = bias_gelu_f32,
    .softmax_f32 = softmax_f32,
};
#endif
