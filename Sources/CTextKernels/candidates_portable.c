// The kernels for candidates, one word after the other.
#include "candidates.h"
#include "levels.h"

static size_t tagged(const uint32_t *entries, size_t count, uint32_t tag, uint32_t end,
                     uint32_t *words) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t word = entries[i] >> CT_TAG_BITS;
    words[found] = word;
    found += (entries[i] & ((1u << CT_TAG_BITS) - 1)) == tag && word < end;
  }
  return found;
}

static size_t near(const uint32_t *signatures, uint32_t signature, unsigned edits,
                   const uint8_t *records, uint32_t *seen, uint32_t *words, size_t count) {
  return ct_near(signatures, signature, edits, records, seen, words, count);
}

static uint8_t distance(const uint32_t *masks, size_t length, const uint8_t *record) {
  const size_t count = record[0] & 63;
  if (count == CT_ELSEWHERE) return 255;
  const uint32_t last = 1u << (length - 1);
  uint32_t plus = ~0u, minus = 0, diagonal = 0, previous = 0;
  unsigned distance = (unsigned)length;
  for (size_t i = 0; i < count; i++) {
    uint32_t match = masks[record[CT_RECORD_HEAD + i] & (CT_CODES - 1)];
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

static void distances(const uint32_t *masks, size_t length, const uint8_t *records,
                      const uint32_t *words, size_t count, uint8_t *distances) {
  for (size_t i = 0; i < count; i++)
    distances[i] = distance(masks, length, records + (size_t)words[i] * CT_RECORD);
}

const ct_candidate_kernels ct_portable_candidate_kernels = {tagged, near, distances};
