// The bit-parallel kernels, written once for all register widths. A file that includes this has
// defined:
//   TARGET          the attribute of its instruction set
//   NARROW, WIDE    lanes of 16 and of 64 bits in a register
//   narrow_masks, narrow_look_up, wide_look_up
// One bit of a lane is one row of the table; a lane holds one string.
//
// Inclusion is on purpose repeated, hence no #pragma once.
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef uint16_t narrow __attribute__((vector_size(NARROW * 2)));
typedef uint8_t narrow_bytes __attribute__((vector_size(NARROW)));
typedef uint64_t wide __attribute__((vector_size(WIDE * 8)));

INLINE narrow narrow_load(const uint8_t *bytes) {
  narrow_bytes values;
  __builtin_memcpy(&values, bytes, sizeof values);
  return __builtin_convertvector(values, narrow);
}

INLINE void narrow_store(uint8_t *bytes, narrow values) {
  narrow_bytes low = __builtin_convertvector(values, narrow_bytes);
  __builtin_memcpy(bytes, &low, sizeof low);
}

/// One register of tokens.
INLINE void token_lanes(ct_operation operation, size_t length, const narrow_tables *tables,
                        const uint8_t *symbols, const uint8_t *lengths, uint8_t *results) {
  narrow ends = narrow_load(lengths);
  narrow zero = ends ^ ends, ones = ~zero;
  size_t longest = 0;
  for (size_t lane = 0; lane < NARROW; lane++)
    if (lengths[lane] > longest) longest = lengths[lane];
  if (operation == CT_LCS) {
    narrow rest = ones;
    for (size_t j = 0; j < longest; j++) {
      narrow equal = narrow_look_up(tables, symbols + j * CT_TOKEN_LANES);
      equal &= (narrow)(ends > (uint16_t)j);
      narrow used = rest & equal;
      rest = (rest + used) | (rest - used);
    }
    narrow bits = ~rest & (uint16_t)(0xFFFFu >> (16 - length));
    bits -= (bits >> 1) & 0x5555;
    bits = (bits & 0x3333) + ((bits >> 2) & 0x3333);
    bits = (bits + (bits >> 4)) & 0x0F0F;
    narrow_store(results, (bits + (bits >> 8)) & 0x1F);
    return;
  }
  narrow vp = ones, vn = zero, d0 = zero, before = zero, score = zero + (uint16_t)length;
  for (size_t j = 0; j < longest; j++) {
    narrow equal = narrow_look_up(tables, symbols + j * CT_TOKEN_LANES);
    narrow exchanged = operation == CT_OSA ? ((~d0 & equal) << 1) & before : zero;
    d0 = exchanged | (((equal & vp) + vp) ^ vp) | equal | vn;
    narrow hp = vn | ~(d0 | vp);
    narrow hn = d0 & vp;
    narrow change = ((hp >> (length - 1)) & 1) - ((hn >> (length - 1)) & 1);
    score += change & (narrow)(ends > (uint16_t)j);
    hp = hp << 1 | 1;
    hn <<= 1;
    vp = hn | ~(d0 | hp);
    vn = hp & d0;
    before = equal;
  }
  narrow_store(results, score);
}

TARGET static void tokens(ct_operation operation, const uint8_t *pattern, size_t length,
                          const uint8_t *symbols, const uint8_t *lengths, uint8_t *results) {
  uint16_t masks[CT_TOKEN_SYMBOLS] = {0};
  for (size_t i = 0; i < length; i++) masks[pattern[i]] |= (uint16_t)(1u << i);
  narrow_tables tables;
  narrow_masks(masks, &tables);
  for (size_t lane = 0; lane < CT_TOKEN_LANES; lane += NARROW) {
    switch (operation) {
      case CT_LEVENSHTEIN:
        token_lanes(CT_LEVENSHTEIN, length, &tables, symbols + lane, lengths + lane,
                    results + lane);
        break;
      case CT_OSA:
        token_lanes(CT_OSA, length, &tables, symbols + lane, lengths + lane, results + lane);
        break;
      case CT_LCS:
        token_lanes(CT_LCS, length, &tables, symbols + lane, lengths + lane, results + lane);
        break;
    }
  }
}

INLINE wide wide_ends(const uint16_t *lengths) {
  wide ends;
  for (size_t lane = 0; lane < WIDE; lane++) ends[lane] = lengths[lane];
  return ends;
}

/// One register of texts; columns of more than 64 rows carry from word to word.
INLINE void text_lanes(ct_operation operation, size_t length, const uint64_t *masks,
                       const uint8_t *symbols, const uint16_t *lengths, uint16_t *results) {
  size_t words = (length + 63) / 64;
  wide ends = wide_ends(lengths), zero = ends ^ ends;
  wide vp[CT_TEXT_WORDS], vn[CT_TEXT_WORDS], d0[CT_TEXT_WORDS], before[CT_TEXT_WORDS];
  for (size_t word = 0; word < words; word++) {
    vp[word] = ~zero;
    vn[word] = d0[word] = before[word] = zero;
  }
  size_t longest = 0;
  for (size_t lane = 0; lane < WIDE; lane++)
    if (lengths[lane] > longest) longest = lengths[lane];
  wide score = zero + length;
  for (size_t j = 0; j < longest; j++) {
    wide_index index = wide_symbols(symbols + j * CT_TEXT_LANES);
    wide active = (wide)(ends > (uint64_t)j);
    wide carry = zero, up = zero + 1, down = zero, crossed = zero;
    for (size_t word = 0; word < words; word++) {
      wide equal = wide_look_up(masks, index, word);
      if (operation == CT_LCS) {
        equal &= active;
        wide used = vp[word] & equal;
        wide sum = vp[word] + used;
        wide over = ((wide)(sum < used)) & 1;
        wide total = sum + carry;
        carry = over | (((wide)(total < sum)) & 1);
        vp[word] = total | (vp[word] - used);
        continue;
      }
      wide exchanged = zero;
      if (operation == CT_OSA) {
        wide missed = ~d0[word] & equal;
        exchanged = (missed << 1 | crossed) & before[word];
        crossed = missed >> 63;
        before[word] = equal;
      }
      wide used = equal & vp[word];
      wide sum = used + vp[word];
      wide over = ((wide)(sum < used)) & 1;
      wide total = sum + carry;
      carry = over | (((wide)(total < sum)) & 1);
      wide now = exchanged | (total ^ vp[word]) | equal | vn[word];
      d0[word] = now;
      wide hp = vn[word] | ~(now | vp[word]);
      wide hn = now & vp[word];
      if (word == words - 1) {
        wide change = ((hp >> ((length - 1) & 63)) & 1) - ((hn >> ((length - 1) & 63)) & 1);
        score += change & active;
      }
      wide next_up = hp >> 63, next_down = hn >> 63;
      hp = hp << 1 | up;
      hn = hn << 1 | down;
      up = next_up;
      down = next_down;
      vp[word] = hn | ~(now | hp);
      vn[word] = hp & now;
    }
  }
  if (operation == CT_LCS) {
    for (size_t lane = 0; lane < WIDE; lane++) {
      unsigned common = 0;
      for (size_t word = 0; word < words; word++) {
        uint64_t rows = word + 1 < words ? ~0ull : ~0ull >> (63 - (length - 1) % 64);
        common += (unsigned)__builtin_popcountll(~vp[word][lane] & rows);
      }
      results[lane] = (uint16_t)common;
    }
    return;
  }
  for (size_t lane = 0; lane < WIDE; lane++) results[lane] = (uint16_t)score[lane];
}

TARGET static void texts(ct_operation operation, const uint8_t *pattern, size_t length,
                         const uint8_t *symbols, const uint16_t *lengths, uint16_t *results,
                         uint64_t *masks) {
  size_t words = (length + 63) / 64;
  __builtin_memset(masks, 0, words * CT_TEXT_SYMBOLS * sizeof *masks);
  for (size_t i = 0; i < length; i++)
    masks[i / 64 * CT_TEXT_SYMBOLS + pattern[i]] |= 1ull << (i % 64);
  for (size_t lane = 0; lane < CT_TEXT_LANES; lane += WIDE) {
    switch (operation) {
      case CT_LEVENSHTEIN:
        text_lanes(CT_LEVENSHTEIN, length, masks, symbols + lane, lengths + lane, results + lane);
        break;
      case CT_OSA:
        text_lanes(CT_OSA, length, masks, symbols + lane, lengths + lane, results + lane);
        break;
      case CT_LCS:
        text_lanes(CT_LCS, length, masks, symbols + lane, lengths + lane, results + lane);
        break;
    }
  }
}
