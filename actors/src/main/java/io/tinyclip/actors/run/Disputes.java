package io.tinyclip.actors.run;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.plan.RunPlan;
import java.util.Optional;

/**
 * Whether two workers have answered the same question differently, and who of them is wrong.
 *
 * <pre>
 * none   two answers, of workers whose bits are equal    -> open; both are suspects and get no leases
 * open   none of the suspects is there any more          -> none
 * open   nobody else is there to answer                  -> the run fails, once what is in doubt is removed
 * open   a third worker agrees with one of them          -> none; the other one is expelled
 * open   a third worker agrees with neither              -> the run fails
 * </pre>
 *
 * One dispute at a time, between two workers; the step that it is about is not committed before it is settled.
 */
final class Disputes {
    private final RunPlan plan;
    private final Standing at;
    private final Workers workers;
    private Optional<Dispute> open = Optional.empty();
    private Optional<String> failure = Optional.empty();

    Disputes(RunPlan plan, Standing at, Workers workers) {
        this.plan = plan;
        this.at = at;
        this.workers = workers;
    }

    /** The one that the step under way has to settle. */
    Optional<Dispute> ofThisStep() {
        return open.filter(it -> it.steps() == plan.committedSteps(at.position().cursor()));
    }

    /** Why the run fails once it has gone back. */
    Optional<String> failure() {
        return failure;
    }

    /** @return the dispute, if it is one and there was none */
    Optional<Dispute> open(CoordinatorCommand.Disputed said) {
        int first = said.first().worker();
        int second = said.second().worker();
        boolean opens = !at.is(RunMode.ENDED)
                && open.isEmpty()
                && said.stamp().epoch() == at.epoch()
                && !workers.ofDifferentClasses(first, second);
        if (opens) {
            long steps = plan.committedSteps(said.stamp().cursor());
            open = Optional.of(new Dispute(steps, said.question(), said.first(), said.second()));
            workers.suspect(first, true);
            workers.suspect(second, true);
        }
        return opens ? open : Optional.empty();
    }

    /**
     * Without suspects there is nobody to ask about; without a third worker nobody can settle the dispute.
     *
     * @param nobody whether there is none, or none that answers
     * @return the dispute that cannot be settled: the run ends, once checkpoints that are in doubt are removed
     */
    Optional<Dispute> withoutThird(boolean nobody) {
        open = open.filter(it -> it.hasSuspectIn(workers.all()));
        Optional<Dispute> stuck = open.filter(it -> nobody);
        stuck.ifPresent(it -> failure = Optional.of(it.withoutThird(workers::name)));
        return stuck;
    }

    /** A third worker has answered. @return whether that has settled it */
    boolean answered(CoordinatorCommand.QuestionAnswered it) {
        Optional<Dispute> asked = ofThisStep()
                .filter(dispute -> at.stepping(it.stamp())
                        && dispute.question().equals(it.question())
                        && !dispute.suspects(it.answer().worker()));
        return asked.isPresent() && settle(asked.get(), it.answer());
    }

    private boolean settle(Dispute dispute, Dispute.Answer answer) {
        Optional<Dispute.Answer> wrong = dispute.wrong(answer.checksum());
        if (wrong.isEmpty()) {
            at.fail(dispute.unsettledBy(answer.worker(), workers::name));
            return false;
        }
        int loser = wrong.get().worker();
        at.effects().add(new RunEffect.Expel(loser, Dispute.expelled(workers.name(loser))));
        workers.lost(loser);
        workers.suspect(dispute.first().worker(), false);
        workers.suspect(dispute.second().worker(), false);
        open = Optional.empty();
        return true;
    }
}
