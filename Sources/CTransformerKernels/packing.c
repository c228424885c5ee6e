// Weights in the order in which products read them. Done once, when a model is loaded.
#include <math.h>

#include "levels.h"

uint16_t tk_bf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

void tk_pack_bf16(const float *weights, size_t first, size_t k, uint16_t *panels) {
  uint16_t *panel = panels + first * k;
  for (size_t output = 0; output < TK_PANEL; output++) {
    const float *row = weights + (first + output) * k;
    for (size_t i = 0; i < k; i += 2) {
      uint16_t *pair = panel + (i / 2 * TK_PANEL + output) * 2;
      pair[0] = tk_bf16(row[i]);
      pair[1] = tk_bf16(row[i + 1]);
    }
  }
}

void tk_pack_s8(const float *weights, size_t first, size_t k, int8_t *panels, float *scales,
                float *sums) {
  int8_t *panel = panels + first * k;
  for (size_t output = 0; output < TK_PANEL; output++) {
    const float *row = weights + (first + output) * k;
    float largest = 0;
    for (size_t i = 0; i < k; i++) largest = fabsf(row[i]) > largest ? fabsf(row[i]) : largest;
    float scale = largest / 127, inverse = scale > 0 ? 1 / scale : 0;
    int32_t sum = 0;
    for (size_t i = 0; i < k; i++) {
      int32_t code = (int32_t)lrintf(row[i] * inverse);
      panel[(i / 4 * TK_PANEL + output) * 4 + i % 4] = (int8_t)code;
      sum += code;
    }
    scales[first + output] = scale;
    sums[first + output] = scale * (float)sum;
  }
}
