package io.tinyclip.actors.lead;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.actors.run.RunPolicy;
import io.tinyclip.actors.task.FailedWork;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What a coordinator works with.
 *
 * @param setup of the run; it begins once as many workers and servers have joined as the setup says, and goes on with those
 *     who are there once the policy's patience is over
 * @param files where files are read and written
 * @param disk where it is seen whether files get on
 * @param remindAfter how long nothing may move before requests are sent again
 * @param listener is called on {@code listening} only
 * @param listening one thread
 * @param expelled hears of workers that take no part any more, and why
 * @param hung hears of servers that live, and do nothing any more
 * @param ended hears of the end, once
 */
public record LeadTools(
        RunSetup setup,
        DataPlane plane,
        Executor files,
        RunDisk disk,
        RunPolicy policy,
        Duration remindAfter,
        RunListener listener,
        Executor listening,
        BiConsumer<ActorRef<WorkerCommand>, String> expelled,
        BiConsumer<ActorRef<ServerCommand>, String> hung,
        Consumer<Outcome> ended) {
    /**
     * Fetches a whole vector.
     *
     * @param shards that publish it, in order
     * @param target (P,)
     * @return whether it is here; not where somebody is gone who has a part of it
     */
    CompletionStage<Boolean> fetch(Errand by, Layout layout, List<Published> shards, FloatVector target) {
        return ShardWeights.fetchInto(
                        by, ShardWeights.masters(layout, shards), new Range(0, layout.size()), target.floats())
                .handle((done, failure) -> {
                    if (failure != null) {
                        FailedWork.requireOthers(failure);
                    }
                    return failure == null;
                });
    }
}
