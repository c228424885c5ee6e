// The kernels in plain C: the specification of the others.
#include <math.h>

#include "levels.h"

static float gelu(float x) { return 0.5f * x * (1 + erff(x * 0.70710678f)); }

static void finish(const tk_output *out, size_t row, size_t column, float value) {
  value += out->bias[column];
  size_t place = row * out->stride + column;
  if (out->finish == TK_ADD)
    ((float *)out->out)[place] += value;
  else
    ((uint16_t *)out->out)[place] = tk_bf16(out->finish == TK_GELU ? gelu(value) : value);
}

static void product_bf16(const uint16_t *a, size_t a_stride, size_t rows, const uint16_t *panels,
                         size_t n, size_t k, const tk_output *out) {
  for (size_t row = 0; row < rows; row++)
    for (size_t column = 0; column < n; column++) {
      const uint16_t *panel = panels + column / TK_PANEL * TK_PANEL * k;
      float sum = 0;
      for (size_t i = 0; i < k; i++)
        sum += tk_float(a[row * a_stride + i]) *
               tk_float(panel[(i / 2 * TK_PANEL + column % TK_PANEL) * 2 + i % 2]);
      finish(out, row, column, sum);
    }
}

void tk_product_u8_portable(const tk_codes *a, size_t rows, const tk_weights_s8 *weights, size_t n,
                            size_t k, const tk_output *out) {
  for (size_t row = 0; row < rows; row++)
    for (size_t column = 0; column < n; column++) {
      const int8_t *panel = weights->panels + column / TK_PANEL * TK_PANEL * k;
      int32_t sum = 0;
      for (size_t i = 0; i < k; i++)
        sum += a->codes[row * a->stride + i] *
               panel[(i / 4 * TK_PANEL + column % TK_PANEL) * 4 + i % 4];
      float value = weights->scales[column] * (float)sum - a->zeros[row] * weights->sums[column];
      finish(out, row, column, a->scales[row] * value);
    }
}

static void softmax_f32(float *x, size_t rows, size_t n, size_t stride, float scale) {
  for (size_t row = 0; row < rows; row++, x += stride) {
    float largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++) largest = x[i] > largest ? x[i] : largest;
    for (size_t i = 0; i < n; i++) sum += x[i] = expf((x[i] - largest) * scale);
    for (size_t i = 0; i < n; i++) x[i] /= sum;
  }
}

static void attention_bf16(const tk_attention *task) {
  size_t hidden = task->heads * task->width;
  float *scores = (float *)((char *)task->scratch + tk_layout(task->tokens, task->width).scores);
  for (size_t head = 0; head < task->heads; head++)
    for (size_t row = 0; row < task->tokens; row++) {
      const uint16_t *query = task->qkv + row * task->stride + head * task->width;
      const uint16_t *first = task->qkv + head * task->width;
      float largest = -INFINITY, total = 0;
      for (size_t i = 0; i < task->tokens; i++) {
        const uint16_t *key = first + hidden + i * task->stride;
        float sum = 0;
        for (size_t c = 0; c < task->width; c++) sum += tk_float(query[c]) * tk_float(key[c]);
        scores[i] = sum;
        largest = sum > largest ? sum : largest;
      }
      for (size_t i = 0; i < task->tokens; i++)
        total += scores[i] = expf((scores[i] - largest) * task->scale);
      for (size_t c = 0; c < task->width; c++) {
        float sum = 0;
        for (size_t i = 0; i < task->tokens; i++)
          sum += tk_float(tk_bf16(scores[i])) * tk_float(first[2 * hidden + i * task->stride + c]);
        task->out[row * task->out_stride + head * task->width + c] = tk_bf16(sum / total);
      }
    }
}

void tk_code_row(const float *x, size_t n, uint8_t *codes, float *scale, float *zero) {
  float low = 0, high = 0;
  for (size_t i = 0; i < n; i++) {
    low = fminf(low, x[i]);
    high = fmaxf(high, x[i]);
  }
  *scale = high - low > 1e-30f ? (high - low) / 255 : 1;
  *zero = rintf(-low / *scale);
  float inverse = 1 / *scale;
  for (size_t i = 0; i < n; i++) {
    float code = rintf(x[i] * inverse) + *zero;
    codes[i] = (uint8_t)(code < 0 ? 0 : code > 255 ? 255 : code);
  }
}

void tk_quantise_bf16_portable(const uint16_t *x, size_t stride, size_t rows, size_t n,
                               uint8_t *codes, float *scales, float *zeros) {
  float widened[TK_CODED];
  for (size_t row = 0; row < rows; row++) {
    for (size_t i = 0; i < n; i++) widened[i] = tk_float(x[row * stride + i]);
    tk_code_row(widened, n, codes + row * n, &scales[row], &zeros[row]);
  }
}

static void layer_norm_f32(float *x, size_t rows, size_t n, const float *gamma, const float *beta,
                           float eps, const tk_copies *copies) {
  for (size_t row = 0; row < rows; row++) {
    float *v = x + row * n, mean = 0, variance = 0;
    for (size_t i = 0; i < n; i++) mean += v[i];
    mean /= (float)n;
    for (size_t i = 0; i < n; i++) variance += (v[i] - mean) * (v[i] - mean);
    float factor = 1 / sqrtf(variance / (float)n + eps);
    for (size_t i = 0; i < n; i++) {
      v[i] = (v[i] - mean) * factor * gamma[i] + beta[i];
      if (copies->halves) copies->halves[row * n + i] = tk_bf16(v[i]);
    }
    if (copies->codes)
      tk_code_row(v, n, copies->codes + row * n, &copies->scales[row], &copies->zeros[row]);
  }
}

static void bias_gelu_f32(float *x, size_t rows, size_t n, const float *bias) {
  for (size_t row = 0; row < rows; row++)
    for (size_t i = 0; i < n; i++) x[row * n + i] = gelu(x[row * n + i] + bias[i]);
}

const tk_kernels tk_portable_kernels = {
    .product_bf16 = product_bf16,
    .product_u8 = tk_product_u8_portable,
    .attention_bf16 = attention_bf16,
    .layer_norm_f32 = layer_norm_f32,
    .quantise_bf16 = tk_quantise_bf16_portable,
    .bias_gelu_f32 = bias_gelu_f32,
    .softmax_f32 = softmax_f32,
};
