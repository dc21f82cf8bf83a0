package io.tinyclip.actors.bounds;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Refused;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.evaluate.TaskEmbedder;
import io.tinyclip.model.Layout;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What may be said to a coordinator. */
public final class CoordinatorBounds {
    /** More than a partition has samples from, or a message room for. */
    private static final int MOST_PINS = 4096;

    /**
     * Where the run stands, and who takes part.
     *
     * @param position of the run
     * @param next where it is going
     * @param shards of the vector
     * @param before shards of those who have the vector while it moves, or is taken over from another coordinator's servers
     * @param workers that have ever joined: their numbers are lower
     */
    public record Frame(long epoch, Position position, Position next, int shards, int before, int workers) {
        /** Of the vector as it is, or as those have it from whom it is taken over. */
        private int mostShards() {
            return Math.max(1, Math.max(shards, before));
        }
    }

    private final PlanBounds plan;
    private final Supplier<Frame> frame;

    public CoordinatorBounds(RunPlan plan, Supplier<Frame> frame) {
        this.plan = new PlanBounds(plan);
        this.frame = frame;
    }

    /** What about it is out of bounds. */
    public Optional<String> wrong(CoordinatorCommand command) {
        Check check = new Check();
        if (command instanceof CoordinatorCommand.WorkerJoined it) {
            check.text("a numeric class", it.numericClass());
        } else if (command instanceof CoordinatorCommand.WorkerHere it) {
            fromWorker(check, it.stamp(), it.worker());
        } else if (command instanceof CoordinatorCommand.PartitionReached it) {
            fromWorker(check, it.stamp(), it.worker());
            plan.partition(check, it.partition());
        } else if (command instanceof CoordinatorCommand.PartitionDone it) {
            done(check, it);
        } else if (command instanceof CoordinatorCommand.Disputed it) {
            plan.stamp(check, it.stamp());
            question(check, it.stamp(), it.question());
            worker(check, it.first().worker());
            worker(check, it.second().worker());
            check.that(it.first().worker() != it.second().worker(), "a dispute of a worker with itself")
                    .that(it.first().checksum() != it.second().checksum(), "a dispute of two that agree");
        } else if (command instanceof CoordinatorCommand.QuestionAnswered it) {
            fromWorker(check, it.stamp(), it.answer().worker());
            question(check, it.stamp(), it.question());
        } else if (command instanceof CoordinatorCommand.PartEmbedded it) {
            embedded(check, it);
        } else if (command instanceof CoordinatorCommand.PartRefused it) {
            fromWorker(check, it.stamp(), it.worker());
            check.within("part", it.part(), 0, Integer.MAX_VALUE).text("the reason", it.reason());
        } else if (command instanceof Refused it) {
            plan.refused(check, it);
            own(check, it);
        } else {
            fromServer(check, command);
        }
        return check.wrong();
    }

    private void fromServer(Check check, CoordinatorCommand command) {
        if (command instanceof CoordinatorCommand.ShardReady it) {
            ready(check, it.stamp(), it.shard(), it.published());
        } else if (command instanceof CoordinatorCommand.CopyReady it) {
            ready(check, it.stamp(), it.shard(), it.published());
        } else if (command instanceof CoordinatorCommand.CopyFilled it) {
            shard(check, it.stamp(), it.shard());
        } else if (command instanceof CoordinatorCommand.CopyGone it) {
            shard(check, it.stamp(), it.shard());
        } else if (command instanceof CoordinatorCommand.Reduced it) {
            reduced(check, it);
        } else if (command instanceof CoordinatorCommand.CutDecided it) {
            cut(check, it);
        } else if (command instanceof CoordinatorCommand.Holds it) {
            plan.stamp(check, it.stamp());
            it.holding().ifPresent(holding -> holding(check, holding));
        }
    }

    private void fromWorker(Check check, Stamp stamp, int worker) {
        plan.stamp(check, stamp);
        worker(check, worker);
    }

    private void worker(Check check, int worker) {
        check.within("worker", worker, 0, frame.get().workers() - 1L);
    }

    private void shard(Check check, Stamp stamp, int shard) {
        plan.stamp(check, stamp);
        check.within("shard", shard, 0, frame.get().mostShards() - 1L);
    }

    private void ready(Check check, Stamp stamp, int shard, Published published) {
        shard(check, stamp, shard);
        check.then(() -> plan.published(check, published, range(stamp, shard)));
    }

    /** Where the layout is that of the run as it is, or as it is to be. */
    private Optional<Range> range(Stamp stamp, int shard) {
        Frame now = frame.get();
        Optional<Layout> layout = Stream.of(now.position(), now.next())
                .map(Position::layout)
                .filter(it -> it.hash().equals(stamp.layout()))
                .findFirst();
        return layout.filter(it -> stamp.epoch() == now.epoch() && shard < now.shards())
                .map(it -> Shards.of(it, now.shards()).get(shard));
    }

    private void done(Check check, CoordinatorCommand.PartitionDone it) {
        fromWorker(check, it.stamp(), it.worker());
        plan.partition(check, it.partition());
        plan.leftOut(check, it.leftOut(), plan.partitionSize());
        check.within("computing", it.computing(), 0, Long.MAX_VALUE).size("pins", it.pins(), MOST_PINS);
    }

    /** How many there are is known to whoever has asked. */
    private void embedded(Check check, CoordinatorCommand.PartEmbedded it) {
        fromWorker(check, it.stamp(), it.worker());
        plan.leftOut(check, it.leftOut(), TaskEmbedder.BATCH);
        int[] pictures = it.pictures();
        boolean ascend = IntStream.range(0, pictures.length)
                .allMatch(i -> i == 0 ? pictures[0] >= 0 : pictures[i] > pictures[i - 1]);
        check.within("part", it.part(), 0, Integer.MAX_VALUE)
                .handle("embeddings", it.rows())
                .within("computing", it.nanos(), 0, Long.MAX_VALUE)
                .within("pictures", pictures.length, 0, TaskEmbedder.BATCH)
                .that(ascend, "pictures that do not ascend from 0");
    }

    private void question(Check check, Stamp stamp, Dispute.Question question) {
        plan.question(check, question);
        Layout layout = frame.get().position().layout();
        if (layout.hash().equals(stamp.layout())) {
            check.within("the end of a range", question.range().to(), 0, layout.size());
        }
    }

    private void reduced(Check check, CoordinatorCommand.Reduced it) {
        shard(check, it.stamp(), it.shard());
        check.then(() -> range(it.stamp(), it.shard()).ifPresent(range -> {
            int blocks = PlanBounds.blocks(frame.get().position().layout(), range);
            check.that(
                    it.squaredNorms().length == blocks, it.squaredNorms().length + " norms of [" + blocks + "] blocks");
        }));
        for (double norm : it.squaredNorms()) {
            check.that(!(norm < 0), "a squared norm of [" + norm + "]");
        }
        check.share("sparsity", Double.isNaN(it.sparsityExpected()) ? 0 : it.sparsityExpected());
    }

    /** Late ones change nothing, whatever they fit. */
    private void cut(Check check, CoordinatorCommand.CutDecided it) {
        plan.stamp(check, it.stamp());
        check.share("sparsity", it.sparsity());
        Position at = frame.get().position();
        if (it.stamp().equals(at.stamp(frame.get().epoch()))) {
            check.fits("the cut", () -> {
                int width = it.kept().shapeAfter(at.layout().shape()).text().width();
                if (it.widthMap().channel().length != width
                        || it.widthMap().teacherWidth() != at.widthMap().teacherWidth()) {
                    throw new IllegalArgumentException("its width map is of another width than [" + width + "]");
                }
            });
        }
    }

    private void holding(Check check, Holding it) {
        plan.assignment(check, it.assignment());
        check.within("the epoch held", it.assignment().epoch(), 0, frame.get().epoch())
                .size("copies", it.copies(), PlanBounds.MOST_SHARDS)
                .each(
                        it.copies(),
                        copy -> check.within("a copy", copy, 0, it.assignment().shards() - 1L))
                .then(() -> plan.published(
                        check, it.published(), Optional.of(it.assignment().range())))
                .then(() -> it.last().ifPresent(order -> commit(check, order)));
    }

    private void commit(Check check, CommitOrder order) {
        plan.commit(check, order);
    }

    /** In its own term nobody else changes epochs: whoever says that one is obeyed that was never granted is wrong. */
    private void own(Check check, Refused it) {
        long epoch = frame.get().epoch();
        boolean sameTerm = Epoch.term(it.epoch()) == Epoch.term(epoch);
        check.that(
                !(sameTerm && it.epoch() > epoch),
                "epoch [" + it.epoch() + "] is obeyed by somebody, and this coordinator has granted none above "
                        + epoch);
    }
}
