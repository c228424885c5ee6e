// Products of activations and packed weights: tiles of up to 14 rows x 32 outputs in registers.
//
// A panel of 32 outputs (24 KB for 384 inputs) stays in the first-level cache while all rows pass,
// so weights are read from memory once a product, whatever the count of rows.
#if defined(__x86_64__)
#include "avx512.h"

/// Rows lie `stride` bytes apart. Three share a pointer (x86 adds 0, 1 or 2 strides for nothing),
/// so that fourteen need five registers.
#define TK_ROW(base, stride, row) ((base)[(row) / 3] + (stride) * ((row) % 3))

#define TK_TILE_BODY(ROWS, ZERO, ACC, LOAD, DOT, STEP)                              \
  ACC sum[ROWS][2];                                                                 \
  const char *base[(ROWS + 2) / 3];                                                 \
  TK_UNROLL for (int r = 0; r < ROWS; r++) sum[r][0] = sum[r][1] = ZERO;            \
  TK_UNROLL for (int g = 0; g < (ROWS + 2) / 3; g++) base[g] = rows + 3 * g * stride; \
  const char *b = (const char *)panel;                                              \
  for (size_t i = 0; i < steps; i++, b += 128) {                                    \
    ACC b0 = LOAD(b), b1 = LOAD(b + 64);                                            \
    _mm_prefetch(b + 2048, _MM_HINT_T0);                                            \
    _mm_prefetch(b + 2112, _MM_HINT_T0);                                            \
    TK_UNROLL for (int r = 0; r < ROWS; r++) {                                      \
      int32_t group;                                                                \
      memcpy(&group, TK_ROW(base, stride, r), 4);                                   \
      __m512i a = _mm512_set1_epi32(group);                                         \
      sum[r][0] = DOT(sum[r][0], a, b0);                                            \
      sum[r][1] = DOT(sum[r][1], a, b1);                                            \
    }                                                                               \
    TK_UNROLL for (int g = 0; g < (ROWS + 2) / 3; g++) base[g] += STEP;             \
  }

#define TK_LOAD_PS(p) _mm512_loadu_ps((const float *)(p))
#define TK_DOT_BF16(sum, a, b) _mm512_dpbf16_ps(sum, (__m512bh)(a), (__m512bh)(b))
#define TK_LOAD_SI(p) _mm512_loadu_si512(p)
#define TK_DOT_U8(sum, a, b) _mm512_dpbusd_epi32(sum, a, b)

#define TK_DEFINE(ROWS)                                                                       \
  TK_T512 static void tile_bf16_##ROWS(const uint16_t *a, size_t a_stride,                    \
                                       const uint16_t *panel, size_t steps, float *sums,      \
                                       size_t sums_stride) {                                  \
    const char *rows = (const char *)a;                                                       \
    size_t stride = a_stride * 2;                                                             \
    TK_TILE_BODY(ROWS, _mm512_setzero_ps(), __m512, TK_LOAD_PS, TK_DOT_BF16, 4)               \
    TK_UNROLL for (int r = 0; r < ROWS; r++) {                                                \
      _mm512_storeu_ps(sums + (size_t)r * sums_stride, sum[r][0]);                            \
      _mm512_storeu_ps(sums + (size_t)r * sums_stride + 16, sum[r][1]);                       \
    }                                                                                         \
  }                                                                                           \
  TK_T512 static void tile_u8_##ROWS(const uint8_t *a, size_t stride, const int8_t *panel,    \
                                     size_t steps, int32_t *sums) {                           \
    const char *rows = (const char *)a;                                                       \
    TK_TILE_BODY(ROWS, _mm512_setzero_si512(), __m512i, TK_LOAD_SI, TK_DOT_U8, 4)             \
    TK_UNROLL for (int r = 0; r < ROWS; r++) {                                                \
      _mm512_storeu_si512(sums + r * TK_PANEL, sum[r][0]);                                    \
      _mm512_storeu_si512(sums + r * TK_PANEL + 16, sum[r][1]);                               \
    }                                                                                         \
  }

TK_DEFINE(1) TK_DEFINE(2) TK_DEFINE(3) TK_DEFINE(4) TK_DEFINE(5) TK_DEFINE(6) TK_DEFINE(7)
TK_DEFINE(8) TK_DEFINE(9) TK_DEFINE(10) TK_DEFINE(11) TK_DEFINE(12) TK_DEFINE(13) TK_DEFINE(14)

const tk_tile_bf16 tk_tiles_bf16[TK_TILE + 1] = {
    NULL,         tile_bf16_1,  tile_bf16_2,  tile_bf16_3,  tile_bf16_4,
    tile_bf16_5,  tile_bf16_6,  tile_bf16_7,  tile_bf16_8,  tile_bf16_9,
    tile_bf16_10, tile_bf16_11, tile_bf16_12, tile_bf16_13, tile_bf16_14};

typedef void (*tile_u8)(const uint8_t *, size_t, const int8_t *, size_t, int32_t *);
static const tile_u8 tiles_u8[TK_TILE + 1] = {
    NULL,      tile_u8_1, tile_u8_2, tile_u8_3,  tile_u8_4,  tile_u8_5,  tile_u8_6, tile_u8_7,
    tile_u8_8, tile_u8_9, tile_u8_10, tile_u8_11, tile_u8_12, tile_u8_13, tile_u8_14};

/// Two registers of results for columns `column`...`column + 31` of a row.
TK_INLINE512 void finish(const tk_output *out, size_t row, size_t column, __m512 x0, __m512 x1) {
  x0 = _mm512_add_ps(x0, _mm512_loadu_ps(out->bias + column));
  x1 = _mm512_add_ps(x1, _mm512_loadu_ps(out->bias + column + 16));
  size_t place = row * out->stride + column;
  if (out->finish == TK_ADD) {
    float *to = (float *)out->out + place;
    _mm512_storeu_ps(to, _mm512_add_ps(x0, _mm512_loadu_ps(to)));
    _mm512_storeu_ps(to + 16, _mm512_add_ps(x1, _mm512_loadu_ps(to + 16)));
    return;
  }
  if (out->finish == TK_GELU) {
    x0 = tk_gelu(x0);
    x1 = tk_gelu(x1);
  }
  _mm512_storeu_si512((uint16_t *)out->out + place, (__m512i)_mm512_cvtne2ps_pbh(x1, x0));
}

TK_T512 void tk_product_bf16_avx512(const uint16_t *a, size_t a_stride, size_t rows,
                                    const uint16_t *panels, size_t n, size_t k,
                                    const tk_output *out) {
  _Alignas(64) float sums[TK_TILE * TK_PANEL];
  for (size_t column = 0; column < n; column += TK_PANEL)
    for (size_t row = 0, height; row < rows; row += height) {
      height = tk_tile_height(rows, row);
      tk_tiles_bf16[height](a + row * a_stride, a_stride, panels + column * k, k / 2, sums,
                            TK_PANEL);
      for (size_t r = 0; r < height; r++)
        finish(out, row + r, column, _mm512_load_ps(sums + r * TK_PANEL),
               _mm512_load_ps(sums + r * TK_PANEL + 16));
    }
}

TK_T512 void tk_product_u8_avx512(const tk_codes *a, size_t rows, const tk_weights_s8 *weights,
                                  size_t n, size_t k, const tk_output *out) {
  _Alignas(64) int32_t sums[TK_TILE * TK_PANEL];
  for (size_t column = 0; column < n; column += TK_PANEL) {
    const float *scales = weights->scales + column, *totals = weights->sums + column;
    for (size_t row = 0, height; row < rows; row += height) {
      height = tk_tile_height(rows, row);
      tiles_u8[height](a->codes + row * a->stride, a->stride, weights->panels + column * k, k / 4,
                       sums);
      for (size_t r = 0; r < height; r++) {
        __m512 x[2], scale = _mm512_set1_ps(a->scales[row + r]);
        __m512 zero = _mm512_set1_ps(a->zeros[row + r]);
        TK_UNROLL for (int h = 0; h < 2; h++) {
          __m512 sum = _mm512_cvtepi32_ps(_mm512_load_si512(sums + r * TK_PANEL + 16 * h));
          sum = _mm512_mul_ps(sum, _mm512_loadu_ps(scales + 16 * h));
          sum = _mm512_fnmadd_ps(zero, _mm512_loadu_ps(totals + 16 * h), sum);
          x[h] = _mm512_mul_ps(scale, sum);
        }
        finish(out, row + r, column, x[0], x[1]);
      }
    }
  }
}
#endif
