// The kernels cell by cell, as the textbook has them: three rows of the table, no bits.
#include "levels.h"

enum { ROW = 64 * CT_TEXT_WORDS + 1 };

static inline unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

/// Compares a pattern with the string symbols[0], symbols[step], ...
static unsigned compare(ct_operation operation, const uint8_t *pattern, size_t length,
                        const uint8_t *symbols, size_t step, size_t count) {
  uint16_t rows[3][ROW];
  uint16_t *before = rows[0], *last = rows[1], *row = rows[2];
  int is_lcs = operation == CT_LCS;
  for (size_t i = 0; i <= length; i++) last[i] = before[i] = is_lcs ? 0 : (uint16_t)i;
  for (size_t j = 0; j < count; j++) {
    uint8_t symbol = symbols[j * step];
    row[0] = is_lcs ? 0 : (uint16_t)(j + 1);
    for (size_t i = 1; i <= length; i++) {
      int is_equal = symbol != 0 && pattern[i - 1] == symbol;
      unsigned cell;
      if (is_lcs) {
        cell = last[i] > row[i - 1] ? last[i] : row[i - 1];
        if (is_equal) cell = last[i - 1] + 1u;
      } else {
        cell = least(least(last[i], row[i - 1]) + 1u, last[i - 1] + (is_equal ? 0u : 1u));
        if (operation == CT_OSA && i > 1 && j > 0 && pattern[i - 2] == symbol && symbol != 0 &&
            pattern[i - 1] == symbols[(j - 1) * step])
          cell = least(cell, before[i - 2] + 1u);
      }
      row[i] = (uint16_t)cell;
    }
    uint16_t *spare = before;
    before = last;
    last = row;
    row = spare;
  }
  return last[length];
}

static void tokens(ct_operation operation, const uint8_t *pattern, size_t length,
                   const uint8_t *symbols, const uint8_t *lengths, uint8_t *results) {
  for (size_t lane = 0; lane < CT_TOKEN_LANES; lane++)
    results[lane] = (uint8_t)compare(operation, pattern, length, symbols + lane, CT_TOKEN_LANES,
                                     lengths[lane]);
}

static void texts(ct_operation operation, const uint8_t *pattern, size_t length,
                  const uint8_t *symbols, const uint16_t *lengths, uint16_t *results,
                  uint64_t *masks) {
  (void)masks;
  for (size_t lane = 0; lane < CT_TEXT_LANES; lane++)
    results[lane] = (uint16_t)compare(operation, pattern, length, symbols + lane, CT_TEXT_LANES,
                                      lengths[lane]);
}

const ct_kernels ct_portable_kernels = {tokens, texts};
