package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.reduce.Node;
import java.util.Optional;

/** What {@link ShardState} wants done; the parameter server does it, in order. */
public sealed interface ShardEffect {
    /** Calls the method that is this effect's. */
    void on(Handler handler);

    /** Performs effects: a new one does not compile before all who perform any perform it, too. */
    interface Handler {
        void read(Read it);

        void publish(Publish it);

        void freeOld(FreeOld it);

        void freeAll(FreeAll it);

        void tellDisputed(TellDisputed it);

        void fetchSlice(FetchSlice it);

        void finishReduction(FinishReduction it);

        void offerGradient(OfferGradient it);

        void replyReduced(ReplyReduced it);

        void apply(Apply it);

        void replyReady(ReplyReady it);

        void replyHolds(ReplyHolds it);

        void decide(Decide it);

        void replyDecided(ReplyDecided it);

        void gatherRange(GatherRange it);

        void refuse(Refuse it);

        void refuseSum(RefuseSum it);

        void rejectSum(RejectSum it);
    }

    /** The range is read from where the Load that is being handled says. */
    record Read(Stamp stamp) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.read(this);
        }
    }

    /** Weights and moments of this version are published, those of the one before are not needed any more. */
    record Publish(Stamp stamp, boolean keepOld) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.publish(this);
        }
    }

    /** What was kept for others to load or gather from goes. */
    record FreeOld() implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.freeOld(this);
        }
    }

    /** All that is held goes. */
    record FreeAll() implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.freeAll(this);
        }
    }

    /** The coordinator hears that two workers gave two sums of the same node, over this shard's range. */
    record TellDisputed(Stamp stamp, Node node, Dispute.Answer first, Dispute.Answer second) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.tellDisputed(this);
        }
    }

    /** @param checksum that the slice must have */
    record FetchSlice(Stamp stamp, Node node, Handle handle, int checksum) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.fetchSlice(this);
        }
    }

    /** The total is there: the penalty's gradient is added where the masks are, and squared norms are taken. */
    record FinishReduction(Stamp stamp, double sparsityTarget) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.finishReduction(this);
        }
    }

    /** The gradient is published, and the keeper of the shard's copy hears of it. */
    record OfferGradient(Stamp stamp) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.offerGradient(this);
        }
    }

    record ReplyReduced(Stamp stamp) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.replyReduced(this);
        }
    }

    record Apply(CommitOrder order) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.apply(this);
        }
    }

    record ReplyReady(Stamp stamp) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.replyReady(this);
        }
    }

    /** A new coordinator hears what is held. @param survey in which it has asked */
    record ReplyHolds(Stamp survey, Optional<Stamp> at) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.replyHolds(this);
        }
    }

    /** The cut that is asked for is decided. */
    record Decide(Stamp stamp) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.decide(this);
        }
    }

    record ReplyDecided(Stamp stamp) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.replyDecided(this);
        }
    }

    /** The range of the next vector is gathered as the Gather that is being handled says. */
    record GatherRange(Stamp next) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.gatherRange(this);
        }
    }

    /**
     * The coordinator hears that a worker has announced the sum of a node without the leases of all of it.
     *
     * @param handle of the sum, which is not fetched
     */
    record RefuseSum(Stamp stamp, Node node, Handle handle, int worker) implements ShardEffect {
        public Refused reply() {
            return new Refused(
                    stamp,
                    stamp.epoch(),
                    "worker [" + worker + "] publishes at [" + handle.address() + "] a sum of partitions ["
                            + node.from() + ", " + node.to() + ") and was not leased all of them: it is not taken;"
                            + " check that machine");
        }

        @Override
        public void on(Handler handler) {
            handler.refuseSum(this);
        }
    }

    /** Somebody announces a sum under a worker's number, and does not show what that worker would. */
    record RejectSum(Stamp stamp, Node node, Handle handle, int worker) implements ShardEffect {
        public String reason() {
            return "a sum of partitions [" + node.from() + ", " + node.to() + ") at [" + stamp.key()
                    + "] that is announced as worker [" + worker + "]'s without its token";
        }

        @Override
        public void on(Handler handler) {
            handler.rejectSum(this);
        }
    }

    record Refuse(Refused reply) implements ShardEffect {
        @Override
        public void on(Handler handler) {
            handler.refuse(this);
        }
    }
}
