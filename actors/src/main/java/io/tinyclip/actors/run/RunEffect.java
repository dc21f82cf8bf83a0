package io.tinyclip.actors.run;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Lease;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.message.ShardWeights;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.checkpoint.RangeFile;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Layout;
import io.tinyclip.plan.Cursor;
import io.tinyclip.step.ShardPin;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@link RunState} wants done; the coordinator does it, in order. Servers and workers go by their numbers. */
public sealed interface RunEffect {
    /** Calls the method that is this effect's. */
    void on(RunEffectHandler handler);

    /** The newest good checkpoint, or the start, is published. @param mostSteps beyond which checkpoints are in doubt, and removed */
    record Recall(long epoch, OptionalLong mostSteps) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.recall(this);
        }
    }

    /** Nobody fetches from there any more. */
    record ReleaseOrigin(RunOrigin origin) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.releaseOrigin(this);
        }
    }

    /** A server is to say what it holds. */
    record Survey(Stamp stamp, int server) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.survey(this);
        }
    }

    /** Each server takes its range of the position's vector from the parts. */
    record LoadShards(Stamp stamp, Position position, List<Integer> servers, List<Part> parts) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.loadShards(this);
        }
    }

    /**
     * Workers compute these partitions. A higher attempt replaces the leases of a lower one of the same step.
     *
     * @param seconds of partitions that are others' leases, to be compared
     * @param idle workers without a lease, who are to say that they are there
     * @param question for whoever computes just the node
     */
    record SendStep(
            Stamp stamp,
            int attempt,
            Layout layout,
            List<Lease> leases,
            List<Lease> seconds,
            List<Integer> idle,
            ShardMap map,
            Optional<Dispute.Question> question)
            implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.sendStep(this);
        }

        public List<Integer> receivers() {
            return Lease.workers(leases, idle);
        }
    }

    /** Shards reduce the step's gradient. @param leases whose sums they take */
    record SendReduce(Stamp stamp, ShardMap map, double sparsityTarget, LeaseTable leases) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.sendReduce(this);
        }
    }

    /** The map's keepers fetch these shards, as they are published at this version. @param lag steps that copies may be behind */
    record KeepCopies(Stamp stamp, Position position, ShardMap map, List<Integer> shards, int lag)
            implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.keepCopies(this);
        }
    }

    /** A keeper publishes its copy in the place of a shard that is lost. @param version that the copy is to be of */
    record StandIn(Stamp stamp, Stamp version, int shard, int keeper) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.standIn(this);
        }
    }

    /** Servers that hold no shard of this epoch give up what they held before. */
    record FreeShards(Stamp stamp, List<Integer> servers) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.freeShards(this);
        }
    }

    /** Shards move to the next version. */
    record SendCommit(CommitOrder order, List<Integer> servers) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.sendCommit(this);
        }
    }

    /** The shard with the masks decides which units stay. */
    record AskCut(Stamp stamp, int server, double keep, WidthMap widthMap) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.askCut(this);
        }
    }

    /**
     * The student as it is published is cut by calibration, and what has become of it is published.
     *
     * @param position of the student
     * @param stage that it is cut for
     * @param shards in order
     */
    record Calibrate(Stamp stamp, Position position, int stage, List<Published> shards) implements RunEffect {
        public Layout layout() {
            return position.layout();
        }

        @Override
        public void on(RunEffectHandler handler) {
            handler.calibrate(this);
        }
    }

    /**
     * Every shard gathers its range of the next vector.
     *
     * @param kept the cut, if there is one
     * @param map of the old version
     * @param fitted weights that take the place of those of the old version, where the cut has fitted them
     */
    record SendGather(
            Stamp stamp,
            Layout before,
            Position after,
            Optional<Kept> kept,
            ShardMap map,
            Optional<ShardWeights> fitted)
            implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.sendGather(this);
        }
    }

    /** What the shards publish is fetched and made durable. @param shards in order */
    record WriteCheckpoint(Stamp stamp, Position position, List<Published> shards) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.writeCheckpoint(this);
        }
    }

    /** A checkpoint whose ranges are durable, and that lacks its manifest. @param digest of the run's state */
    record CheckpointFiles(String digest, List<RangeFile> files) {}

    /** The checkpoint is made good by its manifest. */
    record SealCheckpoint(Stamp stamp, Position position, CheckpointFiles written) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.sealCheckpoint(this);
        }
    }

    /** What shards were found to hold is made durable. @param steps committed ones, with the step that has found it */
    record PinShards(long steps, List<ShardPin> pins) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.pinShards(this);
        }
    }

    record TellStarted(Cursor cursor) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.tellStarted(this);
        }
    }

    record TellStep(RunListener.StepCommitted step) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.tellStep(this);
        }
    }

    /** The listener hears of the stage's end and says when to go on. @param shards in order */
    record TellStage(Stamp stamp, Position position, String digest, List<Published> shards) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.tellStage(this);
        }
    }

    /** The worker has no leases any more and may end. */
    record ReleaseWorker(int worker) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.releaseWorker(this);
        }
    }

    /** The server is not needed any more and may end. */
    record ReleaseServer(int server) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.releaseServer(this);
        }
    }

    /** The worker gave a wrong answer and takes no part any more. */
    record Expel(int worker, String reason) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.expel(this);
        }
    }

    /** The server hangs: its process ends, and may come back. @param awaited of it alone */
    record Restart(int server, String awaited) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.restart(this);
        }
    }

    /** One line for whoever watches the run: why it waits, or does without somebody. */
    record Say(String line) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.say(this);
        }
    }

    record Finish(Outcome outcome) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.finish(this);
        }
    }

    /** @param unusable whether nobody can go on with what the run was given */
    record Fail(String reason, boolean unusable) implements RunEffect {
        @Override
        public void on(RunEffectHandler handler) {
            handler.fail(this);
        }
    }
}
