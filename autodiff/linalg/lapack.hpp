#pragma once
// The few routines of LAPACK that are needed, as Fortran exports them; OpenBLAS brings them.
#include <vector>

extern "C" {
void sgetrf_(const int* m, const int* n, float* a, const int* lda, int* pivots, int* info);
void dgetrf_(const int* m, const int* n, double* a, const int* lda, int* pivots, int* info);
void sgetri_(const int* n, float* a, const int* lda, const int* pivots, float* work, const int* size,
             int* info);
void dgetri_(const int* n, double* a, const int* lda, const int* pivots, double* work, const int* size,
             int* info);
void sgetrs_(const char* trans, const int* n, const int* count, const float* a, const int* lda,
             const int* pivots, float* b, const int* ldb, int* info);
void dgetrs_(const char* trans, const int* n, const int* count, const double* a, const int* lda,
             const int* pivots, double* b, const int* ldb, int* info);
void spotrf_(const char* part, const int* n, float* a, const int* lda, int* info);
void dpotrf_(const char* part, const int* n, double* a, const int* lda, int* info);
}

namespace eingrad::lapack {

// Matrices are stored by columns, so that one stored by rows is its transpose here. `info` is 0 where all
// went well.

inline int getrf(int n, float* a, int* pivots) {
  int info = 0;
  sgetrf_(&n, &n, a, &n, pivots, &info);
  return info;
}
inline int getrf(int n, double* a, int* pivots) {
  int info = 0;
  dgetrf_(&n, &n, a, &n, pivots, &info);
  return info;
}
inline int getri(int n, float* a, const int* pivots) {
  int info = 0;
  const int size = n * 32;
  std::vector<float> work(static_cast<std::size_t>(size));
  sgetri_(&n, a, &n, pivots, work.data(), &size, &info);
  return info;
}
inline int getri(int n, double* a, const int* pivots) {
  int info = 0;
  const int size = n * 32;
  std::vector<double> work(static_cast<std::size_t>(size));
  dgetri_(&n, a, &n, pivots, work.data(), &size, &info);
  return info;
}
inline int getrs(char trans, int n, int count, const float* a, const int* pivots, float* b) {
  int info = 0;
  sgetrs_(&trans, &n, &count, a, &n, pivots, b, &n, &info);
  return info;
}
inline int getrs(char trans, int n, int count, const double* a, const int* pivots, double* b) {
  int info = 0;
  dgetrs_(&trans, &n, &count, a, &n, pivots, b, &n, &info);
  return info;
}
inline int potrf(char part, int n, float* a) {
  int info = 0;
  spotrf_(&part, &n, a, &n, &info);
  return info;
}
inline int potrf(char part, int n, double* a) {
  int info = 0;
  dpotrf_(&part, &n, a, &n, &info);
  return info;
}

}  // namespace eingrad::lapack
