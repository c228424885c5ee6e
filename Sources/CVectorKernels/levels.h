#pragma once
// What the kernel files share: one table per instruction set.
#include "vector_kernels.h"

extern const ck_kernels ck_portable_kernels;
#if defined(__x86_64__)
extern const ck_kernels ck_avx2_kernels;
extern const ck_kernels ck_avx512_kernels;
extern const ck_kernels ck_avx512_vbmi_kernels;  // where the processor has VBMI too
#endif

// One-bit codes and outlines stand in files of their own (signs*.c, outlines*.c).
#define CK_SCAN_SIGNS(LEVEL)                                                                    \
  size_t ck_scan_signs_##LEVEL(const ck_signs *signs, size_t first, size_t count,               \
                               const uint64_t *live, const ck_sign_query *query, float threshold, \
                               const ck_survivors *out);                                        \
  size_t ck_scan_outlines_##LEVEL(const ck_outlines *outlines, size_t first, size_t count,      \
                                  const uint64_t *live, const ck_outline_query *query,          \
                                  float threshold, const ck_survivors *out);                    \
  void ck_rotate_##LEVEL(float *values, float *spare, size_t width, const uint32_t *flips);
CK_SCAN_SIGNS(portable)
#if defined(__x86_64__)
CK_SCAN_SIGNS(avx2)
CK_SCAN_SIGNS(avx512)
#endif
#undef CK_SCAN_SIGNS

/// A Float that is at least `value`, whatever the rounding of the sum of up to 4,096 terms behind
/// it (a relative error below 1e-12).
float ck_rounded_up(double value);

/// Live rows in a 64-row word from which scanning the word whole is cheaper than gathering: the
/// times cross between 40 % and 50 % at 384 dimensions, from memory and from the cache alike.
enum { CK_LIVE_DENSE = 28 };

/// Bits of the word at row `first + 64 * word` that are live and within the scan.
static inline uint64_t ck_live_word(const uint64_t *live, size_t first, size_t count,
                                    size_t word) {
  size_t left = count - word * 64;
  uint64_t inside = left >= 64 ? ~0ull : (1ull << left) - 1;
  return live ? live[first / 64 + word] & inside : inside;
}
