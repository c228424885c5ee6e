// What needs no instruction set of its own: the compiler's vectors are enough.
#include <math.h>

#include "levels.h"

void tk_widen_bf16(const void *halves, size_t count, float *floats) {
  const char *bytes = halves;
  for (size_t i = 0; i < count; i++) {
    uint16_t half;
    memcpy(&half, bytes + 2 * i, 2);
    floats[i] = tk_float(half);
  }
}

void tk_widen_f16(const void *halves, size_t count, float *floats) {
  const char *bytes = halves;
  for (size_t i = 0; i < count; i++) {
    uint16_t half;
    memcpy(&half, bytes + 2 * i, 2);
    int exponent = half >> 10 & 31, fraction = half & 1023;
    float value = exponent == 31  ? (fraction ? NAN : INFINITY)
                  : exponent == 0 ? ldexpf((float)fraction, -24)
                                  : ldexpf((float)(fraction + 1024), exponent - 25);
    floats[i] = half & 0x8000 ? -value : value;
  }
}

int tk_all_finite(const float *values, size_t count) {
  uint32_t worst = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, 4);
    bits &= 0x7F800000;
    worst = bits > worst ? bits : worst;
  }
  return worst != 0x7F800000;
}

void tk_sum_embeddings(const float *words, const float *positions, const float *type,
                       const int32_t *ids, const int32_t *places, size_t rows, size_t n,
                       float *sums) {
  for (size_t row = 0; row < rows; row++) {
    const float *word = words + (size_t)ids[row] * n, *place = positions + (size_t)places[row] * n;
    for (size_t i = 0; i < n; i++) sums[row * n + i] = word[i] + type[i] + place[i];
  }
}

void tk_pool(const float *x, size_t rows, size_t n, int first, float *vector) {
  memcpy(vector, x, n * sizeof(float));
  for (size_t row = 1; row < rows && !first; row++)
    for (size_t i = 0; i < n; i++) vector[i] += x[row * n + i];
  double length = 0;
  for (size_t i = 0; i < n; i++) length += (double)vector[i] * vector[i];
  float factor = length > 0 ? (float)(1 / sqrt(length)) : 0;
  for (size_t i = 0; i < n; i++) vector[i] *= factor;
}
