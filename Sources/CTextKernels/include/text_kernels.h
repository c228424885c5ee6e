#pragma once
// Distances between one pattern and many strings at once, by bit-parallel dynamic programming:
// plain pointers in, no allocation, no errors, no state. All levels give the same numbers; the
// portable twin works cell by cell and is the specification of the others.
//
// Strings are symbols, one byte each: the caller numbers the distinct characters of its query from
// 1 and writes 0 for every other character, which equals nothing. Blocks hold strings side by side:
// the symbol at `position` of the string in `lane` is symbols[position * lanes + lane]; positions
// behind a string's end may hold anything.
//
// Sources: Myers 1999 and Hyyrö 2003 (edit distances), Hyyrö 2004 (longest common subsequence).
#include <stddef.h>
#include <stdint.h>

/// Instruction sets, poorest first; the kernels of the other headers have tables for them, too.
typedef enum { CT_PORTABLE = 0, CT_AVX2 = 1, CT_AVX512 = 2 } ct_level;

typedef enum {
  CT_LEVENSHTEIN = 0,  // insertions, deletions, replacements
  CT_OSA = 1,          // and exchanges of neighbours, each character edited once at most
  CT_LCS = 2,          // length of the longest common subsequence, m; Indel is a + b - 2 m
} ct_operation;

enum {
  CT_TOKEN_LANES = 32,      // tokens in a block
  CT_TOKEN_SYMBOLS = 64,    // symbols of tokens are below this
  CT_TOKEN_LENGTH = 16,     // longest pattern for tokens
  CT_TEXT_LANES = 8,        // texts in a block
  CT_TEXT_SYMBOLS = 256,    // symbols of texts are below this
  CT_TEXT_WORDS = 8,        // longest pattern for texts: 64 symbols a word
};

typedef struct {
  /// Compares a pattern of 1...CT_TOKEN_LENGTH symbols (each in 1...CT_TOKEN_SYMBOLS - 1) with the
  /// tokens of a block. `symbols` is [longest][CT_TOKEN_LANES], each below
  /// CT_TOKEN_SYMBOLS; `lengths` and `results` are [CT_TOKEN_LANES], no length above 255.
  void (*tokens)(ct_operation operation, const uint8_t *pattern, size_t length,
                 const uint8_t *symbols, const uint8_t *lengths, uint8_t *results);

  /// The same for texts: a pattern of 1...64 * CT_TEXT_WORDS symbols (each not 0) with the texts of
  /// a block. `symbols` is [longest][CT_TEXT_LANES]; `lengths` and `results` are [CT_TEXT_LANES].
  /// `masks` is room for CT_TEXT_SYMBOLS * CT_TEXT_WORDS words.
  void (*texts)(ct_operation operation, const uint8_t *pattern, size_t length,
                const uint8_t *symbols, const uint16_t *lengths, uint16_t *results,
                uint64_t *masks);
} ct_kernels;

/// The best level that this processor runs.
ct_level ct_supported_level(void);

/// The kernels of `level`, or of the richest supported level below it.
const ct_kernels *ct_table(ct_level level);
