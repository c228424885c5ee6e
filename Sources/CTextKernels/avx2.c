// 16 tokens or 4 texts in a register. A table of 64 masks is eight shuffles of bytes, kept where
// the upper bits of the symbol say so.
#if defined(__x86_64__)
#include <immintrin.h>

#include "levels.h"

#define TARGET __attribute__((target("avx2")))
#define NARROW 16
#define WIDE 4

typedef struct {
  __m256i low[4], high[4];  // bytes of the masks of 16 symbols each, in both halves
} narrow_tables;
typedef __m128i wide_index;

static inline __attribute__((always_inline)) TARGET void narrow_masks(const uint16_t *masks,
                                                                      narrow_tables *tables) {
  for (int part = 0; part < 4; part++) {
    uint8_t low[16], high[16];
    for (int i = 0; i < 16; i++) {
      low[i] = (uint8_t)masks[part * 16 + i];
      high[i] = (uint8_t)(masks[part * 16 + i] >> 8);
    }
    tables->low[part] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)low));
    tables->high[part] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)high));
  }
}

static inline __attribute__((always_inline)) TARGET __m256i look_up(const narrow_tables *tables,
                                                                    const uint8_t *symbols) {
  __m256i index = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)symbols));
  // The low byte of a lane takes the low table, the high byte the high one.
  __m256i both = _mm256_or_si256(index, _mm256_slli_epi16(index, 8));
  __m256i part = _mm256_and_si256(both, _mm256_set1_epi8(0x30));
  __m256i place = _mm256_and_si256(both, _mm256_set1_epi8(0x0F));
  __m256i odd = _mm256_set1_epi16((short)0xFF00);
  __m256i masks = _mm256_setzero_si256();
  for (int i = 0; i < 4; i++) {
    __m256i value = _mm256_blendv_epi8(_mm256_shuffle_epi8(tables->low[i], place),
                                       _mm256_shuffle_epi8(tables->high[i], place), odd);
    __m256i here = _mm256_cmpeq_epi8(part, _mm256_set1_epi8((char)(i << 4)));
    masks = _mm256_or_si256(masks, _mm256_and_si256(value, here));
  }
  return masks;
}

#define narrow_look_up(tables, symbols) ((narrow)look_up((tables), (symbols)))
#define wide_symbols(symbols) _mm_cvtepu8_epi32(_mm_loadu_si32((const void *)(symbols)))
#define wide_look_up(masks, index, word)                                                     \
  ((wide)_mm256_i32gather_epi64((const long long *)((masks) + (word) * CT_TEXT_SYMBOLS), \
                                (index), 8))

#include "lanes.h"

const ct_kernels ct_avx2_kernels = {tokens, texts};
#endif
