#include "CWordLists.h"

// A hash is the sum of all symbols, each times a number drawn for its place (multilinear, Carter
// and Wegman 1979). What a deletion leaves is then the sum up to it and the sum behind it, each
// symbol taken a place earlier: with sums over the beginning for each of three shifts a hash is a
// few additions.
static const uint64_t factors[CW_PREFIX + 2] = {
    0xC2B2AE3D27D4EB4F, 0x9E3779B185EBCA87, 0xB492B66FBE98F273,
    0x165667B19E3779F9, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3,
    0x589567A26E9A5C8D, 0xA0761D6478BD642F, 0x2D358DCCAA6C78A5,
};

size_t cw_deletions(
    const uint16_t *symbols, size_t count, uint64_t shift, int least, int most, uint64_t *hashes) {
  size_t n = count < CW_PREFIX ? count : CW_PREFIX;
  // Of the first symbols at their own places, one place and two places earlier.
  uint64_t own[CW_PREFIX + 1] = {0}, one[CW_PREFIX + 1] = {0}, two[CW_PREFIX + 1] = {0};
  for (size_t i = 0; i < n; i++) {
    uint64_t symbol = symbols[i] + shift;
    own[i + 1] = own[i] + symbol * factors[i + 2];
    one[i + 1] = one[i] + symbol * factors[i + 1];
    two[i + 1] = two[i] + symbol * factors[i];
  }
  size_t written = 0;
  if (least <= 0) hashes[written++] = own[n];
  if (least <= 1 && most >= 1 && n > 1) {
    for (size_t i = 0; i < n; i++) {
      if (i > 0 && symbols[i] == symbols[i - 1]) continue;
      hashes[written++] = own[i] + one[n] - one[i + 1];
    }
  }
  if (most < 2 || n < 3) return written;
  for (size_t i = 0; i + 1 < n; i++) {
    if (i > 0 && symbols[i] == symbols[i - 1]) continue;
    for (size_t j = i + 1; j < n; j++) {
      if (j > i + 1 && symbols[j] == symbols[j - 1]) continue;
      hashes[written++] = own[i] + one[j] - one[i + 1] + two[n] - two[j + 1];
    }
  }
  return written;
}
