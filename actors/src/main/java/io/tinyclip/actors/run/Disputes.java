package io.tinyclip.actors.run;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.plan.RunPlan;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Whether two workers have answered the same question differently, and who of them is wrong.
 *
 * <pre>
 * none   two answers, of workers whose bits are equal    -> open; both are suspects and get no leases
 * open   none of the suspects is there any more          -> none
 * open   nobody else is there to answer                  -> the run fails, once what is in doubt is removed
 * open   a third worker agrees with one of them          -> none; the other one is expelled
 * open   a third worker agrees with neither              -> the run fails
 * open   other two answers, in the step under way        -> kept until there is none, and then one like others
 * open   other two answers, before that                  -> open; all go back behind them
 * </pre>
 *
 * One dispute at a time, between two workers; the step that it is about is not committed before it is settled. Answers are
 * compared where they concern the state: also those of an earlier epoch, if nobody has gone back behind them since.
 */
final class Disputes {
    private final RunRules rules;
    private final RunPlan plan;
    private final Standing at;
    private final Workers workers;
    /** One wrong worker differs from others in many nodes, over the range of each server. */
    private static final int MOST_KEPT = 256;

    private final Set<CoordinatorCommand.Disputed> kept = new LinkedHashSet<>();
    private final Set<Integer> expelled = new HashSet<>();
    private Optional<Dispute> open = Optional.empty();
    private Optional<String> failure = Optional.empty();

    Disputes(RunRules rules, Standing at, Workers workers) {
        this.rules = rules;
        this.plan = rules.plan();
        this.at = at;
        this.workers = workers;
    }

    /** The fewer steps of two, beyond which checkpoints are in doubt; empty where none are. */
    static OptionalLong fewer(OptionalLong one, OptionalLong other) {
        return LongStream.concat(one.stream(), other.stream()).min();
    }

    /** The one that the step under way has to settle. */
    Optional<Dispute> ofThisStep() {
        return open.filter(it -> it.steps() == plan.committedSteps(at.position().cursor()));
    }

    /** Why the run fails once it has gone back. */
    Optional<String> failure() {
        return failure;
    }

    /** Whether the state, or the step under way, has one of the two answers in it, and they ought to be equal. */
    boolean concerns(CoordinatorCommand.Disputed said) {
        long epoch = said.stamp().epoch();
        boolean known = at.epoch() > 0 && epoch <= at.epoch() && !at.is(RunMode.ENDED);
        int stage = said.stamp().cursor().stage();
        if (!known || stage < 0 || stage > at.position().cursor().stage()) {
            return false;
        }
        long steps = steps(said);
        return steps <= plan.committedSteps(at.position().cursor())
                && at.begunAfter(epoch).stream().allMatch(begun -> steps < plan.committedSteps(begun))
                && areComparable(said);
    }

    private boolean areComparable(CoordinatorCommand.Disputed said) {
        return isOfThisTerm(said)
                ? !workers.ofDifferentClasses(
                        said.first().worker(), said.second().worker())
                : !rules.policy().relaxed();
    }

    private boolean isOfThisTerm(CoordinatorCommand.Disputed said) {
        return Epoch.term(said.stamp().epoch()) == Epoch.term(at.epoch());
    }

    /** Steps that were committed before the one that it is about. */
    long steps(CoordinatorCommand.Disputed said) {
        return plan.committedSteps(said.stamp().cursor());
    }

    boolean isOpen() {
        return open.isPresent();
    }

    /** Whether it is known who was wrong, or can't be: one was wrong before, or they have another coordinator's numbers. */
    boolean asksNobody(CoordinatorCommand.Disputed said) {
        return !isOfThisTerm(said)
                || expelled.contains(said.first().worker())
                || expelled.contains(said.second().worker());
    }

    void open(CoordinatorCommand.Disputed said) {
        open = Optional.of(new Dispute(steps(said), said.question(), said.first(), said.second()));
        workers.suspect(said.first().worker(), true);
        workers.suspect(said.second().worker(), true);
    }

    /** As long as one is open. */
    void keep(CoordinatorCommand.Disputed said) {
        if (kept.size() < MOST_KEPT) {
            kept.add(said);
        }
    }

    /** What was kept; from now on it is not. */
    List<CoordinatorCommand.Disputed> takeKept() {
        List<CoordinatorCommand.Disputed> taken = List.copyOf(kept);
        kept.clear();
        return taken;
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
        expelled.add(loser);
        workers.suspect(dispute.first().worker(), false);
        workers.suspect(dispute.second().worker(), false);
        open = Optional.empty();
        return true;
    }

    /** Two workers gave two answers: both are suspects until a third one has answered, in the same step again. */
    void disputed(CoordinatorCommand.Disputed said, RunCourse course) {
        if (!concerns(said)) {
            return;
        }
        if (isOpen() && at.stepping(said.stamp())) {
            keep(said);
        } else if (isOpen() || asksNobody(said)) {
            course.doAgain(said.stamp(), steps(said));
        } else {
            open(said);
            if (!course.endsWithoutThird()) {
                course.doAgain(said.stamp(), steps(said));
            }
        }
    }
}
