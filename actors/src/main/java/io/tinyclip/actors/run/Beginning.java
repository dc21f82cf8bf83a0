package io.tinyclip.actors.run;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.StepMeasures;
import io.tinyclip.actors.run.members.Holdings;
import io.tinyclip.actors.run.members.Servers;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How a run begins, or goes on under a coordinator that has just begun to lead, or that has lost its servers.
 *
 * <pre>
 * an origin is found   the run has not begun           -> loaded, once there are machines enough
 *                      it has, and is not in doubt     -> servers are asked what they hold, and obey no epoch before
 *                      it is in doubt                  -> loaded, once there are machines enough
 * servers are asked    they have a later version       -> taken over, once there are machines enough
 *                      they have none                  -> loaded from the origin, once there are machines enough
 * </pre>
 *
 * Enough are as many as the rules say. A run that has begun once, under whatever coordinator, has been patient with those
 * who are missing, and goes on with a worker and a server at the least; under its own coordinator it needs just a server. A
 * server that seemed to be gone may come back with what it holds.
 *
 * <p>A version is taken over only where its steps are told, but for the last one, which is told from its commit.
 */
final class Beginning {
    private final RunRules rules;
    private final Standing at;
    private final Servers servers;
    private final Moving moving;
    private final Copying copying;
    private final Holdings holdings = new Holdings();
    private OptionalLong told = OptionalLong.empty();
    private OptionalLong possibleSince = OptionalLong.empty();
    private Optional<CommitOrder> untold = Optional.empty();
    private long askedNanos;
    private boolean trusted = true;
    private boolean asks;
    private boolean begun;

    Beginning(RunRules rules, Standing at, Servers servers, Moving moving, Copying copying) {
        this.rules = rules;
        this.at = at;
        this.servers = servers;
        this.moving = moving;
        this.copying = copying;
    }

    /** Whether shards were ever loaded. */
    boolean begun() {
        return begun;
    }

    /** How many committed steps whoever listens has heard of, if that is known. */
    void told(OptionalLong steps) {
        told = steps;
    }

    /** All go back from here; so far all is told. @param trusts whether what servers hold may be asked for after that */
    void goesBack(boolean trusts) {
        trusted = trusts;
        if (begun) {
            told(OptionalLong.of(rules.plan().committedSteps(at.position().cursor())));
        }
    }

    void goOnFrom(RunOrigin found) {
        asks = rules.policy().elastic() && trusted && (begun || found.hasBegun()) && !moving.isInDoubt();
        moving.goOnFrom(found);
        holdings.clear();
        askedNanos = at.nowNanos();
        servers.staying().forEach(this::joined);
    }

    /** A server that has come is asked what it holds. */
    void joined(int server) {
        if (isAsking()) {
            at.effects().add(new RunEffect.Survey(at.stamp(), server));
        }
    }

    private boolean isAsking() {
        return asks && at.is(RunMode.WAITING);
    }

    /** Questions that are not answered. */
    Stream<RunEffect.Survey> open() {
        return isAsking()
                ? holdings.silent(servers.staying()).map(server -> new RunEffect.Survey(at.stamp(), server))
                : Stream.of();
    }

    /** What a server has answered. */
    void holds(Stamp stamp, int server, Optional<Holding> holding) {
        if (isAsking() && stamp.equals(at.stamp())) {
            holdings.says(server, holding);
        }
    }

    /** @return whether a version is taken over that servers hold; then it is on its way once {@link #proceed} is called */
    boolean loadIfEnough(int workers) {
        int staying = servers.staying().size();
        RunOrigin from = moving.from();
        boolean answered = !asks || holdings.silent(servers.staying()).findAny().isEmpty();
        boolean all = staying >= rules.servers() && workers >= rules.workers() && answered;
        boolean overdue =
                at.nowNanos() - askedNanos >= rules.policy().beginPatience().toNanos();
        if (!(begun ? staying > 0 && (answered || overdue) : all || goesOnWithout(from, workers, staying))) {
            return false;
        }
        Optional<Holdings.Whole> held =
                isAsking() ? holdings.whole(servers.all(), from.position()).filter(this::isTold) : Optional.empty();
        begun = true;
        held.ifPresent(it -> takeOver(it, from.position()));
        if (held.isEmpty()) {
            moving.load();
        }
        return held.isPresent();
    }

    private boolean isTold(Holdings.Whole held) {
        long steps = rules.plan().committedSteps(held.position().cursor());
        boolean lacksOne = told.isPresent() && told.getAsLong() == steps - 1;
        untold = lacksOne ? held.last() : Optional.empty();
        return told.isEmpty() || told.getAsLong() >= steps || untold.isPresent();
    }

    private void takeOver(Holdings.Whole held, Position from) {
        RunPlan plan = rules.plan();
        long steps = plan.committedSteps(held.position().cursor());
        long kept = steps - plan.committedSteps(from.cursor());
        at.takeOver(held.position());
        moving.takeOver(held.map(), held.epoch());
        copying.adopt(held.position().stamp(held.epoch()), held.map());
        at.effects()
                .add(new RunEffect.Say("goes on after " + steps
                        + " steps with what the servers hold, of which the newest checkpoint" + " lacks " + kept));
    }

    /** The first step that is not told, or that comes next. */
    Cursor firstUntold() {
        return untold.map(order -> order.stamp().cursor())
                .orElseGet(() -> at.position().cursor());
    }

    /** What is taken over goes to all servers that are there. */
    void proceed() {
        untold.ifPresent(order -> at.effects()
                .add(new RunEffect.TellStep(told(order, at.position().bad()))));
        if (!copying.standIn()) {
            throw new IllegalStateException("what servers hold is taken over, and a shard of it is nowhere");
        }
        if (copying.allStandIn()) {
            moving.move();
        }
    }

    private static RunListener.StepCommitted told(CommitOrder order, long bad) {
        StepMeasures step = order.measures();
        return new RunListener.StepCommitted(
                order.stamp().cursor(),
                step.loss(),
                step.divergence(),
                step.norm(),
                step.sparsity(),
                order.rates(),
                order.skip(),
                step.seconds(),
                step.leftOut(),
                bad);
    }

    /** Whether those who are missing have been waited for long enough. */
    private boolean goesOnWithout(RunOrigin from, int workers, int staying) {
        boolean possible = from.hasBegun() && workers > 0 && staying > 0;
        possibleSince = possible ? OptionalLong.of(possibleSince.orElse(at.nowNanos())) : OptionalLong.empty();
        Duration patience = rules.policy().beginPatience();
        boolean patient = possible && at.nowNanos() - possibleSince.getAsLong() >= patience.toNanos();
        if (patient) {
            at.effects()
                    .add(new RunEffect.Say("goes on with " + workers + " of " + rules.workers() + " workers and "
                            + staying + " of " + rules.servers() + " servers: more have not come within "
                            + RunPolicy.BEGIN_PATIENCE + " [" + patience.toSeconds()
                            + "s]; whoever comes later takes part"));
        }
        return patient;
    }
}
