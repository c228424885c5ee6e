#pragma once
// Kernels of a transformer encoder: plain pointers in, no allocation, no errors, no state.
//
// Each operation stands once per instruction set in a `tk_kernels` table; the caller picks a table
// once (tk_table) and checks shapes. The portable twin is the specification of the others: they
// differ from it by the rounding of sums and of the exponential and error functions only.
//
// A weight matrix [n][k] (n outputs, k inputs; both multiples of TK_PANEL) is repacked once into
// panels of TK_PANEL outputs, in the order in which products read it:
//   bf16: panels[n / 32][k / 2][32][2]      int8: panels[n / 32][k / 4][32][4]
// Rows of activations are `stride` elements apart; bf16 is the upper half of a float, as uint16_t.
#include <stddef.h>
#include <stdint.h>

/// TK_PANEL: outputs of a panel. TK_TILE: rows of activations that a product takes at once.
/// TK_CODED: values of the longest row that is turned into codes.
enum { TK_PANEL = 32, TK_TILE = 14, TK_CODED = 32768 };

/// Instruction sets, poorest first. TK_AVX2 includes FMA, and has no fast 8-bit products;
/// TK_AVX512 means F, BW, VL, DQ, BF16 and VNNI together.
typedef enum { TK_PORTABLE = 0, TK_AVX2 = 1, TK_AVX512 = 2 } tk_level;

/// What becomes of a product after its bias was added.
typedef enum {
  TK_STORE = 0,  // stored as bf16
  TK_GELU = 1,   // x * (1 + erf(x / sqrt(2))) / 2, stored as bf16
  TK_ADD = 2,    // added to the floats that stand there
} tk_finish;

typedef struct {
  const float *bias;  // [n]
  tk_finish finish;
  void *out;  // [rows][stride], bf16 or floats
  size_t stride;
} tk_output;

/// Rows as 8-bit codes: x is about scales[row] * (code - zeros[row]).
typedef struct {
  const uint8_t *codes;  // [rows][stride]
  size_t stride;
  const float *scales;  // [rows]
  const float *zeros;   // [rows], whole numbers
} tk_codes;

/// A weight matrix as 8-bit codes, a scale for each output.
typedef struct {
  const int8_t *panels;
  const float *scales;  // [n]
  const float *sums;    // [n], scale * sum of the output's codes
} tk_weights_s8;

/// Where a layer norm leaves its rows beside the floats; what is NULL is not written.
typedef struct {
  uint16_t *halves;  // [rows][n] bf16
  uint8_t *codes;    // [rows][n], with
  float *scales;     // [rows] and
  float *zeros;      // [rows]
} tk_copies;

/// One sequence's self-attention.
typedef struct {
  const uint16_t *qkv;  // [tokens][stride]: queries, keys, values of all heads, bf16
  size_t stride;
  size_t tokens;
  size_t heads;
  size_t width;  // of one head, a multiple of 16
  float scale;   // of the inner products
  void *scratch;  // tk_attention_scratch bytes, aligned to 64
  uint16_t *out;  // [tokens][out_stride], bf16
  size_t out_stride;
} tk_attention;

typedef struct {
  /// out = finish(a * weights + bias) for bf16 rows `a` [rows][a_stride].
  void (*product_bf16)(const uint16_t *a, size_t a_stride, size_t rows, const uint16_t *panels,
                       size_t n, size_t k, const tk_output *out);

  /// The same for 8-bit rows and weights; sums of products are exact.
  void (*product_u8)(const tk_codes *a, size_t rows, const tk_weights_s8 *weights, size_t n,
                     size_t k, const tk_output *out);

  /// softmax(scale * q * kᵀ) * v for every head; probabilities are rounded to bf16.
  void (*attention_bf16)(const tk_attention *task);

  /// Normalises rows of n floats (a multiple of 16) in place: (x - mean) / sqrt(variance + eps) *
  /// gamma + beta.
  void (*layer_norm_f32)(float *x, size_t rows, size_t n, const float *gamma, const float *beta,
                         float eps, const tk_copies *copies);

  /// Codes for bf16 rows of n (a multiple of 32): the whole range of each row, zero included.
  void (*quantise_bf16)(const uint16_t *x, size_t stride, size_t rows, size_t n, uint8_t *codes,
                        float *scales, float *zeros);

  /// x = gelu(x + bias) in place, rows of n floats.
  void (*bias_gelu_f32)(float *x, size_t rows, size_t n, const float *bias);

  /// Softmax of scale * x over rows of n floats, in place.
  void (*softmax_f32)(float *x, size_t rows, size_t n, size_t stride, float scale);
} tk_kernels;

/// The richest level that this processor runs.
tk_level tk_supported_level(void);

/// The kernels of `level`, or of the richest supported level below it.
const tk_kernels *tk_table(tk_level level);

/// Bytes of scratch that attention over a sequence needs.
size_t tk_attention_scratch(size_t tokens, size_t width);

/// Repacks outputs first..<first + 32 of a float matrix [n][k] into their panel as bf16.
void tk_pack_bf16(const float *weights, size_t first, size_t k, uint16_t *panels);

/// The same as 8-bit codes; fills the scales and sums of those outputs.
void tk_pack_s8(const float *weights, size_t first, size_t k, int8_t *panels, float *scales,
                float *sums);

/// A float rounded to bf16, ties to even; NaN stays NaN.
uint16_t tk_bf16(float value);

/// Widens little-endian IEEE half floats or bf16 at any address.
void tk_widen_f16(const void *halves, size_t count, float *floats);
void tk_widen_bf16(const void *halves, size_t count, float *floats);

/// Whether none of the floats is infinite or NaN.
int tk_all_finite(const float *values, size_t count);

/// rows[i] = words[ids[i]] + positions[places[i]] + type, rows of n floats.
void tk_sum_embeddings(const float *words, const float *positions, const float *type,
                       const int32_t *ids, const int32_t *places, size_t rows, size_t n,
                       float *sums);

/// The mean of rows of n floats, or the first where `first` is set, scaled to unit length; zeros
/// stay zeros.
void tk_pool(const float *x, size_t rows, size_t n, int first, float *vector);
