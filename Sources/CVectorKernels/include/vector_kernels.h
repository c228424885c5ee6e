#pragma once
// Kernels over blocks of vectors: plain pointers in, no allocation, no errors, no state.
//
// Each operation stands once per instruction set in a `ck_kernels` table; the caller picks a table
// once (ck_table) and checks shapes; kernels read whole padded rows. All levels give the same bits
// for the same input, except where a comment says otherwise, so the portable twin is the
// specification of the others.
//
// Codes are offset binary: byte = code + 128, code in -127...127. A row stands for
// `scale * code`; `error` bounds the distance to the float row, `norm` bounds its length.
#include <stddef.h>
#include <stdint.h>

/// Instruction sets, poorest first.
typedef enum { CK_PORTABLE = 0, CK_AVX2 = 1, CK_AVX512 = 2 } ck_level;

/// The code columns of a run of rows.
typedef struct {
  const uint8_t *codes;  // [rows][stride]
  size_t stride;         // bytes from row to row, a multiple of 64; padding is 128
  const float *scales;   // [rows]
  const float *errors;   // [rows], >= |x - scale * code|
  const float *norms;    // [rows], >= |scale * code|
} ck_rows;

/// One query as 16-bit integers: q is about `step * (256 * high + low)`.
typedef struct {
  const int8_t *high;    // [stride]
  const int8_t *low;     // [stride]
  const int16_t *whole;  // [stride], 256 * high + low
  uint32_t offset;       // 128 * sum(whole), modulo 2^32
  float step;
  float length;   // >= |q|: multiplies a row's error
  float residue;  // >= |q - step * whole| + rounding: multiplies a row's norm
  float floor;    // absolute rounding, for values near zero
} ck_query;

/// Up to 64 queries as 8-bit integers, interleaved for the tile: byte
/// `packed[((i / 4) * groups * 16 + lane) * 4 + i % 4]` is component i of query `lane`.
typedef struct {
  const int8_t *packed;     // [stride / 4][groups * 16][4]
  size_t groups;            // 1...4 groups of 16 lanes
  const uint32_t *offsets;  // [groups * 16], 128 * sum, modulo 2^32
  const float *steps;       // [groups * 16]
  const float *lengths;     // [groups * 16]
  const float *residues;    // [groups * 16]
  const float *thresholds;  // [groups * 16]
  float floor;
} ck_tile;

/// Where a kernel leaves what it could not discard. Every array has room for all pairs looked at
/// plus CK_SLACK entries, because stores are whole registers.
typedef struct {
  uint32_t *rows;
  uint32_t *lanes;  // query lane; unused by single scans
  float *lowers;    // lower <= score; not finite means unknown
  float *uppers;    // score <= upper; not finite means unknown
} ck_survivors;

enum { CK_SLACK = 16, CK_TILE_LANES = 64 };

/// Asks for the cache line at an address, which need not be one of memory.
static inline void ck_prefetch(const void *at) { __builtin_prefetch(at); }

/// The factors of one encoded vector.
typedef struct {
  float scale, error, norm;
} ck_factors;

/// One-bit codes: the signs of a rotated row minus the rotated centre of its segment, in blocks of
/// CK_SIGN_ROWS rows. Bit i of word w of a row is set where component 32 w + i is positive.
typedef struct {
  const uint32_t *words;   // [blocks][width / 32][CK_SIGN_ROWS]
  const float *factors;    // [blocks][2][CK_SIGN_ROWS]: multipliers, then addends
  size_t width;            // components, a multiple of 64, at most 4096
} ck_signs;

enum { CK_SIGN_ROWS = 64, CK_SIGN_LIMIT = 31, CK_ROTATION_ROUNDS = 4 };

/// One query as tables of sums: byte `tables[((2 w + h) * 4 + p) * 16 + n]` is what nibble n gives
/// at bits 8 p + 4 h of word w. All tables of a row sum to at most 4,096 * 31.
///
/// estimate = multiplier * (sum * step + shift) + (addend * along + base); the row's error is in
/// proportion to its multiplier, so the upper bound adds multiplier * above, the lower bound
/// subtracts multiplier * below. None of them is certain: see SignQuery in Swift.
typedef struct {
  const uint8_t *tables;  // [width / 32][2][4][16]
  float step, shift, along, base, above, below;
} ck_sign_query;

/// The factors of one vector's signs.
typedef struct {
  float multiplier, addend;
} ck_sign_factors;

/// Outlines: rows turned into a space of fewer components, four bits each, in blocks of
/// CK_SIGN_ROWS rows. Byte j of word w of a row holds component 8 w + j in its low half, component
/// 8 w + 4 + j in its high half; a code c stands for scale * (c - 7.5).
///
/// Factors are the high halves of floats: scales; errors, norms and tails, rounded up: at least
/// how far the turned row is from its code, how long the code is, and how far the row is from the
/// space.
typedef struct {
  const uint32_t *words;    // [blocks][width / 8][CK_SIGN_ROWS]
  const uint16_t *factors;  // [blocks][4][CK_SIGN_ROWS]: scales, errors, norms, tails
  size_t width;             // components, a multiple of 64, at most 4096
} ck_outlines;

enum { CK_OUTLINE_FACTORS = 4 };

/// One query turned into the same space: `step * 2 * codes`. Scores lie within
/// estimate +- (error * length + (tail * rest + (norm * residue + floor))).
typedef struct {
  const int8_t *codes;  // [width]
  int32_t offset;       // 15 * sum(codes)
  float step;
  float length;   // >= length of the turned query
  float rest;     // >= distance of the query from the space
  float residue;  // >= distance of the turned query from its codes + rounding
  float floor;
} ck_outline_query;

/// The factors of one outline, as they are stored.
typedef struct {
  uint16_t scale, error, norm, tail;
} ck_outline_factors;

typedef struct {
  /// Scans rows first..<first + count (first a multiple of 64) whose bit in `live` is set (NULL:
  /// all; indexed by absolute row) and keeps those with !(upper < threshold), in row order
  /// within each of: words scanned whole, words gathered bit by bit. Returns how many.
  size_t (*scan_u8)(const ck_rows *rows, size_t first, size_t count, const uint64_t *live,
                    const ck_query *query, float threshold, const ck_survivors *out);

  /// Compares the listed rows with every lane of the tile; keeps !(upper < thresholds[lane]).
  /// NULL where the instruction set has no fast 8-bit dot product.
  size_t (*tile_u8)(const ck_rows *rows, const uint32_t *indices, size_t count,
                    const ck_tile *tile, const ck_survivors *out);

  /// The same test on inner products from a matrix product: `products[r * lanes + lane]` is that
  /// of row indices[r]; slack is (error + norm) * residues[lane] + floor.
  size_t (*sift_f32)(const ck_rows *rows, const uint32_t *indices, size_t count,
                     const float *products, size_t lanes, const float *residues,
                     const float *thresholds, float floor, const ck_survivors *out);

  /// scores[i] = inner product of row indices[i] with `query` in Double: sixteen running sums of
  /// exact products (component i goes to sum i % 16), then pairs 8, 4, 2, 1 apart are added.
  void (*score_f32)(const float *vectors, size_t stride, const uint32_t *indices, size_t count,
                    const double *query, double *scores);

  /// Tests the rows in `indices` as scan_u8 does, in their order.
  size_t (*gather_u8)(const ck_rows *rows, const uint32_t *indices, size_t count,
                      const ck_query *query, float threshold, const ck_survivors *out);

  /// Scans rows first..<first + count (first a multiple of 64) whose bit in `live` is set (NULL:
  /// all) by their signs; keeps those with !(upper < threshold), in row order.
  size_t (*scan_signs)(const ck_signs *signs, size_t first, size_t count, const uint64_t *live,
                       const ck_sign_query *query, float threshold, const ck_survivors *out);

  /// Scans rows first..<first + count (first a multiple of 64) whose bit in `live` is set (NULL:
  /// all) by their outlines; keeps those with !(upper < threshold), in row order.
  size_t (*scan_outlines)(const ck_outlines *outlines, size_t first, size_t count,
                          const uint64_t *live, const ck_outline_query *query, float threshold,
                          const ck_survivors *out);

  /// Turns `values` (width floats; a multiple of 64, at most 4096) by an orthogonal map: four
  /// rounds of sign flips (where bit i of flips[round] is set), a Hadamard transform of the first
  /// or last 2^k components, and Givens steps across the halves. `spare` is as long.
  void (*rotate_f32)(float *values, float *spare, size_t width, const uint32_t *flips);

  /// Writes code_stride bytes of codes for one vector of `dimension` floats.
  ck_factors (*encode_f32)(const float *vector, size_t dimension, uint8_t *codes,
                           size_t code_stride);
} ck_kernels;

/// The richest level that this processor runs.
ck_level ck_supported_level(void);

/// The kernels of `level`, or of the richest supported level below it.
const ck_kernels *ck_table(ck_level level);

/// The largest magnitude in a vector; NaN counts as 0.
float ck_largest_f32(const float *vector, size_t dimension);

/// What ck_scale_f32 finds out: at least the length of `factor * vector`, and at least the distance
/// from it to what was written.
typedef struct {
  float length, lost;
} ck_scaled;

/// Writes `factor * vector`, rounded: exact for a power of two, but for components so far below
/// the largest that they leave the range of normal numbers.
ck_scaled ck_scale_f32(const float *vector, size_t dimension, double factor, float *scaled);

/// What ck_quantise_f32 finds out about a query.
typedef struct {
  float step, length, residue;  // as in ck_query, before any allowance for rounding
  uint32_t offset;
} ck_quantised;

/// Writes `factor * vector` as integers of magnitude at most `limit` (127...32639), padded with
/// zeros to `stride`, and their two bytes. `factor` is a power of two that brings the largest
/// magnitude near 1, so nothing here underflows. One version: a query has few components.
ck_quantised ck_quantise_f32(const float *vector, size_t dimension, double factor, int32_t limit,
                             int16_t *whole, int8_t *high, int8_t *low, size_t stride);

/// Writes the signs of `rotated - centre` as words[0], words[CK_SIGN_ROWS], …, and returns their
/// factors. All have `width` components.
ck_sign_factors ck_sign_encode(const float *rotated, const float *centre, size_t width,
                               uint32_t *words);

/// How far the product of the basis of outlines with itself may be from the unit matrix (the root
/// of the sum of squares).
#define CK_OUTLINE_SKEW 0x1p-14

/// Writes the outline of one row as words[0], words[CK_SIGN_ROWS], …, and returns its factors.
///
/// `turned`: the products of the row with the `width` rows of the basis, added up in single
/// precision in any order. The factors allow for that rounding, and for CK_OUTLINE_SKEW.
ck_outline_factors ck_outline_encode(const float *vector, size_t dimension, const float *turned,
                                     size_t width, uint32_t *words);

/// What ck_sign_tables finds out: `sum * step + shift` is the product of signs (+1, -1) and query.
typedef struct {
  float step, shift;
} ck_sign_scale;

/// Writes the tables of a rotated query of `width` components, rounded to integers of magnitude at
/// most CK_SIGN_LIMIT.
ck_sign_scale ck_sign_tables(const float *query, size_t width, uint8_t *tables);

/// Spreads the codes of one query (offset binary, [stride]) over lane `lane` of a tile of
/// `groups` groups; returns 128 * sum of the codes, modulo 2^32.
uint32_t ck_pack_u8(const uint8_t *codes, size_t stride, size_t groups, size_t lane,
                    int8_t *packed);

/// The tile in plain C: the specification of `tile_u8`, too slow to serve in its place.
size_t ck_tile_u8_portable(const ck_rows *rows, const uint32_t *indices, size_t count,
                           const ck_tile *tile, const ck_survivors *out);
