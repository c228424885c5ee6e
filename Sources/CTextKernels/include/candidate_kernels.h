#pragma once
// Which words of a list a misspelt one may mean: pointers in, no allocation, no errors, no state.
// All levels give the same numbers; the portable twin is the specification of the others.
//
// A list's words are records of CT_RECORD bytes. The first holds in its low six bits how many
// letters the word has; those follow from CT_RECORD_HEAD on, as codes: a...z as in ASCII, 0x7B for
// the apostrophe. CT_ELSEWHERE letters mean that they do not stand there.
#include "text_kernels.h"

enum {
  CT_RECORD = 32,
  CT_RECORD_HEAD = 4,
  CT_ELSEWHERE = 63,
  CT_CODES = 32,             // codes differ in their low five bits
  CT_CANDIDATE_SLACK = 16,   // room behind entries, words and distances that may be touched
  CT_SEEN = 256,             // a power of two
};

/// An entry is a word's number above this many bits of a hash.
enum { CT_TAG_BITS = 14 };

typedef struct {
  /// Writes the words of `count` entries whose tag is `tag` and that are below `end`, in order.
  /// Returns how many. CT_CANDIDATE_SLACK entries and words more may be read and written.
  size_t (*tagged)(const uint32_t *entries, size_t count, uint32_t tag, uint32_t end,
                   uint32_t *words);

  /// Keeps of `count` words those that may be `edits` from the one with `signature`, in place and
  /// in order, and asks for their records. A signature is a set of 27 letters and, above it, five
  /// bits of length: an edit changes two letters of the set and one of the length at most. Most of
  /// those that were met since `seen` (CT_SEEN numbers, 0 at first) was cleared are left out.
  /// Returns how many are kept.
  size_t (*near)(const uint32_t *signatures, uint32_t signature, unsigned edits,
                 const uint8_t *records, uint32_t *seen, uint32_t *words, size_t count);

  /// Writes how many insertions, deletions, replacements and exchanges of neighbours make each of
  /// `count` words of a pattern of 1...32 letters; 255 of a word whose letters do not stand in its
  /// record. `masks` has for each code, by its low five bits, a bit for each place of the pattern
  /// where it stands. CT_CANDIDATE_SLACK words and distances more may be read and written.
  /// Source: Hyyrö 2003.
  void (*distances)(const uint32_t *masks, size_t length, const uint8_t *records,
                    const uint32_t *words, size_t count, uint8_t *distances);
} ct_candidate_kernels;

/// The kernels of `level`, or of the richest supported level below it.
const ct_candidate_kernels *ct_candidates_table(ct_level level);
