package io.tinyclip.actors.worker;

import io.tinyclip.actors.message.CoordinatorCommand.PartEmbedded;
import io.tinyclip.actors.message.CoordinatorCommand.PartRefused;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand.EmbedPart;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.task.AfterWork;
import io.tinyclip.actors.task.FailedWork;
import io.tinyclip.evaluate.PartEmbedder;
import io.tinyclip.evaluate.TaskEmbeddings;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.LeftOut;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What a worker embeds of sets while a model is judged, one part after the other. That a part fails is told and ends nothing:
 * training does not need it. Used by the worker's actor alone.
 */
final class PartEmbedding {
    /** Answers that stay published: the coordinator fetches one before it asks for more than two further parts. */
    private static final int MOST_KEPT = 4;

    private static final int MOST_NAMED = 8;
    private static final int LONGEST_REASON = 500;

    private final PartEmbedder embedder;
    private final DataPlane plane;
    private final Executor threads;
    private final AfterWork<?> after;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(0);
    private Optional<Judged> now = Optional.empty();

    private static final class Judged {
        private final Stamp stamp;
        private final long judgement;
        private final Errand fetching;
        private final Set<Integer> begun = new HashSet<>();
        private final Map<Integer, PartEmbedded> answers = new HashMap<>();
        private final Deque<Integer> kept = new ArrayDeque<>();
        private volatile boolean over;

        Judged(EmbedPart order, Errand fetching) {
            this.stamp = order.stamp();
            this.judgement = order.judgement();
            this.fetching = fetching;
        }

        /** Whether an order is of an earlier judgement. */
        boolean isAfter(EmbedPart order) {
            long epoch = order.stamp().epoch();
            return epoch < stamp.epoch() || epoch == stamp.epoch() && order.judgement() < judgement;
        }

        boolean isOf(EmbedPart order) {
            return order.stamp().epoch() == stamp.epoch() && order.judgement() == judgement;
        }
    }

    PartEmbedding(Worker.WorkerTools tools, AfterWork<?> after) {
        this.embedder = tools.embedder().get();
        this.plane = tools.plane();
        this.threads = tools.threads();
        this.after = after;
    }

    /** A part is to be embedded. */
    void embed(EmbedPart order) {
        if (now.filter(it -> it.isAfter(order)).isPresent()) {
            return;
        }
        if (now.filter(it -> it.isOf(order)).isEmpty()) {
            end();
            begin(order);
        }
        Judged judged = now.orElseThrow();
        if (judged.answers.containsKey(order.part())) {
            order.coordinator().tell(judged.answers.get(order.part()));
        } else if (judged.begun.add(order.part())) {
            compute(judged, order);
        }
    }

    private void begin(EmbedPart order) {
        Judged judged = new Judged(order, plane.errand());
        now = Optional.of(judged);
        FloatVector vector = FloatVector.allocate(order.model().vector().length());
        last = last.handle((done, failure) -> judged)
                .thenCompose(
                        it -> judged.fetching.fetchInto(order.model().vector(), 0, vector.size(), vector.floats(), 0))
                .thenRunAsync(
                        () -> {
                            if (!judged.over) {
                                install(order, vector);
                            }
                        },
                        threads);
    }

    private void install(EmbedPart order, FloatVector vector) {
        try {
            embedder.install(order.model().description(), vector);
        } catch (RuntimeException e) {
            throw new PartFailedException(e);
        }
    }

    private void compute(Judged judged, EmbedPart order) {
        CompletableFuture<Optional<Done>> work = last.thenApplyAsync(
                installed -> judged.over ? Optional.empty() : Optional.of(embedded(order)), threads);
        last = work.handle((done, failure) -> judged);
        after.then(
                work, done -> done.ifPresent(it -> tell(judged, order, it)), failure -> failed(judged, order, failure));
    }

    private record Done(TaskEmbeddings embeddings, long nanos) {}

    private static final class PartFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PartFailedException(RuntimeException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private Done embedded(EmbedPart order) {
        long begun = System.nanoTime();
        try {
            return new Done(embedder.embed(order.what()), System.nanoTime() - begun);
        } catch (RuntimeException e) {
            throw new PartFailedException(e);
        }
    }

    private void tell(Judged judged, EmbedPart order, Done done) {
        if (judged.over) {
            return;
        }
        TaskEmbeddings found = done.embeddings;
        float[] rows = order.what().texts() ? found.texts() : found.images();
        int from = order.what().from();
        int[] pictures =
                Arrays.stream(found.pictures()).map(picture -> picture - from).toArray();
        String key = "embedded/" + order.number() + "/" + order.stamp().epoch() + "/" + order.judgement() + "/"
                + order.part();
        Handle handle =
                rows.length == 0 ? new Handle("", key, 0) : plane.publish(key, FloatBuffer.wrap(rows), Encoding.FP32);
        LeftOut leftOut = new LeftOut(
                found.leftOut().size(),
                found.leftOut().subList(0, Math.min(MOST_NAMED, found.leftOut().size())));
        PartEmbedded answer = new PartEmbedded(
                order.stamp(), order.judgement(), order.number(), order.part(), pictures, handle, leftOut, done.nanos);
        judged.answers.put(order.part(), answer);
        judged.kept.add(order.part());
        if (judged.kept.size() > MOST_KEPT) {
            forget(judged, judged.kept.remove());
        }
        order.coordinator().tell(answer);
    }

    /** It is computed again should it be asked for again. */
    private void forget(Judged judged, int part) {
        judged.begun.remove(part);
        Optional.ofNullable(judged.answers.remove(part)).ifPresent(answer -> plane.release(answer.rows()));
    }

    private void failed(Judged judged, EmbedPart order, Throwable failure) {
        if (!judged.over && FailedWork.unwrapped(failure) instanceof PartFailedException) {
            refuse(judged, order, failure);
        } else if (!judged.over) {
            after.log()
                    .info(
                            "the model to judge did not come, and is fetched again when asked to: {}",
                            failure.toString());
            end();
        }
    }

    private void refuse(Judged judged, EmbedPart order, Throwable failure) {
        judged.begun.remove(order.part());
        Throwable cause =
                Optional.ofNullable(FailedWork.unwrapped(failure).getCause()).orElse(failure);
        if (cause instanceof InvalidInputException) {
            after.log().warn("not judged here: {}", cause.getMessage());
        } else {
            after.log()
                    .warn(
                            "part [{}] of set [{}] is not embedded here",
                            order.part(),
                            order.what().set().name(),
                            cause);
        }
        String reason = String.valueOf(FailedWork.unwrapped(failure).getMessage());
        order.coordinator()
                .tell(new PartRefused(
                        order.stamp(),
                        order.judgement(),
                        order.number(),
                        order.part(),
                        reason.substring(0, Math.min(LONGEST_REASON, reason.length()))));
    }

    /** Nothing is judged any more: what that took is given back, once nothing uses it. */
    void end() {
        now.ifPresent(judged -> {
            judged.over = true;
            judged.fetching.close();
            judged.answers.values().forEach(answer -> plane.release(answer.rows()));
            last = last.handleAsync(
                    (done, failure) -> {
                        embedder.close();
                        return Boolean.TRUE;
                    },
                    threads);
        });
        now = Optional.empty();
    }
}
