/* The device's memory, and rows that are timed there: what each of peers.cu's passes stands on. */
#ifndef MR_BENCH_GPU_TIMED_CUH
#define MR_BENCH_GPU_TIMED_CUH

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include <cuda_runtime.h>
#include <curand.h>

namespace
{

double enough_s = 0.25;
size_t elements = size_t{1} << 28; /* of a pass */

void need(cudaError_t code, const char *what)
{
    if (code == cudaSuccess) return;
    std::fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(code));
    std::exit(1);
}

void need(curandStatus_t code, const char *what)
{
    if (code == CURAND_STATUS_SUCCESS) return;
    std::fprintf(stderr, "%s: cuRAND's status %d\n", what, static_cast<int>(code));
    std::exit(1);
}

/* ---- memory ---- */

template <typename T> class Memory
{
  public:
    explicit Memory(size_t count) { need(cudaMalloc(&data, count * sizeof(T)), "cudaMalloc"); }
    ~Memory() { cudaFree(data); }
    Memory(const Memory &) = delete;
    Memory &operator=(const Memory &) = delete;

    T *get() const { return static_cast<T *>(data); }

    T at(size_t n) const
    {
        T value;
        need(cudaMemcpy(&value, get() + n, sizeof value, cudaMemcpyDeviceToHost), "cudaMemcpy");
        return value;
    }

  private:
    void *data = nullptr;
};

/* Working memory of CUB, which says how much it wants when it is called without. */
class Working
{
  public:
    ~Working() { cudaFree(data); }

    template <typename Call> void run(Call call)
    {
        if (!data) {
            need(call(nullptr, bytes), "CUB");
            need(cudaMalloc(&data, bytes ? bytes : 1), "cudaMalloc");
        }
        need(call(data, bytes), "CUB");
    }

  private:
    void *data = nullptr;
    size_t bytes = 0;
};

/* ---- time ---- */

double now_s()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

double time_s(const std::function<void()> &pass)
{
    const double start_s = now_s();
    pass();
    need(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
    return now_s() - start_s;
}

/* The best pass of as many as take long enough; one before warms up. */
void row(const char *name, double result_bytes, const char *by, bool is_right,
         const std::function<void()> &pass)
{
    if (!is_right) {
        std::fprintf(stderr, "%s by %s: a wrong answer\n", name, by);
        return;
    }
    time_s(pass);
    double best_s = 1e9;
    const double end_s = now_s() + enough_s;
    for (int k = 0; k < 3 || now_s() < end_s; k++) best_s = std::min(best_s, time_s(pass));
    const double positions = static_cast<double>(elements) / best_s;
    std::printf("%s|%.0f|%.0f|%s\n", name, positions, positions * result_bytes, by);
    std::fflush(stdout);
}

bool is_near(double value, double expected, double by)
{
    return value > expected - by && value < expected + by;
}

}

#endif
