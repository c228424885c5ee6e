// The portable twins: plain C, the specification of the other levels.
#include <math.h>
#include <string.h>

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

float ck_rounded_up(double value) {
  double inflated = value * (1 + 1e-9);
  float nearest = (float)inflated;
  return (double)nearest >= inflated ? nearest : nextafterf(nearest, INFINITY);
}

/// Sum of code * whole over the row, modulo 2^32; exact when it fits 32 bits, which the caller
/// ensures by the range of the query.
static int32_t dot_u8(const uint8_t *codes, const ck_query *query, size_t stride) {
  uint32_t sum = 0;
  for (size_t i = 0; i < stride; i++)
    sum += (uint32_t)((int32_t)codes[i] * (int32_t)query->whole[i]);
  return (int32_t)(sum - query->offset);
}

static size_t scan_row(const ck_rows *rows, size_t row, const ck_query *query, float threshold,
                       const ck_survivors *out, size_t found) {
  int32_t dot = dot_u8(rows->codes + row * rows->stride, query, rows->stride);
  float estimate = (float)dot * query->step * rows->scales[row];
  float rest = rows->norms[row] * query->residue + query->floor;
  float slack = rows->errors[row] * query->length + rest;
  float upper = estimate + slack;
  if (upper < threshold) return found;
  out->rows[found] = (uint32_t)row;
  out->lowers[found] = estimate - slack;
  out->uppers[found] = upper;
  return found + 1;
}

static size_t scan_u8(const ck_rows *rows, size_t first, size_t count, const uint64_t *live,
                      const ck_query *query, float threshold, const ck_survivors *out) {
  size_t found = 0;
  for (size_t word = 0; word * 64 < count; word++) {
    uint64_t bits = ck_live_word(live, first, count, word);
    for (; bits; bits &= bits - 1) {
      size_t row = first + word * 64 + (size_t)__builtin_ctzll(bits);
      found = scan_row(rows, row, query, threshold, out, found);
    }
  }
  return found;
}

static size_t gather_u8(const ck_rows *rows, const uint32_t *indices, size_t count,
                        const ck_query *query, float threshold, const ck_survivors *out) {
  size_t found = 0;
  for (size_t r = 0; r < count; r++)
    found = scan_row(rows, indices[r], query, threshold, out, found);
  return found;
}

/// The tile in plain C, for tests of the fast ones: too slow to be offered in the table's place.
size_t ck_tile_u8_portable(const ck_rows *rows, const uint32_t *indices, size_t count,
                           const ck_tile *tile, const ck_survivors *out) {
  size_t found = 0, width = tile->groups * 16;
  for (size_t r = 0; r < count; r++) {
    uint32_t row = indices[r];
    const uint8_t *codes = rows->codes + row * rows->stride;
    for (size_t lane = 0; lane < width; lane++) {
      uint32_t sum = 0;
      for (size_t i = 0; i < rows->stride; i++)
        sum += (uint32_t)((int32_t)codes[i] *
                          (int32_t)tile->packed[((i / 4) * width + lane) * 4 + i % 4]);
      float dot = (float)(int32_t)(sum - tile->offsets[lane]);
      float estimate = dot * tile->steps[lane] * rows->scales[row];
      float rest = rows->norms[row] * tile->residues[lane] + tile->floor;
      float slack = rows->errors[row] * tile->lengths[lane] + rest;
      float upper = estimate + slack;
      if (upper < tile->thresholds[lane]) continue;
      out->rows[found] = row;
      out->lanes[found] = (uint32_t)lane;
      out->lowers[found] = estimate - slack;
      out->uppers[found++] = upper;
    }
  }
  return found;
}

static size_t sift_f32(const ck_rows *rows, const uint32_t *indices, size_t count,
                       const float *products, size_t lanes, const float *residues,
                       const float *thresholds, float floor, const ck_survivors *out) {
  size_t found = 0;
  for (size_t r = 0; r < count; r++) {
    uint32_t row = indices[r];
    float length = rows->norms[row] + rows->errors[row];
    for (size_t lane = 0; lane < lanes; lane++) {
      float estimate = products[r * lanes + lane];
      float slack = length * residues[lane] + floor;
      float upper = estimate + slack;
      if (upper < thresholds[lane]) continue;
      out->rows[found] = row;
      out->lanes[found] = (uint32_t)lane;
      out->lowers[found] = estimate - slack;
      out->uppers[found++] = upper;
    }
  }
  return found;
}

static void score_f32(const float *vectors, size_t stride, const uint32_t *indices, size_t count,
                      const double *query, double *scores) {
  for (size_t n = 0; n < count; n++) {
    const float *vector = vectors + indices[n] * stride;
    double sums[16] = {0};
    for (size_t i = 0; i < stride; i += 16)
      for (size_t j = 0; j < 16; j++) sums[j] += (double)vector[i + j] * query[i + j];
    for (size_t apart = 8; apart; apart /= 2)
      for (size_t j = 0; j < apart; j++) sums[j] += sums[j + apart];
    scores[n] = sums[0];
  }
}

static ck_factors encode_f32(const float *vector, size_t dimension, uint8_t *codes,
                             size_t code_stride) {
  float largest = 0;
  for (size_t i = 0; i < dimension; i++) {
    float magnitude = fabsf(vector[i]);
    if (magnitude > largest) largest = magnitude;
  }
  float scale = largest / 127, inverse = 127 / largest;
  if (!(scale > 0 && inverse <= 3.4e38f)) scale = inverse = 0;
  double sums[16] = {0};
  int32_t squares = 0;
  for (size_t i = 0; i < dimension; i++) {
    float scaled = vector[i] * inverse;
    scaled = scaled < 127 ? scaled : 127;  // NaN becomes 127, as vminps gives
    scaled = scaled > -127 ? scaled : -127;
    int32_t code = (int32_t)lrintf(scaled);
    double difference = (double)vector[i] - (double)scale * (double)code;
    sums[i % 16] += difference * difference;
    squares += code * code;
    codes[i] = (uint8_t)(code + 128);
  }
  memset(codes + dimension, 128, code_stride - dimension);
  for (size_t apart = 8; apart; apart /= 2)
    for (size_t j = 0; j < apart; j++) sums[j] += sums[j + apart];
  ck_factors factors = {scale, ck_rounded_up(sqrt(sums[0])),
                        ck_rounded_up((double)scale * sqrt((double)squares))};
  return factors;
}

const ck_kernels ck_portable_kernels = {
    .scan_u8 = scan_u8,
    .gather_u8 = gather_u8,
    .scan_signs = ck_scan_signs_portable,
    .scan_outlines = ck_scan_outlines_portable,
    .rotate_f32 = ck_rotate_portable,
    .tile_u8 = NULL,
    .sift_f32 = sift_f32,
    .score_f32 = score_f32,
    .encode_f32 = encode_f32,
};
