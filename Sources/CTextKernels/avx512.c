// 32 tokens or 8 texts in a register. A table of 64 masks is one two-register permutation.
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
#define NARROW 32
#define WIDE 8

typedef struct {
  __m512i low, high;  // masks of symbols 0...31 and 32...63
} narrow_tables;
typedef __m256i wide_index;

static inline __attribute__((always_inline)) TARGET void narrow_masks(const uint16_t *masks,
                                                                      narrow_tables *tables) {
  tables->low = _mm512_loadu_si512(masks);
  tables->high = _mm512_loadu_si512(masks + 32);
}

#define narrow_look_up(tables, symbols)                                                  \
  ((narrow)_mm512_permutex2var_epi16(                                                    \
      (tables)->low, _mm512_cvtepu8_epi16(_mm256_loadu_si256((const void *)(symbols))), \
      (tables)->high))
#define wide_symbols(symbols) _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)(symbols)))
#define wide_look_up(masks, index, word) \
  ((wide)_mm512_i32gather_epi64((index), (masks) + (word) * CT_TEXT_SYMBOLS, 8))

#include "lanes.h"

const ct_kernels ct_avx512_kernels = {tokens, texts};
#endif
