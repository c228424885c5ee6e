// One-bit codes: encoding, preparing queries, and the portable twin of their scan.
#include <math.h>
#include <string.h>

#include "rotation.h"

#pragma STDC FP_CONTRACT OFF

enum { LANES = 8 };  // running sums side by side, so that additions need not wait for each other

static double add_lanes(const double *lanes) {
  double sum = 0;
  for (int j = 0; j < LANES; j++) sum += lanes[j];
  return sum;
}

ck_sign_factors ck_sign_encode(const float *rotated, const float *centre, size_t width,
                               uint32_t *words) {
  double squares[LANES] = {0}, magnitudes[LANES] = {0}, along[LANES] = {0};
  for (size_t w = 0; w < width / 32; w++) {
    uint32_t bits = 0;
    for (size_t j = 0; j < 32; j++) {
      size_t i = 32 * w + j;
      float rest = rotated[i] - centre[i];
      bits |= (uint32_t)(rest > 0) << j;
      squares[i % LANES] += (double)rest * (double)rest;
      magnitudes[i % LANES] += fabs((double)rest);
      along[i % LANES] += (double)rest * (double)centre[i];
    }
    words[w * CK_SIGN_ROWS] = bits;
  }
  double length = add_lanes(magnitudes);
  ck_sign_factors factors = {length > 0 ? (float)(add_lanes(squares) / length) : 0,
                             (float)add_lanes(along)};
  return factors;
}

typedef uint8_t sixteen __attribute__((vector_size(16)));

ck_sign_scale ck_sign_tables(const float *query, size_t width, uint8_t *tables) {
  // Nibble n takes component j of its four where bit j of n is set.
  static const sixteen taken[4] = {
      {0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255},
      {0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255},
      {0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255},
      {0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255}};
  float step = ck_largest_f32(query, width) / CK_SIGN_LIMIT;
  float inverse = 1 / step;
  if (!(step > 0 && inverse <= 3.4e38f)) step = inverse = 0;
  int32_t whole = 0, negative = 0;
  int8_t codes[4096];
  for (size_t i = 0; i < width; i++) {
    float scaled = query[i] * inverse;
    scaled = scaled < CK_SIGN_LIMIT ? scaled : CK_SIGN_LIMIT;
    scaled = scaled > -CK_SIGN_LIMIT ? scaled : -CK_SIGN_LIMIT;
    codes[i] = (int8_t)(int32_t)(scaled + (scaled < 0 ? -0.5f : 0.5f));
    whole += codes[i];
    negative += codes[i] < 0 ? codes[i] : 0;
  }
  for (size_t i = 0; i < width; i += 4) {
    sixteen sum = {0};
    int least = 0;
    for (int j = 0; j < 4; j++) {
      sum += taken[j] & (uint8_t)codes[i + (size_t)j];
      least += codes[i + (size_t)j] < 0 ? codes[i + (size_t)j] : 0;
    }
    sum -= (uint8_t)least;
    size_t word = i / 32, place = i % 32 / 8, half = i % 8 / 4;
    memcpy(tables + ((2 * word + half) * 4 + place) * 16, &sum, 16);
  }
  // The tables give sum(bit * code) - negative; signs are 2 * bit - 1.
  ck_sign_scale scale = {2 * step, (float)(2 * negative - whole) * step};
  return scale;
}

size_t ck_scan_signs_portable(const ck_signs *signs, size_t first, size_t count,
                              const uint64_t *live, const ck_sign_query *query, float threshold,
                              const ck_survivors *out) {
  size_t found = 0, length = signs->width / 32;
  for (size_t word = 0; word * 64 < count; word++) {
    size_t block = first / 64 + word;
    const uint32_t *words = signs->words + block * length * CK_SIGN_ROWS;
    const float *multipliers = signs->factors + block * 2 * CK_SIGN_ROWS;
    for (uint64_t bits = ck_live_word(live, first, count, word); bits; bits &= bits - 1) {
      size_t row = (size_t)__builtin_ctzll(bits);
      const uint8_t *table = query->tables;
      uint32_t sum = 0;
      for (size_t w = 0; w < length; w++, table += 128) {
        uint32_t code = words[w * CK_SIGN_ROWS + row];
        for (size_t p = 0; p < 4; p++)
          sum += (uint32_t)table[16 * p + (code >> 8 * p & 15)] +
                 table[64 + 16 * p + (code >> (8 * p + 4) & 15)];
      }
      float multiplier = multipliers[row], addend = multipliers[CK_SIGN_ROWS + row];
      float estimate = multiplier * ((float)(int32_t)sum * query->step + query->shift) +
                       (addend * query->along + query->base);
      float upper = estimate + multiplier * query->above;
      if (upper < threshold) continue;
      out->rows[found] = (uint32_t)(block * CK_SIGN_ROWS + row);
      out->lowers[found] = estimate - multiplier * query->below;
      out->uppers[found++] = upper;
    }
  }
  return found;
}

void ck_rotate_portable(float *values, float *spare, size_t width, const uint32_t *flips) {
  ck_rotate(values, spare, width, flips);
}
