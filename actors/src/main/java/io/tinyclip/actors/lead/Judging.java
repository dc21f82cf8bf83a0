package io.tinyclip.actors.lead;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.judge.Judges;
import io.tinyclip.actors.judge.PartLeases;
import io.tinyclip.actors.judge.PartLeases.Patience;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.CoordinatorCommand.PartEmbedded;
import io.tinyclip.actors.message.CoordinatorCommand.PartRefused;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Errand;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.task.AfterWork;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has workers embed what the listener asks for. Used by the coordinator alone, but for {@link #ask}. */
final class Judging implements Judges {
    private static final Logger LOG = LoggerFactory.getLogger(Judging.class);

    /** A request or its answer may be lost. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    /** A part may be embedded twice; nothing else comes of it. */
    private static final Duration LATE = Duration.ofSeconds(60);

    /** From the listener, for the coordinator. */
    record Asked(Question question, CompletableFuture<List<Answer>> answer) implements CoordinatorCommand.Local {}

    private final ActorRef<CoordinatorCommand> self;
    private final DataPlane plane;
    private final Requests orders;
    private final AfterWork<CoordinatorCommand> after;
    private final Set<Integer> workers = new TreeSet<>();
    private Optional<Stamp> stamp = Optional.empty();
    private Optional<Judgement> now = Optional.empty();
    private long judgements;
    /** Asked from any thread, and not answered: a question may be on its way to an actor that has ended. */
    private final Set<CompletableFuture<List<Answer>>> open = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    private record Judgement(
            long number,
            Stamp stamp,
            PartLeases leases,
            SetParts parts,
            WorkerCommand.JudgedModel model,
            Errand fetching,
            CompletableFuture<List<Answer>> answer) {}

    Judging(ActorRef<CoordinatorCommand> self, DataPlane plane, Requests orders, AfterWork<CoordinatorCommand> after) {
        this.self = self;
        this.plane = plane;
        this.orders = orders;
        this.after = after;
    }

    @Override
    public CompletionStage<List<Answer>> ask(Question question) {
        CompletableFuture<List<Answer>> answer = new CompletableFuture<>();
        open.add(answer);
        if (closed) {
            answer.completeExceptionally(new ClosedException());
        } else {
            self.tell(new Asked(question, answer));
        }
        return answer.whenComplete((answers, failure) -> open.remove(answer));
    }

    /** The listener is told of the run at this version, and may ask. */
    void at(Stamp told) {
        stamp = Optional.of(told);
    }

    void begin(Asked asked) {
        if (closed || stamp.isEmpty()) {
            asked.answer.completeExceptionally(new ClosedException());
            return;
        }
        now.ifPresent(before -> end(before, new ClosedException()));
        Question question = asked.question;
        long number = judgements++;
        Stamp at = stamp.get();
        Handle vector = plane.publish(
                "judged/" + at.epoch() + "/" + number, question.vector().floats(), Encoding.FP32);
        SetParts parts = new SetParts(question.sets());
        Patience patience = new Patience(AGAIN, LATE, question.within());
        Judgement judgement = new Judgement(
                number,
                at,
                new PartLeases(parts.sets(), workers, patience, System.nanoTime()),
                parts,
                new WorkerCommand.JudgedModel(question.description(), vector),
                plane.errand(),
                asked.answer);
        now = Optional.of(judgement);
        goOn(judgement, judgement.leases.deal(System.nanoTime()));
    }

    void joined(int worker) {
        workers.add(worker);
        now.ifPresent(it -> goOn(it, it.leases.joined(worker, System.nanoTime())));
    }

    void lost(int worker) {
        workers.remove(worker);
        now.ifPresent(it -> goOn(it, it.leases.lost(worker, System.nanoTime())));
    }

    void tick() {
        now.ifPresent(it -> goOn(it, it.leases.tick(System.nanoTime())));
    }

    void embedded(PartEmbedded answer) {
        now.filter(it -> isOf(it, answer.stamp(), answer.judgement()) && it.parts.fits(answer))
                .filter(it -> it.leases.answered(answer.worker(), answer.part()))
                .ifPresent(it -> after.then(
                        answer.rows().length() == 0
                                ? CompletableFuture.completedStage(new float[0])
                                : it.fetching.fetch(answer.rows()),
                        rows -> fetched(it, answer, rows),
                        failure -> {
                            LOG.info("part [{}] is embedded again: {}", answer.part(), failure.toString());
                            goOn(it, it.leases.gone(answer.worker(), answer.part(), System.nanoTime()));
                        }));
    }

    private void fetched(Judgement judgement, PartEmbedded answer, float[] rows) {
        // Another part may have been the first since, of another width.
        if (judgement.parts.fits(answer) && judgement.leases.here(answer.part())) {
            judgement.parts.keep(answer, rows);
        }
        goOn(judgement, judgement.leases.deal(System.nanoTime()));
    }

    void refused(PartRefused refusal) {
        now.filter(it -> isOf(it, refusal.stamp(), refusal.judgement())).ifPresent(it -> {
            LOG.info("{} does not judge: {}", orders.workers().name(refusal.worker()), refusal.reason());
            goOn(it, it.leases.refused(refusal.worker(), refusal.part(), refusal.reason(), System.nanoTime()));
        });
    }

    private static boolean isOf(Judgement judgement, Stamp at, long number) {
        return judgement.number == number && judgement.stamp.epoch() == at.epoch();
    }

    /** What comes of a judgement that is over changes nothing. */
    private void goOn(Judgement judgement, List<PartLeases.Request> wanted) {
        if (now.filter(it -> it == judgement).isPresent()) {
            send(judgement, wanted);
            finish(judgement);
        }
    }

    private void send(Judgement judgement, List<PartLeases.Request> requests) {
        for (PartLeases.Request request : requests) {
            orders.workers()
                    .get(request.worker())
                    .tell(new WorkerCommand.EmbedPart(
                            judgement.stamp,
                            judgement.number,
                            request.worker(),
                            request.part(),
                            judgement.model,
                            judgement.parts.part(request.part()),
                            orders.answers(request.worker())));
        }
    }

    private void finish(Judgement judgement) {
        if (judgement.leases.ended()) {
            release(judgement);
            judgement.answer.complete(judgement.parts.answers(judgement.leases));
        }
    }

    private void end(Judgement judgement, RuntimeException failure) {
        release(judgement);
        judgement.answer.completeExceptionally(failure);
    }

    private void release(Judgement judgement) {
        now = Optional.empty();
        judgement.fetching.close();
        plane.release(judgement.model.vector());
    }

    /** Nobody asks any more. */
    void close() {
        closed = true;
        now.ifPresent(it -> end(it, new ClosedException()));
        open.forEach(answer -> answer.completeExceptionally(new ClosedException()));
    }
}
