// The kernels for candidates, one word after the other.
#include "candidates.h"
#include "levels.h"

static size_t tagged(const uint32_t *entries, size_t count, uint32_t tag, unsigned shortest,
                     unsigned longest, uint32_t end, uint32_t *words) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t word = entries[i] >> CT_WORD_SHIFT;
    uint32_t length = entries[i] >> CT_TAG_BITS & ((1u << CT_LENGTH_BITS) - 1);
    words[found] = word;
    found += (entries[i] & ((1u << CT_TAG_BITS) - 1)) == tag && length >= shortest &&
             length <= longest && word < end;
  }
  return found;
}

static size_t fetch(const uint64_t *packed, uint32_t *seen, uint32_t *words, size_t count,
                    uint32_t *lower, uint32_t *upper) {
  return ct_fetch(packed, seen, words, count, lower, upper);
}

static uint8_t distance(const uint32_t *masks, size_t length, uint32_t lower, uint32_t upper) {
  const unsigned count = lower >> 30 | upper >> 30 << 2;
  if (count > CT_PACKED) return 255;
  const uint32_t last = 1u << (length - 1);
  uint32_t plus = ~0u, minus = 0, diagonal = 0, previous = 0;
  unsigned distance = (unsigned)length;
  for (unsigned i = 0; i < count; i++) {
    uint32_t match = masks[(i < 6 ? lower >> 5 * i : upper >> 5 * (i - 6)) & 31];
    uint32_t swapped = ((~diagonal & match) << 1) & previous;
    diagonal = (((match & plus) + plus) ^ plus) | match | minus | swapped;
    uint32_t up = minus | ~(diagonal | plus), down = diagonal & plus;
    distance += (up & last) != 0;
    distance -= (down & last) != 0;
    up = up << 1 | 1;
    plus = down << 1 | ~(diagonal | up);
    minus = up & diagonal;
    previous = match;
  }
  return (uint8_t)distance;
}

static void distances(const uint32_t *masks, size_t length, const uint32_t *lower,
                      const uint32_t *upper, size_t count, uint8_t *distances) {
  for (size_t i = 0; i < count; i++) distances[i] = distance(masks, length, lower[i], upper[i]);
}

const ct_candidate_kernels ct_portable_candidate_kernels = {tagged, fetch, distances};
