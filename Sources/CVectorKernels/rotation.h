#pragma once
// The rotation, the same source for each instruction set: only sums, differences and products of
// single components, so the bits are the same however wide the registers are.
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

/// Sixteen components; a processor with narrower registers takes them in parts.
typedef float ck_sixteen __attribute__((vector_size(64), aligned(4)));
typedef uint32_t ck_words __attribute__((vector_size(64), aligned(4)));

#define CK_ROTATION static inline __attribute__((always_inline)) void

/// Hadamard transform of 2^k components, k >= 6, up to their order, scaled to keep lengths. Each
/// pass takes pairs half the range apart and leaves them side by side, so that no step is narrow.
CK_ROTATION ck_hadamard(float *values, float *spare, size_t count) {
  size_t half = count / 2;
  float *from = values, *to = spare, scale = 1;
  for (size_t span = 1; span < count; span *= 2) {
    scale *= 0.70710678f;
    for (size_t i = 0; i < half; i += 16) {
      ck_sixteen a = *(const ck_sixteen *)(from + i), b = *(const ck_sixteen *)(from + half + i);
      ck_sixteen sum = a + b, difference = a - b;
      *(ck_sixteen *)(to + 2 * i) = __builtin_shufflevector(
          sum, difference, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      *(ck_sixteen *)(to + 2 * i + 16) = __builtin_shufflevector(
          sum, difference, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    float *swap = from;
    from = to;
    to = swap;
  }
  for (size_t i = 0; i < count; i += 16)
    *(ck_sixteen *)(values + i) = *(const ck_sixteen *)(from + i) * scale;
}

CK_ROTATION ck_rotate(float *values, float *spare, size_t width, const uint32_t *flips) {
  const ck_words lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  size_t power = 64;
  while (2 * power <= width) power *= 2;
  for (size_t round = 0; round < CK_ROTATION_ROUNDS; round++, flips += width / 32) {
    for (size_t i = 0; i < width; i += 16)
      *(ck_words *)(values + i) ^= (flips[i / 32] >> (i % 32)) >> lane << 31;
    ck_hadamard(round % 2 == 0 ? values : values + (width - power), spare, power);
    if (power == width) continue;
    float *upper = values + width / 2;
    for (size_t i = 0; i < width / 2; i += 16) {
      ck_sixteen a = *(const ck_sixteen *)(values + i), b = *(const ck_sixteen *)(upper + i);
      *(ck_sixteen *)(values + i) = (a + b) * 0.70710678f;
      *(ck_sixteen *)(upper + i) = (a - b) * 0.70710678f;
    }
  }
}
