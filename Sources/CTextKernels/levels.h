#pragma once
// What the kernel files share: one table per instruction set.
#include "text_kernels.h"

extern const ct_kernels ct_portable_kernels;
#if defined(__x86_64__)
extern const ct_kernels ct_avx2_kernels;
extern const ct_kernels ct_avx512_kernels;
#endif
