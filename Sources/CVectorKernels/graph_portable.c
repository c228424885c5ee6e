// The graph's kernels in plain C, the specification of the other levels, and their dispatch.
#include "graph.h"

#pragma STDC FP_CONTRACT OFF

CK_GRAPH_BODIES()

static uint32_t dot_u8(const uint8_t *codes, const int8_t *query, size_t stride) {
  uint32_t sum = 0;
  for (size_t i = 0; i < stride; i++) sum += (uint32_t)((int32_t)codes[i] * query[i]);
  return sum;
}

static float score(const ck_graph *graph, uint32_t vertex, const ck_graph_query *query) {
  uint32_t dot = dot_u8(graph->codes + vertex * graph->stride, query->codes, graph->stride);
  return ck_graph_score_of(dot, graph, vertex, query);
}

static size_t expand(const ck_graph *graph, uint32_t vertex, const ck_graph_query *query,
                     float score, float threshold, uint64_t *seen, float *keys,
                     uint32_t *vertices) {
  const uint8_t *row = graph->rows + vertex * ck_row_bytes(graph);
  const uint8_t *factors = row + 4 * graph->width;
  uint16_t sums[CK_DEGREE] = {0};
  for (size_t g = 0; g < graph->width / 4; g++) {
    const uint8_t *table = query->tables + 16 * g;
    for (size_t j = 0; j < 16; j++) {
      sums[j] = (uint16_t)(sums[j] + table[row[16 * g + j] & 15]);
      sums[j + 16] = (uint16_t)(sums[j + 16] + table[row[16 * g + j] >> 4]);
    }
  }
  float estimates[CK_DEGREE];
  uint32_t mask = 0;
  for (size_t j = 0; j < CK_DEGREE; j++) {
    int16_t addend;
    uint16_t multiplier;
    uint32_t id;
    memcpy(&addend, factors + 2 * j, 2);
    memcpy(&multiplier, factors + 64 + 2 * j, 2);
    memcpy(&id, factors + 128 + 4 * j, 4);
    float product = (float)sums[j] * query->step + query->base;
    float own = (float)addend * 0x1p-14f + score;
    estimates[j] = (float)multiplier * 0x1p-15f * product + own;
    mask |= (uint32_t)(id < graph->count && estimates[j] >= threshold) << j;
  }
  return ck_graph_admit(mask, estimates, factors + 128, seen, keys, vertices);
}

static size_t best(const float *values, size_t count) {
  size_t greatest = 0;
  for (size_t i = 1; i < count; i++)
    if (values[i] > values[greatest]) greatest = i;
  return greatest;
}

static size_t keep(float *keys, uint32_t *vertices, size_t count, float threshold) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (!(keys[i] >= threshold)) continue;
    keys[kept] = keys[i];
    vertices[kept++] = vertices[i];
  }
  return kept;
}

static size_t above(const float *values, size_t count, float threshold, uint32_t *indices) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++)
    if (values[i] > threshold) indices[found++] = (uint32_t)i;
  return found;
}

static void dots(const uint8_t *codes, size_t stride, const uint32_t *rows, size_t count,
                 const int8_t *query, int32_t *sums) {
  for (size_t i = 0; i < count; i++)
    sums[i] = (int32_t)dot_u8(codes + rows[i] * stride, query, stride);
}

const ck_graph_kernels ck_graph_portable = {
    .tables = tables,
    .score = score,
    .expand = expand,
    .best = best,
    .keep = keep,
    .above = above,
    .dots = dots,
    .encode = encode,
};

const ck_graph_kernels *ck_graph_table(ck_level level) {
  ck_level supported = ck_supported_level();
  if (level > supported) level = supported;
#if defined(__x86_64__)
  if (level == CK_AVX512) return &ck_graph_avx512;
  if (level == CK_AVX2) return &ck_graph_avx2;
#endif
  return &ck_graph_portable;
}

void ck_graph_fetch_codes(const ck_graph *graph, uint32_t vertex) {
  const uint8_t *codes = graph->codes + vertex * graph->stride;
  for (size_t i = 0; i < graph->stride; i += 64) __builtin_prefetch(codes + i);
  __builtin_prefetch(graph->scales + vertex);
}

void ck_graph_fetch_row(const ck_graph *graph, uint32_t vertex) {
  size_t bytes = ck_row_bytes(graph);
  const uint8_t *row = graph->rows + vertex * bytes;
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch(row + i);
}
