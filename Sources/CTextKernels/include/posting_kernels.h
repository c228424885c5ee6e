#pragma once
// Reading blocks of postings: pointers in, no allocation, no errors, no state. All levels give
// the same numbers; the portable twin is the specification of the others.
#include "text_kernels.h"

enum {
  CT_GAP_BITS = 24,     // the widest gap
  CT_GAP_SLACK = 16,    // words behind the last gap that may be read
  CT_GAP_BLOCK = 16,    // documents are written in whole blocks of so many
};

typedef struct {
  /// Reads `count` gaps (at least 1) of `width` bits (at most CT_GAP_BITS), lowest bits first,
  /// and adds them up: documents[i] = first + i + gap[0] + ... + gap[i], which the caller knows to
  /// be below 2^32. Returns the last document.
  ///
  /// `words` has CT_GAP_SLACK words more than gaps need; `documents` has room for `count` rounded
  /// up to CT_GAP_BLOCK, and what is behind `count` may hold anything.
  uint32_t (*unpack)(const uint32_t *words, size_t count, unsigned width, uint32_t first,
                     uint32_t *documents);

  /// Writes the places of the sums above 0 that are at least `least` (no NaN among them),
  /// in order, and makes all other sums 0. Returns how many there are. `sums` has `count` values,
  /// below 65,536, and room for `count` rounded up to 8; `places` has room for as many.
  size_t (*select)(double *sums, size_t count, double least, uint16_t *places);
} ct_posting_kernels;

/// The kernels of `level`, or of the richest supported level below it.
const ct_posting_kernels *ct_postings_table(ct_level level);
