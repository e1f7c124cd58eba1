#include "stream/leg.h"

void mr_leg_close(struct mr_leg *leg)
{
    mr_runner_destroy(&leg->root);
    mr_engine_leave(&leg->engine);
    mr_plan_destroy(&leg->plan);
}

mr_status mr_leg_create_root(struct mr_leg *leg, struct mr_control *control, mr_error *err)
{
    const struct mr_segment *last = leg->plan->segments[leg->plan->segment_count - 1];
    return mr_runner_create(&leg->root, last, leg->engine, control, err);
}

mr_status mr_leg_make_root(struct mr_leg *leg, struct mr_control *control, mr_error *err)
{
    MR_TRY(mr_leg_create_root(leg, control, err));
    MR_TRY(mr_runner_warm(leg->root, err));
    return mr_runner_bind(leg->root, control, err);
}

bool mr_leg_goes_on(const struct mr_leg *leg)
{
    struct mr_engine *engine = leg->engine;
    return engine && engine->class->goes_on && engine->class->goes_on(engine);
}

mr_status mr_leg_open_host(struct mr_leg *leg, struct mr_control *control, mr_error *err)
{
    MR_TRY(mr_host_engine_create(&leg->engine, err));
    MR_TRY(mr_leg_create_root(leg, control, err));
    return mr_runner_seek(leg->root, 0, err);
}
