package io.tinyclip.actors.run;

import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What comes next, wherever the deciders of a run meet: at rest between two of its {@linkplain RunMode modes}, and
 * where all go back. Which facts lead there, {@link RunState} says.
 *
 * <p>At rest every shard is at the run's position, and nothing is asked of anybody. Shards change while nothing is
 * fetched from them for a checkpoint, and move to another layout or server while none is under way at all.
 */
final class RunCourse {
    /** Deadlines, each twice the one before, that the only third worker may take to answer in a dispute. */
    private static final int MOST_IN_VAIN = 3;

    private final Route route;
    private final Standing at;
    private final Deciders to;
    private final boolean elastic;
    private boolean stopping;

    RunCourse(RunRules rules, Deciders deciders) {
        this.route = new Route(rules);
        this.elastic = rules.policy().elastic();
        this.to = deciders;
        this.at = deciders.at();
    }

    /** Somebody came, or said what it holds, so there may be enough now. */
    void loadIfEnough() {
        if (at.is(RunMode.WAITING) && stopping) {
            end(false);
        } else if (at.is(RunMode.WAITING)
                && to.beginning().loadIfEnough(to.workers().all().size())) {
            to.stepping().started(to.beginning().firstUntold());
            to.beginning().proceed();
        }
    }

    /** @return whether this was awaited */
    boolean ready(Stamp stamp, int shard, Published published) {
        boolean awaited = !to.copying().standsInFor(shard) && at.ready(stamp, shard, published);
        if (awaited) {
            goOnIfAllReady();
        }
        return awaited;
    }

    /** A worker is gone, or goes: what it had not finished is leased to the others. */
    void withoutWorker(int worker) {
        if (at.is(RunMode.ENDED)) {
            return;
        }
        if (!elastic && !to.workers().any()) {
            at.fail("the last worker is gone; start the run again and it goes on from its checkpoint");
        } else if (!endsWithoutThird() && at.is(RunMode.STEPPING)) {
            to.stepping().leaseAgainWithout(worker);
            restIfStranded();
        }
    }

    /** A server is gone, and with it what it held: copies of that stand in, or all go back to the newest checkpoint. */
    void serverLost(int server) {
        if (!to.servers().lost(server) || at.is(RunMode.ENDED)) {
            return;
        }
        if (!elastic) {
            at.fail("parameter server [" + server
                    + "] is gone and has no backup; start the run again and it goes on from its checkpoint");
        } else if (to.moving().losesWith(server) && !to.copying().standIn()) {
            goBack(OptionalLong.empty());
        } else if (to.moving().map().has(server) && !to.copying().standsIn()) {
            to.moving().move();
        }
    }

    /** Servers that hang are gone, too. */
    void serversLost() {
        if (elastic) {
            to.hung().take().forEach(this::serverLost);
        }
    }

    /** A copy is there in the place of its shard: with it the commit goes on, or the vector moves to those who are left. */
    void copyReady(Stamp version, int shard, Optional<Published> published) {
        if (!to.copying().awaits(version, shard)) {
            return;
        }
        at.effects().progressed();
        to.copying().ready(shard, published);
        if (published.isEmpty()) {
            goBack(OptionalLong.empty());
        } else if (at.is(RunMode.COMMITTING)) {
            goOnIfAllReady();
        } else if (to.copying().allStandIn()) {
            to.moving().move();
        }
    }

    private void goOnIfAllReady() {
        if (at.published().size() < to.moving().map().size()) {
            return;
        }
        if (at.is(RunMode.COMMITTING)) {
            to.stepping().committed();
            to.hung().committed();
        } else if (at.is(RunMode.GATHERING)) {
            to.staging().gathered();
        } else if (to.moving().loaded()) {
            to.stepping().started(at.position().cursor());
            to.staging().started();
        }
        to.moving().arrived();
        proceed();
    }

    /** From rest to whatever is next. Shards move to another layout or server only when no checkpoint is under way. */
    void proceed() {
        RunCheckpoints checkpoints = to.checkpoints();
        List<Integer> staying = to.servers().staying();
        Optional<String> spoilt = route.spoilt(at.position());
        boolean resting = stopping || to.staging().isDue() || staying.isEmpty() || spoilt.isPresent();
        boolean changing = route.phaseComplete(at.position())
                || route.layoutNext(at.position())
                || to.moving().isDue();
        boolean needed = checkpoints.needed(at.position(), resting);
        boolean waits = checkpoints.underWay() && needed;
        if (needed && !waits) {
            at.effects()
                    .add(checkpoints.begin(
                            at.stamp(), at.position(), to.moving().map().published()));
        }
        if (waits || checkpoints.underWay() && (resting || changing)) {
            at.await(RunMode.SEALING);
        } else if (spoilt.isPresent()) {
            at.refuse(spoilt.get());
        } else if (stopping) {
            end(false);
        } else if (staying.isEmpty()) {
            to.moving().releaseAll();
            goBackNow(OptionalLong.empty());
        } else if (to.moving().isDue()) {
            to.moving().move();
        } else {
            goOn();
        }
    }

    private void goOn() {
        if (to.staging().isDue()) {
            to.staging().tell();
        } else if (route.stageComplete(at.position())) {
            leaveStudent();
        } else if (route.layoutNext(at.position())) {
            to.staging().enter(at.position().cursor());
        } else if (route.phaseComplete(at.position())) {
            to.staging().askCut();
        } else {
            to.copying().plan();
            to.stepping().begin();
        }
    }

    private void leaveStudent() {
        if (!route.stageComplete(at.position())) {
            proceed();
        } else if (to.staging().isLast()) {
            end(true);
        } else {
            to.staging().enterNext();
        }
    }

    void checkpointSealed() {
        at.effects().progressed();
        if (at.is(RunMode.SEALING)) {
            proceed();
        }
    }

    /** The listener has heard of the student, or the vector could not be had for it. */
    void stageTold(Stamp stamp, boolean told) {
        if (!at.awaits(RunMode.TELLING, stamp)) {
            return;
        }
        if (told && to.staging().heard()) {
            leaveStudent();
        } else if (told || to.staging().isBackWanted()) {
            goBackNow(to.staging().takeBack());
        } else {
            to.staging().tellLater();
        }
    }

    /** Everybody goes back, once the listener is not at work. @param mostSteps beyond which checkpoints are in doubt */
    void goBack(OptionalLong mostSteps) {
        if (at.is(RunMode.TELLING)) {
            to.staging().wantBack(mostSteps);
        } else {
            goBackNow(mostSteps);
        }
    }

    private void goBackNow(OptionalLong mostSteps) {
        to.beginning().goesBack(!to.copying().isGone());
        to.copying().clear();
        to.staging().goBack(mostSteps);
        to.moving().goBack(mostSteps);
    }

    /** A shard may not change what a checkpoint or a copy is still being fetched from: then the commit waits. */
    void commitIfComplete() {
        boolean fetched = to.checkpoints().written() && to.copying().open().isEmpty();
        if (fetched && to.disputes().ofThisStep().isEmpty()) {
            to.stepping().commitIfComplete();
        }
    }

    void disputed(CoordinatorCommand.Disputed said) {
        to.disputes().disputed(said, this);
    }

    void settled() {
        to.disputes().takeKept().forEach(this::disputed);
        commitIfComplete();
    }

    /** @return whether the run goes back to end, as nobody can settle the dispute that is open */
    boolean endsWithoutThird() {
        return endsWithoutThird(to.workers().eligible().isEmpty());
    }

    private boolean endsWithoutThird(boolean nobody) {
        Optional<Dispute> stuck = to.disputes().withoutThird(nobody);
        stuck.ifPresent(dispute -> goBackNow(OptionalLong.of(dispute.steps())));
        return stuck.isPresent();
    }

    void doAgain(Stamp stamp, long steps) {
        if (at.stepping(stamp)) {
            to.moving().move();
        } else {
            goBack(OptionalLong.of(steps));
        }
    }

    /** Time has passed: what is waited for may be late, or may not come at all. */
    void tick() {
        loadIfEnough();
        // Machines that a run begins with are waited for, and students are judged and calibrated, as long as it takes.
        boolean begins = at.is(RunMode.WAITING) && !to.beginning().begun();
        if (!at.is(RunMode.STEPPING) && !atRest() && !at.is(RunMode.ENDED) && !begins) {
            at.sayWhatIsAwaited(to.stepping().times().longWaitNanos());
        }
        to.stepping().tick();
        if (to.stepping().waitedInVain() < MOST_IN_VAIN || !endsWithoutThird(true)) {
            restIfStranded();
        }
    }

    /** Nobody computes the step, so it is given up for what waits for its end. */
    void restIfStranded() {
        boolean wantsToRest = stopping || to.moving().isDue();
        boolean stranded = !to.workers().any() || to.stepping().waitedInVain() > 0;
        if (at.is(RunMode.STEPPING) && stranded && wantsToRest) {
            proceed();
        }
    }

    void stop() {
        stopping = true;
        if (at.is(RunMode.TELLING) && to.staging().isBackWanted()) {
            goBackNow(to.staging().takeBack());
        }
        boolean nothingUnderWay = atRest()
                || at.is(RunMode.WAITING)
                || at.is(RunMode.RECALLING)
                        && to.beginning().begun()
                        && !to.moving().isInDoubt();
        if (nothingUnderWay) {
            end(false);
        }
        restIfStranded();
    }

    /** All is committed, and the student is looked at where the run is led. */
    private boolean atRest() {
        return at.is(RunMode.TELLING) || at.is(RunMode.CALIBRATING);
    }

    private void end(boolean finished) {
        at.end(new Outcome(to.checkpoints().newestDigest(), finished));
    }
}
