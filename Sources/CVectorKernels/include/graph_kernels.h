#pragma once
// Kernels of the quantised graph (FORMAT.md, section 10): as in vector_kernels.h, plain pointers
// in, no allocation, no state, and the same bits on every level.
//
// A graph row holds what is needed to score the CK_DEGREE neighbours of one vertex at once:
//
//   offset        bytes              field
//   0             4 * width          signs of the rotated neighbours minus the rotated vertex: byte
//                                    16 g + j has those of components 4 g...4 g + 3, of neighbour j
//                                    in its low nibble, of neighbour j + 16 in its high one
//   4 * width     2 * CK_DEGREE      addends, i16, in units of 2^-14
//   + 64          2 * CK_DEGREE      multipliers, u16, in units of 2^-15
//   + 128         4 * CK_DEGREE      their vertex numbers, u32; not below `count`: no neighbour
#include <stddef.h>
#include <stdint.h>

#include "vector_kernels.h"

enum {
  CK_DEGREE = 32,
  CK_GRAPH_FACTORS = 256,  // bytes of a row behind its signs
  CK_TABLE_LIMIT = 63,     // the greatest entry of a query's tables
};

/// A graph, lent. Nothing in it is trusted: vertex numbers are compared with `count`.
typedef struct {
  const uint8_t *rows;   // [count][4 * width + CK_GRAPH_FACTORS], 64-byte aligned
  const uint8_t *codes;  // [count][stride], code + 128, as in ck_rows
  const float *scales;   // [count], the worth of a code step
  size_t width;          // rotated components, a multiple of 64, at most 4096
  size_t stride;         // a multiple of 64
  uint32_t count;
} ck_graph;

/// One query. `sum * step + base` is the product of signs (+1, -1) and the rotated query, where
/// `sum` adds one table entry for each nibble.
typedef struct {
  const uint8_t *tables;  // [width / 4][16], each at most CK_TABLE_LIMIT
  const int8_t *codes;    // [stride]: the query, not rotated, is about scale * code
  float step, base, scale;
  uint32_t offset;  // 128 * sum(codes), modulo 2^32
} ck_graph_query;

/// What ck_graph_kernels.tables finds out.
typedef struct {
  float step, base;
} ck_graph_scale;

typedef struct {
  /// Writes the tables of a rotated query.
  ck_graph_scale (*tables)(const float *rotated, size_t width, uint8_t *tables);

  /// The score of a vertex (< count) by its codes.
  float (*score)(const ck_graph *graph, uint32_t vertex, const ck_graph_query *query);

  /// Estimates the scores of the neighbours of a vertex (< count) whose own score is `score`.
  /// Those that reach `threshold` and have no bit in `seen` ([count / 64 + 1]) get it, and are
  /// written to `keys` and `vertices`, which have room for CK_DEGREE + CK_SLACK more. Returns how
  /// many.
  size_t (*expand)(const ck_graph *graph, uint32_t vertex, const ck_graph_query *query,
                   float score, float threshold, uint64_t *seen, float *keys,
                   uint32_t *vertices);

  /// The index of the greatest of `count` > 0 values, the first of equals.
  size_t (*best)(const float *values, size_t count);

  /// Drops the pairs whose key is below `threshold`; returns how many stay, in their order. Both
  /// arrays have room for CK_SLACK more.
  size_t (*keep)(float *keys, uint32_t *vertices, size_t count, float threshold);

  /// Writes the indices of the values above `threshold`, ascending, and returns how many; `indices`
  /// has room for count + CK_SLACK.
  size_t (*above)(const float *values, size_t count, float threshold, uint32_t *indices);

  /// dots[i] = sum of (code + 128) * query over row rows[i].
  void (*dots)(const uint8_t *codes, size_t stride, const uint32_t *rows, size_t count,
               const int8_t *query, int32_t *dots);

  /// Writes neighbour number `place` of a vertex into its row, which held none there: signs, then
  /// factors. Both vectors are rotated, `width` long.
  void (*encode)(const float *vertex, const float *neighbour, size_t width, size_t place,
                 uint8_t *row);
} ck_graph_kernels;

/// The kernels of `level`, or of the richest supported level below it.
const ck_graph_kernels *ck_graph_table(ck_level level);

/// Asks for the codes of a vertex (< count), and its scale.
void ck_graph_fetch_codes(const ck_graph *graph, uint32_t vertex);

/// Asks for the row of a vertex (< count).
void ck_graph_fetch_row(const ck_graph *graph, uint32_t vertex);
