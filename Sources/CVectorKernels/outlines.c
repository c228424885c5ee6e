// Outlines: encoding, and the portable twin of their scan (docs/decisions/0008-outlines.md).
#include <math.h>
#include <string.h>

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

enum { LANES = 8 };  // running sums side by side, so that additions need not wait for each other

static double add_lanes(const double *lanes) {
  double sum = 0;
  for (int j = 0; j < LANES; j++) sum += lanes[j];
  return sum;
}

static double squares(const float *values, size_t count) {
  double lanes[LANES] = {0};
  for (size_t i = 0; i < count; i++) lanes[i % LANES] += (double)values[i] * (double)values[i];
  return add_lanes(lanes);
}

/// The high half of the least float with a short mantissa that is not below `value`, which is not
/// negative; NaN stays NaN.
static uint16_t short_up(double value) {
  float rounded = ck_rounded_up(value);
  uint32_t bits;
  memcpy(&bits, &rounded, sizeof bits);
  if (rounded != rounded) return 0x7fc0;
  return (uint16_t)((bits + 0xffff) >> 16);
}

static float short_float(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static int32_t code_of(float value, float inverse) {
  float scaled = value * inverse + 8;
  scaled = scaled < 15.5f ? scaled : 15.5f;
  scaled = scaled > 0 ? scaled : 0;
  return (int32_t)scaled;
}

/// The square of the distance between `turned` and its code of a scale.
static double distance(const float *turned, size_t width, float scale, float inverse) {
  double lanes[LANES] = {0};
  for (size_t i = 0; i < width; i++) {
    double rest = (double)turned[i] - (double)scale * (code_of(turned[i], inverse) - 7.5);
    lanes[i % LANES] += rest * rest;
  }
  return add_lanes(lanes);
}

ck_outline_factors ck_outline_encode(const float *vector, size_t dimension, const float *turned,
                                     size_t width, uint32_t *words) {
  // The least error is found a little below the scale that reaches the largest component.
  static const double shares[] = {1, 0.93, 0.86, 0.8, 0.74, 0.68};
  double largest = (double)ck_largest_f32(turned, width), least = INFINITY;
  uint16_t best = 0;
  float inverse = 0;
  for (size_t s = 0; s < sizeof shares / sizeof *shares; s++) {
    uint16_t half = short_up(largest * shares[s] / 7.5);
    float scale = short_float(half), reciprocal = 1 / scale;
    if (!(scale > 0 && scale <= 3.3e38f && reciprocal <= 3.3e38f)) continue;
    double square = distance(turned, width, scale, reciprocal);
    if (!(square < least)) continue;
    least = square;
    best = half;
    inverse = reciprocal;
  }
  double scale = (double)short_float(best), size = 0;
  for (size_t w = 0; w < width / 8; w++) {
    uint32_t word = 0;
    for (size_t j = 0; j < 8; j++) {
      int32_t code = code_of(turned[8 * w + j], inverse);
      size += (code - 7.5) * (code - 7.5);
      word |= (uint32_t)code << (8 * (j % 4) + (j < 4 ? 0 : 4));
    }
    words[w * CK_SIGN_ROWS] = word;
  }
  // With x the row, B the basis, t = Bx and y the code: x . q = y . Bq + (t - y) . Bq + the part of
  // x outside the space times that of q, up to what B lacks of being orthogonal.
  double square = squares(vector, dimension), length = sqrt(square);
  double unit = (double)(dimension + 16) * 0x1p-24;
  double rounding = unit / (1 - unit) * sqrt((double)width) * 1.001 * length + 0x1p-120;
  double norm = scale * sqrt(size), near = sqrt(squares(turned, width));
  double error = best == 0 ? near : sqrt(least);
  double inside = near > rounding ? near - rounding : 0, most = near + rounding;
  double outside = square * (1 + 1e-9) - inside * inside + CK_OUTLINE_SKEW * most * most;
  ck_outline_factors factors = {
      best, short_up(error + rounding + CK_OUTLINE_SKEW * (2 * norm + most)), short_up(norm),
      short_up(sqrt(outside > 0 || outside != outside ? outside : 0) + 0x1p-120)};
  return factors;
}

size_t ck_scan_outlines_portable(const ck_outlines *outlines, size_t first, size_t count,
                                 const uint64_t *live, const ck_outline_query *query,
                                 float threshold, const ck_survivors *out) {
  size_t found = 0, length = outlines->width / 8;
  for (size_t word = 0; word * 64 < count; word++) {
    size_t block = first / 64 + word;
    const uint32_t *words = outlines->words + block * length * CK_SIGN_ROWS;
    const uint16_t *factors = outlines->factors + block * CK_OUTLINE_FACTORS * CK_SIGN_ROWS;
    for (uint64_t bits = ck_live_word(live, first, count, word); bits; bits &= bits - 1) {
      size_t row = (size_t)__builtin_ctzll(bits);
      int32_t sum = 0;
      for (size_t w = 0; w < length; w++) {
        uint32_t code = words[w * CK_SIGN_ROWS + row];
        for (size_t j = 0; j < 4; j++)
          sum += (int32_t)(code >> 8 * j & 15) * query->codes[8 * w + j] +
                 (int32_t)(code >> (8 * j + 4) & 15) * query->codes[8 * w + 4 + j];
      }
      float estimate = (float)(2 * sum - query->offset) * query->step * short_float(factors[row]);
      float error = short_float(factors[CK_SIGN_ROWS + row]) * query->length;
      float rest = short_float(factors[2 * CK_SIGN_ROWS + row]) * query->residue + query->floor;
      float tail = short_float(factors[3 * CK_SIGN_ROWS + row]) * query->rest;
      float slack = error + (tail + rest), upper = estimate + slack;
      if (upper < threshold) continue;
      out->rows[found] = (uint32_t)(block * CK_SIGN_ROWS + row);
      out->lowers[found] = estimate - slack;
      out->uppers[found++] = upper;
    }
  }
  return found;
}
