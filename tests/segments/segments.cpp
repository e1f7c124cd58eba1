/* A plug-in of oclgrind that counts the segments of memory that a GPU would move. 32 work-items
 * that run side by side, a warp, reach global memory together: what one instruction of theirs
 * touches costs as many transactions as there are segments of 128 bytes in it.
 *
 *     32 work-items load 4 bytes each, side by side     1 segment, the fewest there can be
 *     ... 1024 elements from each other                 32 segments
 *
 * Work-items are interpreted one after the other, so the k-th time that one comes to an instruction
 * is put beside the k-th time of the others. Counts begin anew each time that the load comes which
 * came most often so far: what is stored under a condition comes at other times in each of them, and
 * a warp is together again with the next load of all. The fewest segments are those that the same
 * bytes would fill if they stood together.
 *
 * Counted twice: instruction by instruction, and as if each warp had a small cache, which holds the
 * segments that it touched last, and through which the others are moved again. It has 2 KiB: of
 * NVIDIA's GPUs for computing since 2017 the V100 has the least for a warp, 128 KiB for up to 64 of
 * them, part of which may be local memory; an H100 has twice as much. A work-item a leaf, whose warp
 * is in 32 segments at once, finds none of them again.
 *
 * At its end each kernel appends a line to the file that MILLRACE_SEGMENTS names:
 *
 *     kernel segments fewest segments-through-caches fewest-of-warps
 */
#include <oclgrind/Context.h>
#include <oclgrind/Kernel.h>
#include <oclgrind/KernelInvocation.h>
#include <oclgrind/Memory.h>
#include <oclgrind/Plugin.h>
#include <oclgrind/WorkItem.h>

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace
{

constexpr size_t warp_items = 32, segment_bytes = 128, cache_bytes = 2048;
enum Way { LOAD, STORE };

/* Bytes of memory, each once, by the segments that they are in. */
class Bytes
{
  public:
    void add(size_t address, size_t size)
    {
        for (size_t at = address; at < address + size; at++)
            segments[at / segment_bytes].set(at % segment_bytes);
    }

    size_t touched() const { return segments.size(); }

    std::set<size_t> numbers() const
    {
        std::set<size_t> all;
        for (const auto &segment : segments) all.insert(segment.first);
        return all;
    }

    size_t fewest() const
    {
        size_t bytes = 0;
        for (const auto &[number, which] : segments) bytes += which.count();
        return (bytes + segment_bytes - 1) / segment_bytes;
    }

  private:
    std::unordered_map<size_t, std::bitset<segment_bytes>> segments;
};

/* The segments that were touched last, the last one at the end. */
class Cache
{
  public:
    /* Whether the segment had to be moved. What is read and what is written are two. */
    bool moves(Way way, size_t number)
    {
        const auto segment = std::make_pair(way, number);
        const auto at = std::find(held.begin(), held.end(), segment);
        const bool is_there = at != held.end();
        if (is_there)
            held.erase(at);
        else if (held.size() == cache_bytes / segment_bytes)
            held.erase(held.begin());
        held.push_back(segment);
        return !is_there;
    }

  private:
    std::vector<std::pair<Way, size_t>> held;
};

class Segments : public oclgrind::Plugin
{
  public:
    explicit Segments(const oclgrind::Context *context) : Plugin(context) {}

    bool isThreadSafe() const override { return false; }

    void memoryLoad(const oclgrind::Memory *memory, const oclgrind::WorkItem *item, size_t address,
                    size_t size) override
    {
        touch(LOAD, memory, item, address, size);
    }

    void memoryStore(const oclgrind::Memory *memory, const oclgrind::WorkItem *item, size_t address,
                     size_t size, const uint8_t *) override
    {
        touch(STORE, memory, item, address, size);
    }

    void workItemBegin(const oclgrind::WorkItem *) override
    {
        loads.clear();
        times.clear();
        most = since = 0;
    }

    void kernelBegin(const oclgrind::KernelInvocation *) override
    {
        accesses.clear();
        warps.clear();
    }

    void kernelEnd(const oclgrind::KernelInvocation *invocation) override
    {
        const char *path = std::getenv("MILLRACE_SEGMENTS");
        if (!path) return;
        std::ofstream out(path, std::ios::app);
        out << invocation->getKernel()->getName();
        size_t touched = 0, fewest = 0, fewest_of_warps = 0;
        for (const auto &[key, access] : accesses) {
            touched += access.bytes.touched();
            fewest += access.bytes.fewest();
        }
        for (const auto &[key, bytes] : warps) fewest_of_warps += bytes.fewest();
        out << ' ' << touched << ' ' << fewest << ' ' << through_caches() << ' ' << fewest_of_warps
            << '\n';
    }

  private:
    /* Of a work-item: an instruction, and what called it. */
    using Place = std::pair<const void *, size_t>;
    /* Of a warp: after how many loads of all, and which time since then. */
    using Key = std::tuple<size_t, size_t, Place, size_t>;

    struct Access {
        Way way;
        size_t order; /* of those after as many loads of all */
        Bytes bytes;
    };

    /* Of the work-item that runs: loads since it began, and all since the load that came most. */
    std::map<Place, size_t> loads, times;
    size_t most = 0, since = 0;
    std::map<Key, Access> accesses;
    std::map<std::pair<size_t, Way>, Bytes> warps;

    /* Segments that are moved in the order of the instructions: in that of the work-item that came
     * to it first, where they went different ways. */
    size_t through_caches() const
    {
        using Touched = std::tuple<size_t, size_t, Way, std::set<size_t>>;
        std::map<size_t, std::vector<Touched>> of_warps;
        for (const auto &[key, access] : accesses)
            of_warps[std::get<0>(key)].emplace_back(std::get<1>(key), access.order, access.way,
                                                    access.bytes.numbers());
        size_t moved = 0;
        for (auto &[warp, in_order] : of_warps) {
            Cache cache;
            std::sort(in_order.begin(), in_order.end());
            for (const auto &[loads_before, order, way, numbers] : in_order)
                for (size_t number : numbers) moved += cache.moves(way, number);
        }
        return moved;
    }

    /* Functions are not inlined: an instruction of one that is called from two places is two. */
    static size_t caller(const oclgrind::WorkItem *item)
    {
        auto calls = item->getCallStack();
        size_t hash = 0;
        for (; !calls.empty(); calls.pop()) hash = hash * 31 + (size_t)calls.top();
        return hash;
    }

    void touch(Way way, const oclgrind::Memory *memory, const oclgrind::WorkItem *item,
               size_t address, size_t size)
    {
        if (memory->getAddressSpace() != oclgrind::AddrSpaceGlobal) return;
        const Place place = {item->getCurrentInstruction(), caller(item)};
        const size_t warp = item->getGlobalIndex() / warp_items;
        if (way == LOAD && ++loads[place] > most) {
            most++;
            since = 0;
            times.clear();
        }
        const Key key = {warp, most, place, times[place]++};
        Access &access = accesses.try_emplace(key, Access{way, since, {}}).first->second;
        access.order = std::min(access.order, since++);
        access.bytes.add(address, size);
        warps[{warp, way}].add(address, size);
    }
};

Segments *plugin;

} // namespace

extern "C" void initializePlugins(oclgrind::Context *context)
{
    context->registerPlugin(plugin = new Segments(context));
}

extern "C" void releasePlugins(oclgrind::Context *context)
{
    context->unregisterPlugin(plugin);
    delete plugin;
}
