#pragma once
// Which words of a list a misspelt one may mean: pointers in, no allocation, no errors, no state.
// All levels give the same numbers; the portable twin is the specification of the others.
//
// A packed word is eight bytes. A letter is five bits, not 0; six of them, lowest first, are in the
// lower 30 bits of each half, and the two upper bits of both halves together, those of the lower
// half first, say how many there are: at most CT_PACKED. More than that mean that the word is long
// and does not stand there.
#include "text_kernels.h"

enum {
  CT_PACKED = 12,            // letters of a packed word at most
  CT_PATTERN = 32,           // letters of a pattern at most
  CT_CANDIDATE_SLACK = 16,   // room behind entries, words, halves and distances
  CT_SEEN = 256,             // a power of two
  CT_TAG_BITS = 10,          // of an entry, from the lowest bit on: a part of a hash,
  CT_LENGTH_BITS = 4,        // how many letters the word has, or CT_LONGER,
  CT_LONGER = 13,            // where it has so many or more,
  CT_WORD_SHIFT = 14,        // and the word's number
};

typedef struct {
  /// Writes the words of `count` entries whose tag is `tag`, whose length is `shortest` to
  /// `longest` and that are below `end`, in order. Returns how many. CT_CANDIDATE_SLACK entries and
  /// words more may be read and written.
  size_t (*tagged)(const uint32_t *entries, size_t count, uint32_t tag, unsigned shortest,
                   unsigned longest, uint32_t end, uint32_t *words);

  /// Writes the lower and upper halves of `count` words. Most of those that were met since `seen`
  /// (CT_SEEN numbers, 0 at first) was cleared are left out of all three, in place and in order.
  /// Returns how many are kept.
  size_t (*fetch)(const uint64_t *packed, uint32_t *seen, uint32_t *words, size_t count,
                  uint32_t *lower, uint32_t *upper);

  /// Writes how many insertions, deletions, replacements and exchanges of neighbours make each of
  /// `count` words of a pattern of 1...CT_PATTERN letters; 255 of a word that is not packed.
  /// `masks` has for each letter, 0...31, a bit for each place of the pattern where it stands.
  /// CT_CANDIDATE_SLACK halves and distances more may be read and written. Source: Hyyrö 2003.
  void (*distances)(const uint32_t *masks, size_t length, const uint32_t *lower,
                    const uint32_t *upper, size_t count, uint8_t *distances);
} ct_candidate_kernels;

/// The kernels of `level`, or of the richest supported level below it.
const ct_candidate_kernels *ct_candidates_table(ct_level level);
