// Preparing queries: once per search, so plain C that the compiler vectorises is enough.
#include <math.h>
#include <string.h>

#include "levels.h"

enum { LANES = 8 };  // running sums side by side, so that additions need not wait for each other

static double add_lanes(const double *lanes) {
  double sum = 0;
  for (int j = 0; j < LANES; j++) sum += lanes[j];
  return sum;
}

float ck_largest_f32(const float *vector, size_t dimension) {
  float lanes[LANES] = {0}, largest = 0;
  for (size_t i = 0; i < dimension; i++) {
    float magnitude = fabsf(vector[i]);
    lanes[i % LANES] = magnitude > lanes[i % LANES] ? magnitude : lanes[i % LANES];
  }
  for (int j = 0; j < LANES; j++) largest = lanes[j] > largest ? lanes[j] : largest;
  return largest;
}

ck_scaled ck_scale_f32(const float *vector, size_t dimension, double factor, float *scaled) {
  double squares[LANES] = {0}, lost[LANES] = {0};
  for (size_t i = 0; i < dimension; i++) {
    double value = (double)vector[i] * factor;
    scaled[i] = (float)value;
    squares[i % LANES] += value * value;
    lost[i % LANES] += fabs(value - (double)scaled[i]);
  }
  ck_scaled result = {ck_rounded_up(sqrt(add_lanes(squares))), ck_rounded_up(add_lanes(lost))};
  return result;
}

ck_quantised ck_quantise_f32(const float *vector, size_t dimension, double factor, int32_t limit,
                             int16_t *whole, int8_t *high, int8_t *low, size_t stride) {
  double squares[LANES] = {0}, residues[LANES] = {0};
  float step = (float)((double)ck_largest_f32(vector, dimension) * factor / limit);
  double inverse = step > 0 ? 1 / (double)step : 0;
  int64_t sum = 0;
  for (size_t i = 0; i < dimension; i++) {
    double value = (double)vector[i] * factor, scaled = value * inverse;
    scaled = scaled < limit ? scaled : limit;
    scaled = scaled > -limit ? scaled : -limit;
    int32_t code = (int32_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    double difference = value - (double)step * code;
    squares[i % LANES] += value * value;
    residues[i % LANES] += difference * difference;
    sum += code;
    whole[i] = (int16_t)code;
    low[i] = (int8_t)(uint8_t)code;
    high[i] = (int8_t)((code - low[i]) / 256);
  }
  memset(whole + dimension, 0, (stride - dimension) * sizeof *whole);
  memset(high + dimension, 0, stride - dimension);
  memset(low + dimension, 0, stride - dimension);
  ck_quantised result = {step, ck_rounded_up(sqrt(add_lanes(squares))),
                         ck_rounded_up(sqrt(add_lanes(residues))), (uint32_t)(128 * sum)};
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
