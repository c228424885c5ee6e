// Which kernels a processor runs.
#include "levels.h"

ck_level ck_supported_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return CK_PORTABLE;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512vnni"))
    return CK_AVX2;
  return CK_AVX512;
#else
  return CK_PORTABLE;
#endif
}

const ck_kernels *ck_table(ck_level level) {
  ck_level supported = ck_supported_level();
  if (level > supported) level = supported;
#if defined(__x86_64__)
  if (level == CK_AVX512)
    return __builtin_cpu_supports("avx512vbmi") ? &ck_avx512_vbmi_kernels : &ck_avx512_kernels;
  if (level == CK_AVX2) return &ck_avx2_kernels;
#endif
  return &ck_portable_kernels;
}
