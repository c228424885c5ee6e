// BLAS for the rest of the package.
