#pragma once
// What the kernel files share: one table per instruction set.
#include <string.h>

#include "transformer_kernels.h"

extern const tk_kernels tk_portable_kernels;

// Portable kernels that richer tables use as they are.
void tk_product_u8_portable(const tk_codes *a, size_t rows, const tk_weights_s8 *weights, size_t n,
                            size_t k, const tk_output *out);
void tk_quantise_bf16_portable(const uint16_t *x, size_t stride, size_t rows, size_t n,
                               uint8_t *codes, float *scales, float *zeros);

/// Codes for one row of floats: its whole range, zero included.
void tk_code_row(const float *x, size_t n, uint8_t *codes, float *scale, float *zero);

#if defined(__x86_64__)
extern const tk_kernels tk_avx2_kernels;
extern const tk_kernels tk_avx512_kernels;

void tk_product_bf16_avx512(const uint16_t *a, size_t a_stride, size_t rows,
                            const uint16_t *panels, size_t n, size_t k, const tk_output *out);
void tk_product_u8_avx512(const tk_codes *a, size_t rows, const tk_weights_s8 *weights, size_t n,
                          size_t k, const tk_output *out);
void tk_attention_bf16_avx512(const tk_attention *task);
#endif

/// How scratch is divided between the parts of an attention, in bytes from its start; multiples
/// of 64. Keys: panels of 32 keys; values: panels of 32 columns; both as product_bf16 reads them.
typedef struct {
  size_t span;  // tokens, rounded up to a panel
  size_t values, scores, shares, end;
} tk_attention_layout;

static inline size_t tk_round_up(size_t value, size_t unit) {
  return (value + unit - 1) / unit * unit;
}

static inline tk_attention_layout tk_layout(size_t tokens, size_t width) {
  tk_attention_layout layout;
  layout.span = tk_round_up(tokens, TK_PANEL);
  layout.values = layout.span * width * 2;
  layout.scores = layout.values + tk_round_up(width, TK_PANEL) * layout.span * 2;
  layout.shares = layout.scores + TK_TILE * layout.span * 4;
  layout.end = layout.shares + TK_TILE * layout.span * 2;
  return layout;
}

static inline float tk_float(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}
