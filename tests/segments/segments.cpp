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
 * Counted twice: instruction by instruction, and as if a warp had a cache of its own, in which a
 * segment that several of its instructions touch is moved once.
 *
 * At its end each kernel appends a line to the file that MILLRACE_SEGMENTS names:
 *
 *     kernel segments fewest segments-of-warps fewest-of-warps
 */
#include <oclgrind/Context.h>
#include <oclgrind/Kernel.h>
#include <oclgrind/KernelInvocation.h>
#include <oclgrind/Memory.h>
#include <oclgrind/Plugin.h>
#include <oclgrind/WorkItem.h>

#include <bitset>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <tuple>
#include <unordered_map>

namespace
{

constexpr size_t warp_items = 32, segment_bytes = 128;
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

    size_t fewest() const
    {
        size_t bytes = 0;
        for (const auto &[number, which] : segments) bytes += which.count();
        return (bytes + segment_bytes - 1) / segment_bytes;
    }

  private:
    std::unordered_map<size_t, std::bitset<segment_bytes>> segments;
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
        most = 0;
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
        write(out, accesses);
        write(out, warps);
        out << '\n';
    }

  private:
    /* Of a work-item: an instruction, and what called it. */
    using Place = std::pair<const void *, size_t>;
    /* Of a warp: after how many loads of all, and which time since then. */
    using Access = std::tuple<size_t, Place, size_t, size_t>;

    /* Of the work-item that runs: loads since it began, and all since the load that came most. */
    std::map<Place, size_t> loads, times;
    size_t most = 0;
    std::map<Access, Bytes> accesses;
    std::map<std::pair<size_t, Way>, Bytes> warps;

    template <typename Map> static void write(std::ostream &out, const Map &map)
    {
        size_t touched = 0, fewest = 0;
        for (const auto &[key, bytes] : map) {
            touched += bytes.touched();
            fewest += bytes.fewest();
        }
        out << ' ' << touched << ' ' << fewest;
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
            times.clear();
        }
        accesses[{warp, place, most, times[place]++}].add(address, size);
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
