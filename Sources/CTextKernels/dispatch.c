// Which kernels a processor runs.
#include "levels.h"

ct_level ct_supported_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2")) return CT_PORTABLE;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq"))
    return CT_AVX2;
  return CT_AVX512;
#else
  return CT_PORTABLE;
#endif
}

const ct_kernels *ct_table(ct_level level) {
  ct_level supported = ct_supported_level();
  if (level > supported) level = supported;
#if defined(__x86_64__)
  if (level == CT_AVX512) return &ct_avx512_kernels;
  if (level == CT_AVX2) return &ct_avx2_kernels;
#endif
  return &ct_portable_kernels;
}

const ct_posting_kernels *ct_postings_table(ct_level level) {
  ct_level supported = ct_supported_level();
  if (level > supported) level = supported;
#if defined(__x86_64__)
  if (level == CT_AVX512) return &ct_avx512_posting_kernels;
  if (level == CT_AVX2) return &ct_avx2_posting_kernels;
#endif
  return &ct_portable_posting_kernels;
}

const ct_candidate_kernels *ct_candidates_table(ct_level level) {
  ct_level supported = ct_supported_level();
  if (level > supported) level = supported;
#if defined(__x86_64__)
  if (level == CT_AVX512) return &ct_avx512_candidate_kernels;
#endif
  // 32 masks fit into two registers of the others only.
  return &ct_portable_candidate_kernels;
}
