/* A plug-in of oclgrind that counts the segments of memory that a GPU would move. 32 work-items
 * that run side by side, a warp, reach global memory together: what one instruction of theirs
 * touches costs as many transactions as there are segments of 128 bytes in it.
 *
 *     32 work-items load 4 bytes each, side by side     1 segment, the fewest there can be
 *     ... 1024 elements from each other                 32 segments
 *
 * Work-items are interpreted one after the other, so the k-th time that one comes to an instruction
 * is put beside the k-th time of the others: counted anew each time that the load comes which came
 * most often so far, since what is stored under a condition comes at other times in each of them,
 * and a warp is together again with the next load of all. The fewest segments are those that the same bytes
 * would fill if they stood together.
 *
 * At its end each kernel appends a line to the file that MILLRACE_SEGMENTS names:
 *
 *     kernel loads segments fewest stores segments fewest bytes
 */
#include <oclgrind/Context.h>
#include <oclgrind/Kernel.h>
#include <oclgrind/KernelInvocation.h>
#include <oclgrind/Memory.h>
#include <oclgrind/Plugin.h>
#include <oclgrind/WorkItem.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace
{

constexpr size_t warp_items = 32, segment_bytes = 128;
enum Way { LOAD, STORE, WAYS };

/* What the items of a warp touch by one instruction, once each. */
struct Access {
    Way way;
    std::set<size_t> bytes; /* ranges would do, but runs are small */
};

struct Sum {
    size_t accesses = 0, segments = 0, fewest = 0, bytes = 0;
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

    void kernelBegin(const oclgrind::KernelInvocation *) override { accesses.clear(); }

    void kernelEnd(const oclgrind::KernelInvocation *invocation) override
    {
        const char *path = std::getenv("MILLRACE_SEGMENTS");
        if (!path) return;
        Sum sums[WAYS];
        for (const auto &[key, access] : accesses) add(sums[access.way], access);
        std::ofstream out(path, std::ios::app);
        out << invocation->getKernel()->getName();
        for (const Sum &sum : sums)
            out << ' ' << sum.accesses << ' ' << sum.segments << ' ' << sum.fewest;
        out << ' ' << sums[LOAD].bytes + sums[STORE].bytes << '\n';
    }

  private:
    /* The instruction, what called it and which time it is. */
    using Place = std::pair<const void *, size_t>;
    using Key = std::tuple<size_t, const void *, size_t, size_t, size_t>;

    /* Of the work-item that runs: loads since it began, and all since the load that came most. */
    std::map<Place, size_t> loads, times;
    size_t most = 0;
    std::map<Key, Access> accesses;

    static void add(Sum &sum, const Access &access)
    {
        std::set<size_t> segments;
        for (size_t byte : access.bytes) segments.insert(byte / segment_bytes);
        sum.accesses++;
        sum.segments += segments.size();
        sum.fewest += (access.bytes.size() + segment_bytes - 1) / segment_bytes;
        sum.bytes += access.bytes.size();
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
        const void *instruction = item->getCurrentInstruction();
        size_t from = caller(item);
        if (way == LOAD && ++loads[{instruction, from}] > most) {
            most++;
            times.clear();
        }
        size_t time = times[{instruction, from}]++;
        Access &access =
            accesses[{item->getGlobalIndex() / warp_items, instruction, from, most, time}];
        access.way = way;
        for (size_t k = 0; k < size; k++) access.bytes.insert(address + k);
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
