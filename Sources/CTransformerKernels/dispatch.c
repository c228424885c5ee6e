// Which kernels a processor runs.
#include "levels.h"

tk_level tk_supported_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return TK_PORTABLE;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni"))
    return TK_AVX512;
  return TK_AVX2;
#else
  return TK_PORTABLE;
#endif
}

const tk_kernels *tk_table(tk_level level) {
#if defined(__x86_64__)
  tk_level supported = tk_supported_level();
  if (level > supported) level = supported;
  if (level == TK_AVX512) return &tk_avx512_kernels;
  if (level == TK_AVX2) return &tk_avx2_kernels;
#endif
  (void)level;
  return &tk_portable_kernels;
}

size_t tk_attention_scratch(size_t tokens, size_t width) { return tk_layout(tokens, width).end; }
