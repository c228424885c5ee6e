#pragma once
// What the AVX-512 files share. Every function that uses these carries the same attribute.
#include <immintrin.h>

#include "levels.h"

#define TK_T512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,avx512vnni")))
#define TK_INLINE512 TK_T512 static inline __attribute__((always_inline))
#define TK_UNROLL _Pragma("clang loop unroll(full)")

/// 16 floats of 16 bf16.
TK_INLINE512 __m512 tk_widen(__m256i halves) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}

/// 16 floats as bf16, ties to even.
TK_INLINE512 __m256i tk_narrow(__m512 x) { return (__m256i)_mm512_cvtneps_pbh(x); }

/// e to the x, within 2 ulp for -87 < x < 88; 0 far below. Cephes' polynomial.
TK_INLINE512 __m512 tk_exp(__m512 x) {
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), 8);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(1.9875691500e-4f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1f));
  p = _mm512_fmadd_ps(p, _mm512_mul_ps(r, r), _mm512_add_ps(r, _mm512_set1_ps(1)));
  return _mm512_scalef_ps(p, n);
}

/// x * (1 + erf(x / sqrt(2))) / 2. The error function as a quotient of polynomials on -4...4
/// (Eigen's coefficients), within 5e-7.
TK_INLINE512 __m512 tk_gelu(__m512 x) {
  __m512 z = _mm512_mul_ps(x, _mm512_set1_ps(0.70710678f));
  z = _mm512_max_ps(_mm512_min_ps(z, _mm512_set1_ps(4)), _mm512_set1_ps(-4));
  __m512 s = _mm512_mul_ps(z, z);
  __m512 p = _mm512_set1_ps(-2.72614225801306e-10f);
  p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(2.77068142495902e-08f));
  p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-2.10102402082508e-06f));
  p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-5.69250639462346e-05f));
  p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-7.34990630326855e-04f));
  p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-2.95459980854025e-03f));
  p = _mm512_fmadd_ps(p, s, _mm512_set1_ps(-1.60960333262415e-02f));
  __m512 q = _mm512_set1_ps(-1.45660718464996e-05f);
  q = _mm512_fmadd_ps(q, s, _mm512_set1_ps(-2.13374055278905e-04f));
  q = _mm512_fmadd_ps(q, s, _mm512_set1_ps(-1.68282697438203e-03f));
  q = _mm512_fmadd_ps(q, s, _mm512_set1_ps(-7.37332916720468e-03f));
  q = _mm512_fmadd_ps(q, s, _mm512_set1_ps(-1.42647390514189e-02f));
  __m512 erf = _mm512_div_ps(_mm512_mul_ps(z, p), q);
  __m512 half = _mm512_mul_ps(x, _mm512_set1_ps(0.5f));
  return _mm512_fmadd_ps(half, erf, half);
}

/// sums[rows][32] of a tile of `rows` (1...TK_TILE) bf16 rows with one panel; `pairs` is k / 2.
typedef void (*tk_tile_bf16)(const uint16_t *a, size_t a_stride, const uint16_t *panel,
                             size_t pairs, float *sums, size_t sums_stride);
extern const tk_tile_bf16 tk_tiles_bf16[TK_TILE + 1];

/// Rows are cut into tiles of nearly equal height: how high the tile at row `done` is.
static inline size_t tk_tile_height(size_t rows, size_t done) {
  size_t tiles = (rows - done + TK_TILE - 1) / TK_TILE;
  return (rows - done + tiles - 1) / tiles;
}
