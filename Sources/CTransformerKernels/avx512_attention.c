// Self-attention of one sequence, head by head, on the tiles of the products: keys and values are
// packed as weights are, so scores and sums of values are two products.
#if defined(__x86_64__)
#include "avx512.h"

/// Transposes 16 x 16 words: word j of to[i] becomes word i of from[j].
TK_INLINE512 void transpose(__m512i x[16]) {
  __m512i t[16];
  TK_UNROLL for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
  }
  TK_UNROLL for (int i = 0; i < 16; i += 4) {
    x[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    x[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    x[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    x[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  TK_UNROLL for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(x[i], x[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(x[i], x[i + 4], 0xDD);
    t[i + 8] = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0xDD);
  }
  TK_UNROLL for (int i = 0; i < 4; i++) {
    x[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    x[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xDD);
    x[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    x[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xDD);
  }
}

/// keys[span / 32][width / 2][32][2]; keys past the last token are zero.
TK_T512 static void pack_keys(const uint16_t *keys, size_t stride, size_t tokens, size_t span,
                              size_t width, uint16_t *packed) {
  for (size_t first = 0; first < span; first += 16)
    for (size_t column = 0; column < width; column += 32) {
      size_t columns = width - column < 32 ? width - column : 32;
      __mmask32 mask = columns == 32 ? ~0u : (1u << columns) - 1;
      __m512i x[16];
      TK_UNROLL for (int i = 0; i < 16; i++)
        x[i] = first + i < tokens
                   ? _mm512_maskz_loadu_epi16(mask, keys + (first + i) * stride + column)
                   : _mm512_setzero_si512();
      transpose(x);
      uint16_t *to = packed + first / 32 * 32 * width + column * 32 + first % 32 * 2;
      for (size_t pair = 0; pair < columns / 2; pair++)
        _mm512_storeu_si512(to + pair * 64, x[pair]);
    }
}

/// values[width / 32][span / 2][32][2]; values past the last token and columns past the last are
/// zero.
TK_T512 static void pack_values(const uint16_t *values, size_t stride, size_t tokens, size_t span,
                                size_t width, uint16_t *packed) {
  __m512i low, high;
  {
    _Alignas(64) uint16_t order[64];
    for (int i = 0; i < 32; i++) {
      order[2 * i] = (uint16_t)i;
      order[2 * i + 1] = (uint16_t)(i + 32);
    }
    low = _mm512_load_si512(order);
    high = _mm512_load_si512(order + 32);
  }
  for (size_t column = 0; column < width; column += 32) {
    __mmask32 mask = width - column < 32 ? (1u << (width - column)) - 1 : ~0u;
    uint16_t *to = packed + column * span;
    for (size_t token = 0; token < span; token += 2, to += 64) {
      __m512i a = _mm512_setzero_si512(), b = a;
      if (token < tokens)
        a = _mm512_maskz_loadu_epi16(mask, values + token * stride + column);
      if (token + 1 < tokens)
        b = _mm512_maskz_loadu_epi16(mask, values + (token + 1) * stride + column);
      _mm512_storeu_si512(to, _mm512_permutex2var_epi16(a, low, b));
      _mm512_storeu_si512(to + 32, _mm512_permutex2var_epi16(a, high, b));
    }
  }
}

/// bf16 of e to the (scale * (score - largest)), zero past the last token; returns their sum.
TK_INLINE512 float shares_of(const float *scores, size_t tokens, size_t span, float scale,
                             uint16_t *shares) {
  __m512 largest = _mm512_set1_ps(-3.4e38f), sum = _mm512_setzero_ps();
  __m512 factor = _mm512_set1_ps(scale);
  for (size_t i = 0; i < tokens; i += 16) {
    __mmask16 mask = tokens - i < 16 ? (__mmask16)((1u << (tokens - i)) - 1) : 0xFFFF;
    largest = _mm512_mask_max_ps(largest, mask, largest, _mm512_loadu_ps(scores + i));
  }
  largest = _mm512_set1_ps(_mm512_reduce_max_ps(largest));
  for (size_t i = 0; i < span; i += 16) {
    __m512 x = _mm512_setzero_ps();
    if (i < tokens) {
      __mmask16 mask = tokens - i < 16 ? (__mmask16)((1u << (tokens - i)) - 1) : 0xFFFF;
      x = tk_exp(_mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(scores + i), largest), factor));
      x = _mm512_maskz_mov_ps(mask, x);
      sum = _mm512_add_ps(sum, x);
    }
    _mm256_storeu_si256((__m256i *)(shares + i), tk_narrow(x));
  }
  return _mm512_reduce_add_ps(sum);
}

TK_T512 void tk_attention_bf16_avx512(const tk_attention *task) {
  tk_attention_layout layout = tk_layout(task->tokens, task->width);
  char *scratch = task->scratch;
  uint16_t *keys = (uint16_t *)scratch, *values = (uint16_t *)(scratch + layout.values);
  float *scores = (float *)(scratch + layout.scores);
  uint16_t *shares = (uint16_t *)(scratch + layout.shares);
  size_t span = layout.span, width = task->width, hidden = task->heads * width;
  _Alignas(64) float sums[TK_TILE * TK_PANEL];
  float factors[TK_TILE];
  for (size_t head = 0; head < task->heads; head++) {
    const uint16_t *queries = task->qkv + head * width;
    pack_keys(queries + hidden, task->stride, task->tokens, span, width, keys);
    pack_values(queries + 2 * hidden, task->stride, task->tokens, span, width, values);
    for (size_t row = 0, height; row < task->tokens; row += height) {
      height = tk_tile_height(task->tokens, row);
      for (size_t key = 0; key < span; key += TK_PANEL)
        tk_tiles_bf16[height](queries + row * task->stride, task->stride, keys + key * width,
                              width / 2, scores + key, span);
      for (size_t r = 0; r < height; r++)
        factors[r] = 1 / shares_of(scores + r * span, task->tokens, span, task->scale,
                                   shares + r * span);
      for (size_t column = 0; column < width; column += TK_PANEL) {
        tk_tiles_bf16[height](shares, span, values + column * span, (task->tokens + 1) / 2, sums,
                              TK_PANEL);
        __mmask32 mask = width - column < 32 ? (1u << (width - column)) - 1 : ~0u;
        for (size_t r = 0; r < height; r++) {
          __m512 factor = _mm512_set1_ps(factors[r]);
          __m512 x0 = _mm512_mul_ps(factor, _mm512_load_ps(sums + r * TK_PANEL));
          __m512 x1 = _mm512_mul_ps(factor, _mm512_load_ps(sums + r * TK_PANEL + 16));
          uint16_t *to = task->out + (row + r) * task->out_stride + head * width + column;
          _mm512_mask_storeu_epi16(to, mask, (__m512i)_mm512_cvtne2ps_pbh(x1, x0));
        }
      }
    }
  }
}
#endif
