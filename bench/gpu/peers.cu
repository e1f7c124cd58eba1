/* The rows' work by CUDA's libraries: cuRAND, CUB and Thrust, as their manuals would have it done.
 *
 *     peers DEVICE [SECONDS]
 *
 * runs on the first CUDA device whose name is in DEVICE, or on the first, and prints
 *
 *     name of a row|positions a second|bytes of results a second|by what
 *
 * where everything stays on the device. Answers are checked before anything is timed, and a wrong
 * one is left out and named. Exit code 3: there is no CUDA device. */
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <cub/cub.cuh>
#include <cuda_runtime.h>
#include <curand.h>
#include <thrust/device_vector.h>
#include <thrust/execution_policy.h>
#include <thrust/functional.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>
#include <thrust/iterator/zip_iterator.h>
#include <thrust/transform.h>
#include <thrust/transform_reduce.h>
#include <thrust/tuple.h>

#include "timed.cuh"

namespace
{

/* ---- what is computed ---- */

struct SquareOrNone {
    __host__ __device__ uint64_t operator()(uint64_t x) const
    {
        const uint64_t y = x * x;
        return y % 7 == 2 ? y : 0;
    }
};

struct Arithmetic {
    __host__ __device__ double operator()(uint64_t x) const
    {
        const double y = static_cast<double>(x) * 1e-9;
        return y * y * 0.5 + 1;
    }
};

struct SquareAndOne {
    __host__ __device__ double operator()(double x) const { return x * x + 1; }
};

struct Billionth {
    __host__ __device__ double operator()(uint64_t x) const
    {
        return static_cast<double>(x) * 1e-9;
    }
};

struct Thousandth {
    __host__ __device__ int64_t operator()(int64_t x) const { return x % 1000; }
};

struct Half {
    __host__ __device__ float operator()(uint32_t x) const { return static_cast<float>(x) * 0.5f; }
};

struct AboveHalf {
    __host__ __device__ bool operator()(double x) const { return x > 0.5; }
};

struct OneInThree {
    __host__ __device__ bool operator()(uint64_t x) const
    {
        return (x * UINT64_C(0x9E3779B97F4A7C15) >> 33) % 3 == 0;
    }
};

struct InCircle {
    __host__ __device__ uint64_t operator()(const thrust::tuple<float, float> &p) const
    {
        const float a = thrust::get<0>(p), b = thrust::get<1>(p);
        return a * a + b * b < 1;
    }
};

struct Trajectory {
    double count;

    __host__ __device__ double operator()(uint64_t i) const
    {
        double x = (static_cast<double>(i) + 0.5) / count;
        for (int step = 0; step < 500; step++) x = 3.7 * x * (1 - x);
        return x;
    }
};

thrust::counting_iterator<uint64_t> numbers()
{
    return thrust::counting_iterator<uint64_t>(0);
}

/* Loops on the host over as many elements as a moment allows. */
constexpr uint64_t checked = 1 << 20;

uint64_t squares_on_host()
{
    uint64_t sum = 0;
    for (uint64_t x = 0; x < checked; x++) sum += SquareOrNone()(x);
    return sum;
}

uint64_t thirds_on_host()
{
    uint64_t count = 0;
    for (uint64_t x = 0; x < checked; x++) count += OneInThree()(x);
    return count;
}

/* ---- sums ---- */

template <typename T, typename Function> T sum_of(size_t count, Function function)
{
    return thrust::transform_reduce(thrust::device, numbers(), numbers() + count, function, T{0},
                                    thrust::plus<T>());
}

void sums()
{
    row("squares, summed", 0, "Thrust",
        sum_of<uint64_t>(checked, SquareOrNone()) == squares_on_host(),
        [] { sum_of<uint64_t>(elements, SquareOrNone()); });
    row("f64 arithmetic, summed", 0, "Thrust",
        is_near(sum_of<double>(checked, Arithmetic()), static_cast<double>(checked) + 0.19, 0.01),
        [] { sum_of<double>(elements, Arithmetic()); });
    const auto trajectories = [](size_t n) {
        return sum_of<double>(n, Trajectory{static_cast<double>(n)});
    };
    row("trajectories of 500 steps", 0, "Thrust",
        is_near(trajectories(checked) / static_cast<double>(checked), 0.65, 0.02),
        [&] { trajectories(elements); });
}

/* ---- random numbers ---- */

class Philox
{
  public:
    Philox()
    {
        need(curandCreateGenerator(&generator, CURAND_RNG_PSEUDO_PHILOX4_32_10),
             "curandCreateGenerator");
        need(curandSetPseudoRandomGeneratorSeed(generator, 1),
             "curandSetPseudoRandomGeneratorSeed");
    }
    ~Philox() { curandDestroyGenerator(generator); }

    void uniform(float *to) { need(curandGenerateUniform(generator, to, elements), "cuRAND"); }
    void uniform(double *to)
    {
        need(curandGenerateUniformDouble(generator, to, elements), "cuRAND");
    }
    void normal(float *to) { need(curandGenerateNormal(generator, to, elements, 0, 1), "cuRAND"); }
    void normal(double *to)
    {
        need(curandGenerateNormalDouble(generator, to, elements, 0, 1), "cuRAND");
    }

  private:
    curandGenerator_t generator;
};

template <typename T> double mean_of(const Memory<T> &memory)
{
    return thrust::reduce(thrust::device, memory.get(), memory.get() + elements, 0.0) /
           static_cast<double>(elements);
}

template <typename T> void random_numbers(const char *uniform, const char *normal)
{
    Philox philox;
    Memory<T> memory(elements);
    philox.uniform(memory.get());
    row(uniform, sizeof(T), "cuRAND", is_near(mean_of(memory), 0.5, 0.01),
        [&] { philox.uniform(memory.get()); });
    philox.normal(memory.get());
    row(normal, sizeof(T), "cuRAND", is_near(mean_of(memory), 0, 0.01),
        [&] { philox.normal(memory.get()); });
}

uint64_t points_in_circle(const Memory<float> &a, const Memory<float> &b)
{
    const auto pairs = thrust::make_zip_iterator(thrust::make_tuple(a.get(), b.get()));
    return thrust::transform_reduce(thrust::device, pairs, pairs + elements, InCircle(),
                                    uint64_t{0}, thrust::plus<uint64_t>());
}

void used_random_numbers()
{
    Philox philox;
    Memory<float> a(elements), b(elements);
    Memory<unsigned long long> bins(256);
    Working working;
    const auto monte_carlo = [&] {
        philox.uniform(a.get());
        philox.uniform(b.get());
        return static_cast<double>(points_in_circle(a, b)) / static_cast<double>(elements);
    };
    const auto mean = [&] {
        philox.normal(a.get());
        return mean_of(a);
    };
    const auto histogram = [&] {
        philox.uniform(a.get());
        working.run([&](void *data, size_t &bytes) {
            return cub::DeviceHistogram::HistogramEven(data, bytes, a.get(), bins.get(), 257, 0.0f,
                                                       1.0f, static_cast<int>(elements));
        });
    };
    row("Monte Carlo pi, f32", 0, "cuRAND and Thrust", is_near(monte_carlo(), 0.785398, 0.001),
        [&] { monte_carlo(); });
    row("normal f32, mean", 0, "cuRAND and Thrust", is_near(mean(), 0, 0.01), [&] { mean(); });
    histogram();
    row("histogram, 256 bins", 0, "cuRAND and CUB",
        is_near(static_cast<double>(bins.at(7)) * 256 / static_cast<double>(elements), 1, 0.1),
        histogram);
}

/* ---- what is on the device ---- */

struct QuarterOrThree {
    __host__ __device__ double operator()(uint64_t x) const { return x % 2 ? 0.75 : 0.25; }
};

void from_memory()
{
    Memory<double> in(elements), out(elements);
    Memory<uint64_t> count(1);
    Working working;
    thrust::transform(thrust::device, numbers(), numbers() + elements, in.get(), QuarterOrThree());
    const auto sum = [&] {
        return thrust::reduce(thrust::device, in.get(), in.get() + elements, 0.0);
    };
    const auto map = [&] {
        thrust::transform(thrust::device, in.get(), in.get() + elements, out.get(),
                          SquareAndOne());
    };
    const auto select = [&] {
        working.run([&](void *data, size_t &bytes) {
            return cub::DeviceSelect::If(data, bytes, in.get(), out.get(), count.get(),
                                         static_cast<int>(elements), AboveHalf());
        });
    };
    row("from memory, summed", 0, "Thrust",
        is_near(sum() / static_cast<double>(elements), 0.5, 1e-9), [&] { sum(); });
    map();
    row("from memory, x*x+1", 8, "Thrust", is_near(out.at(1), 1.5625, 1e-12), map);
    select();
    row("from memory, half survive", 4, "CUB", count.at(0) == elements / 2, select);
}

/* ---- what is made and kept ---- */

void made()
{
    Memory<double> out(elements);
    Memory<uint64_t> count(1);
    Working selecting, scanning, adding;
    auto *floats = reinterpret_cast<float *>(out.get());
    auto *integers = reinterpret_cast<int64_t *>(out.get());
    auto *words = reinterpret_cast<uint64_t *>(out.get());
    const auto halves = [&] {
        const thrust::counting_iterator<uint32_t> first(0);
        thrust::transform(thrust::device, first, first + elements, floats, Half());
    };
    const auto select = [&](size_t n) {
        selecting.run([&](void *data, size_t &bytes) {
            return cub::DeviceSelect::If(data, bytes, numbers(), words, count.get(),
                                         static_cast<int>(n), OneInThree());
        });
    };
    const auto add_f64 = [&] {
        const auto in = thrust::make_transform_iterator(numbers(), Billionth());
        scanning.run([&](void *data, size_t &bytes) {
            return cub::DeviceScan::InclusiveSum(data, bytes, in, out.get(),
                                                 static_cast<int>(elements));
        });
    };
    const auto add_i64 = [&] {
        const thrust::counting_iterator<int64_t> first(0);
        const auto in = thrust::make_transform_iterator(first, Thousandth());
        adding.run([&](void *data, size_t &bytes) {
            return cub::DeviceScan::InclusiveSum(data, bytes, in, integers,
                                                 static_cast<int>(elements));
        });
    };
    halves();
    Memory<float> same(1);
    need(cudaMemcpy(same.get(), floats + 7, 4, cudaMemcpyDeviceToDevice), "cudaMemcpy");
    row("halves, f32", 4, "Thrust", is_near(same.at(0), 3.5, 1e-6), halves);
    select(elements);
    select(checked);
    row("one in three", 8.0 / 3, "CUB", count.at(0) == thirds_on_host(),
        [&] { select(elements); });
    add_f64();
    row("running sum f64", 8, "CUB", is_near(out.at(2000), 2.001e-3, 1e-9), add_f64);
    add_i64();
    Memory<int64_t> last(1);
    need(cudaMemcpy(last.get(), integers + 1999, 8, cudaMemcpyDeviceToDevice), "cudaMemcpy");
    row("running sum i64", 8, "CUB", last.at(0) == 999000, add_i64);
}

/* ---- the device ---- */

/* The first that `wanted` names: its own name is a part of that. */
int choose(const char *wanted)
{
    int count = 0;
    const cudaError_t code = cudaGetDeviceCount(&count);
    if (code != cudaSuccess || count == 0) {
        std::fprintf(stderr, "no CUDA device: %s\n", cudaGetErrorString(code));
        std::exit(3);
    }
    for (int k = 0; k < count; k++) {
        cudaDeviceProp properties;
        need(cudaGetDeviceProperties(&properties, k), "cudaGetDeviceProperties");
        if (std::strstr(wanted, properties.name)) return k;
    }
    return 0;
}

void take(const char *wanted)
{
    cudaDeviceProp properties;
    size_t unused, total;
    const int number = choose(wanted);
    need(cudaSetDevice(number), "cudaSetDevice");
    need(cudaGetDeviceProperties(&properties, number), "cudaGetDeviceProperties");
    need(cudaMemGetInfo(&unused, &total), "cudaMemGetInfo");
    while (elements > 1 << 20 && elements * 8 > unused / 4) elements /= 2;
    std::fprintf(stderr, "%s, %zu elements, CUDA %d.%d\n", properties.name, elements,
                 CUDART_VERSION / 1000, CUDART_VERSION % 1000 / 10);
}

} // namespace

int main(int argc, char **argv)
{
    if (argc > 2) enough_s = std::strtod(argv[2], nullptr) / 20;
    take(argc > 1 ? argv[1] : "");
    sums();
    random_numbers<float>("uniform f32", "normal f32");
    random_numbers<double>("uniform f64", "normal f64");
    used_random_numbers();
    from_memory();
    made();
    return 0;
}
