#pragma once
// What the graph's kernel files share: bodies that each instruction set compiles for itself. Every
// sum has one fixed order, so the bits are the same however wide the registers are.
#include <math.h>
#include <string.h>

#include "graph_kernels.h"
#include "rotation.h"

#pragma STDC FP_CONTRACT OFF

extern const ck_graph_kernels ck_graph_portable;
#if defined(__x86_64__)
extern const ck_graph_kernels ck_graph_avx2;
extern const ck_graph_kernels ck_graph_avx512;
#endif

#define CK_BODY static inline __attribute__((always_inline))

typedef int32_t ck_sixteen_words __attribute__((vector_size(64), aligned(4)));
typedef uint8_t ck_sixteen_bytes __attribute__((vector_size(16), aligned(1)));

CK_BODY float ck_sum_of(const ck_sixteen *lanes) {
  float sums[16];
  memcpy(sums, lanes, sizeof sums);
  for (size_t apart = 8; apart; apart /= 2)
    for (size_t j = 0; j < apart; j++) sums[j] += sums[j + apart];
  return sums[0];
}

CK_BODY size_t ck_row_bytes(const ck_graph *graph) { return 4 * graph->width + CK_GRAPH_FACTORS; }

CK_BODY ck_graph_scale ck_graph_tables_body(const float *rotated, size_t width, uint8_t *tables) {
  float range = 0, least = 0, sum = 0;
  float lows[1024];
  for (size_t g = 0; g < width / 4; g++) {
    const float *q = rotated + 4 * g;
    float low = 0, high = 0;
    for (size_t i = 0; i < 4; i++) {
      low += q[i] < 0 ? q[i] : 0;
      high += q[i] > 0 ? q[i] : 0;
    }
    lows[g] = low;
    least += low;
    sum += low + high;
    range = high - low > range ? high - low : range;
  }
  float inverse = CK_TABLE_LIMIT / range;
  if (!(range > 0 && inverse <= 3.4e38f)) inverse = 0;
  const ck_sixteen bits[4] = {{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
                              {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1},
                              {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1},
                              {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}};
  for (size_t g = 0; g < width / 4; g++) {
    const float *q = rotated + 4 * g;
    ck_sixteen value = (bits[0] * q[0] + bits[1] * q[1]) + (bits[2] * q[2] + bits[3] * q[3]);
    value = (value - lows[g]) * inverse + 0.5f;
    *(ck_sixteen_bytes *)(tables + 16 * g) = __builtin_convertvector(
        __builtin_convertvector(value, ck_sixteen_words), ck_sixteen_bytes);
  }
  ck_graph_scale scale = {2 * range / CK_TABLE_LIMIT, 2 * least - sum};
  return scale;
}

CK_BODY void ck_graph_encode_body(const float *vertex, const float *neighbour, size_t width,
                                  size_t place, uint8_t *row) {
  ck_sixteen squares = {0}, sizes = {0}, along = {0}, signs = {0};
  unsigned shift = place < 16 ? 0 : 4;
  for (size_t i = 0; i < width; i += 16) {
    ck_sixteen centre = *(const ck_sixteen *)(vertex + i);
    ck_sixteen rest = *(const ck_sixteen *)(neighbour + i) - centre;
    ck_sixteen_words negative = rest < 0;
    squares += rest * rest;
    sizes += (ck_sixteen)((ck_sixteen_words)rest & 0x7fffffff);
    along += rest * centre;
    signs += (ck_sixteen)((ck_sixteen_words)centre ^ (negative << 31));
    int32_t lanes[16];
    memcpy(lanes, &negative, sizeof lanes);
    for (size_t g = 0; g < 4; g++) {
      unsigned nibble = 0;
      for (size_t b = 0; b < 4; b++) nibble |= (lanes[4 * g + b] ? 0u : 1u) << b;
      row[4 * i + 16 * g + place % 16] |= (uint8_t)(nibble << shift);
    }
  }
  float size = ck_sum_of(&sizes);
  float multiplier = size > 0 ? ck_sum_of(&squares) / size : 0;
  float addend = ck_sum_of(&along) - multiplier * ck_sum_of(&signs);
  addend = addend < 1.99f ? addend : 1.99f;
  addend = addend > -1.99f ? addend : -1.99f;
  multiplier = multiplier < 1.99f ? multiplier : 1.99f;
  int16_t stored_addend = (int16_t)lrintf(addend * 16384);
  uint16_t stored_multiplier = (uint16_t)lrintf(multiplier * 32768);
  memcpy(row + 4 * width + 2 * place, &stored_addend, 2);
  memcpy(row + 4 * width + 64 + 2 * place, &stored_multiplier, 2);
}

/// Takes up the neighbours in `mask` (bit j: neighbour first + j) that are new; `keys` has theirs.
CK_BODY size_t ck_graph_admit(uint32_t mask, const float *estimates, const uint8_t *ids,
                              uint64_t *seen, float *keys, uint32_t *vertices) {
  size_t found = 0;
  for (; mask; mask &= mask - 1) {
    size_t j = (size_t)__builtin_ctz(mask);
    uint32_t id;
    memcpy(&id, ids + 4 * j, 4);
    uint64_t bit = 1ull << (id % 64);
    if (seen[id / 64] & bit) continue;
    seen[id / 64] |= bit;
    keys[found] = estimates[j];
    vertices[found++] = id;
  }
  return found;
}

CK_BODY float ck_graph_score_of(uint32_t dot, const ck_graph *graph, uint32_t vertex,
                                const ck_graph_query *query) {
  return (float)(int32_t)(dot - query->offset) * query->scale * graph->scales[vertex];
}

/// One instruction set's copies of what needs no intrinsics.
#define CK_GRAPH_BODIES(TARGET)                                                               \
  TARGET static ck_graph_scale tables(const float *rotated, size_t width, uint8_t *to) {      \
    return ck_graph_tables_body(rotated, width, to);                                          \
  }                                                                                           \
  TARGET static void encode(const float *vertex, const float *neighbour, size_t width,        \
                            size_t place, uint8_t *row) {                                     \
    ck_graph_encode_body(vertex, neighbour, width, place, row);                               \
  }
