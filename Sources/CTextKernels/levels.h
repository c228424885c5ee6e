#pragma once
// What the kernel files share: one table per instruction set.
#include "candidate_kernels.h"
#include "posting_kernels.h"
#include "text_kernels.h"

extern const ct_kernels ct_portable_kernels;
extern const ct_posting_kernels ct_portable_posting_kernels;
extern const ct_candidate_kernels ct_portable_candidate_kernels;
#if defined(__x86_64__)
extern const ct_kernels ct_avx2_kernels;
extern const ct_kernels ct_avx512_kernels;
extern const ct_posting_kernels ct_avx2_posting_kernels;
extern const ct_posting_kernels ct_avx512_posting_kernels;
extern const ct_candidate_kernels ct_avx512_candidate_kernels;
#endif
