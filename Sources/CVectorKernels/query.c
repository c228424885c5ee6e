// Preparing queries: once per search, so plain C that the compiler vectorises is enough.
#include <math.h>
#include <string.h>

#include "levels.h"

ck_quantised ck_quantise_f32(const float *vector, size_t dimension, double factor, int32_t limit,
                             int16_t *whole, int8_t *high, int8_t *low, size_t stride) {
  double largest = 0, squares = 0, residues = 0;
  for (size_t i = 0; i < dimension; i++) {
    double value = (double)vector[i] * factor, magnitude = fabs(value);
    largest = magnitude > largest ? magnitude : largest;
    squares += value * value;
  }
  float step = (float)(largest / limit);
  double inverse = step > 0 ? 1 / (double)step : 0;
  int64_t sum = 0;
  for (size_t i = 0; i < dimension; i++) {
    double value = (double)vector[i] * factor, scaled = value * inverse;
    scaled = scaled < limit ? scaled : limit;
    scaled = scaled > -limit ? scaled : -limit;
    int32_t code = (int32_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    double difference = value - (double)step * code;
    residues += difference * difference;
    sum += code;
    whole[i] = (int16_t)code;
    low[i] = (int8_t)(uint8_t)code;
    high[i] = (int8_t)((code - low[i]) / 256);
  }
  memset(whole + dimension, 0, (stride - dimension) * sizeof *whole);
  memset(high + dimension, 0, stride - dimension);
  memset(low + dimension, 0, stride - dimension);
  ck_quantised result = {step, ck_rounded_up(sqrt(squares)), ck_rounded_up(sqrt(residues)),
                         (uint32_t)(128 * sum)};
  return result;
}

uint32_t ck_pack_u8(const uint8_t *codes, size_t stride, size_t groups, size_t lane,
                    int8_t *packed) {
  uint32_t sum = 0;
  for (size_t i = 0; i < stride; i += 4) {
    for (size_t j = 0; j < 4; j++) {
      int8_t code = (int8_t)(codes[i + j] ^ 128);
      packed[(i * groups * 16) + lane * 4 + j] = code;
      sum += 128u * (uint32_t)(int32_t)code;
    }
  }
  return sum;
}
