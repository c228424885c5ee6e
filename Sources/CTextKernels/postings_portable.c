// The kernels for postings, one number after the other.
#include "levels.h"

static uint32_t unpack(const uint32_t *words, size_t count, unsigned width, uint32_t first,
                       uint32_t *documents) {
  const uint64_t mask = (1ull << width) - 1;
  uint32_t next = first;
  for (size_t i = 0; i < count; i++) {
    size_t bit = i * width;
    uint64_t two = words[bit / 32] | (uint64_t)words[bit / 32 + 1] << 32;
    next += (uint32_t)(two >> bit % 32 & mask);
    documents[i] = next++;
  }
  return next - 1;
}

static size_t select_sums(double *sums, size_t count, double least, uint16_t *places) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    if (sums[i] > 0 && sums[i] >= least)
      places[found++] = (uint16_t)i;
    else
      sums[i] = 0;
  }
  return found;
}

const ct_posting_kernels ct_portable_posting_kernels = {unpack, select_sums};
