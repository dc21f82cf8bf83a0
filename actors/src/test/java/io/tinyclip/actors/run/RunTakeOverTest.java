package io.tinyclip.actors.run;

import static io.tinyclip.actors.run.RunStateTest.PLAN;
import static io.tinyclip.actors.run.RunStateTest.WEIGHTS;
import static io.tinyclip.actors.run.RunStateTest.at;
import static io.tinyclip.actors.run.RunStateTest.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Holding;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.members.Workers;
import io.tinyclip.actors.simulation.SimulatedDisk;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.optimize.Shards;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A coordinator that leads after another one: what servers hold is later than the newest checkpoint, at step 0. */
class RunTakeOverTest {
    private static final long BEFORE = Epoch.first(1) + 3;
    private static final long EPOCH = Epoch.first(2);
    private static final Handle FLOATS = new Handle("keeper", "copy", 16);
    private static final Published COPY = new Published(FLOATS, FLOATS, FLOATS, FLOATS);

    private final RunState run = new RunState(
            new RunRules(
                    PLAN,
                    100,
                    1,
                    2,
                    new RunPolicy(true, false, RunStateTest.DEADLINE, RunStateTest.PATIENCE).withCopyLag(4)),
            SimulatedDisk.start());

    @Test
    void serversAreAskedUntilAllHaveAnswered() {
        begin(3);
        run.remind();
        assertEquals(List.of(new RunEffect.Survey(asked(), 0), new RunEffect.Survey(asked(), 1)), run.remind());
        assertEquals(List.of(), run.holds(asked(), 0, holding(0, 3)));
        run.remind();
        assertEquals(List.of(new RunEffect.Survey(asked(), 1)), run.remind());
    }

    @Test
    void theRunGoesOnWithWhatServersHold() {
        begin(3);
        run.holds(asked(), 0, holding(0, 3));
        List<RunEffect> effects = run.holds(asked(), 1, holding(1, 3));
        only(RunEffect.ReleaseOrigin.class, effects);
        assertEquals(
                new Cursor(0, Phase.INHERIT, 3),
                only(RunEffect.TellStarted.class, effects).cursor());
        assertTrue(effects.stream().noneMatch(RunEffect.TellStep.class::isInstance), "all steps are told");
        RunEffect.LoadShards load = only(RunEffect.LoadShards.class, effects);
        assertEquals(at(new Cursor(0, Phase.INHERIT, 3)).stamp(EPOCH + 1), load.stamp());
        assertEquals(3, load.position().count());
        assertEquals(WEIGHTS.master(), load.parts().get(0).weights());
    }

    @Test
    void aStepThatWasCommittedAndNotToldIsToldFromItsCommit() {
        begin(2);
        run.holds(asked(), 0, holding(0, 3));
        List<RunEffect> effects = run.holds(asked(), 1, holding(1, 3));
        assertEquals(
                new Cursor(0, Phase.INHERIT, 2),
                only(RunEffect.TellStarted.class, effects).cursor());
        RunListener.StepCommitted step = only(RunEffect.TellStep.class, effects).step();
        assertEquals(new Cursor(0, Phase.INHERIT, 2), step.cursor());
        assertEquals(Samples.MEASURES.loss(), step.loss());
        assertEquals(Samples.MEASURES.seconds(), step.seconds());
    }

    @Test
    void theRunGoesBackToTheCheckpointWhereMoreStepsAreNotTold() {
        begin(1);
        run.holds(asked(), 0, holding(0, 3));
        List<RunEffect> effects = run.holds(asked(), 1, holding(1, 3));
        assertEquals(
                at(new Cursor(0, Phase.INHERIT, 0)).stamp(EPOCH),
                only(RunEffect.LoadShards.class, effects).stamp());
    }

    @Test
    void aCopyStandsInForAServerThatIsOneStepAhead() {
        begin(3);
        run.holds(asked(), 0, holding(0, 3));
        RunEffect.StandIn ask = only(RunEffect.StandIn.class, run.holds(asked(), 1, holding(1, 4)));
        Stamp version = at(new Cursor(0, Phase.INHERIT, 3)).stamp(BEFORE);
        assertEquals(new RunEffect.StandIn(at(new Cursor(0, Phase.INHERIT, 3)).stamp(EPOCH), version, 1, 0), ask);
        RunEffect.LoadShards load = only(RunEffect.LoadShards.class, run.copyReady(version, 1, Optional.of(COPY)));
        assertEquals(
                List.of(WEIGHTS.master(), FLOATS),
                load.parts().stream().map(Part::weights).toList());
        assertEquals(List.of(0, 1), load.servers());
    }

    @Test
    void theRunGoesBackToTheCheckpointWhereTheCopyIsGone() {
        begin(3);
        run.holds(asked(), 0, holding(0, 3));
        run.holds(asked(), 1, holding(1, 4));
        only(
                RunEffect.Recall.class,
                run.copyReady(at(new Cursor(0, Phase.INHERIT, 3)).stamp(BEFORE), 1, Optional.empty()));
        RunOrigin again = new RunOrigin(EPOCH + 1, at(new Cursor(0, Phase.INHERIT, 0)), Optional.empty(), List.of());
        assertEquals(
                again.position().stamp(EPOCH + 1),
                only(RunEffect.LoadShards.class, run.found(again)).stamp());
    }

    /** Its sessions ended, since nothing arrived for a while; now it hears of them again. */
    @Test
    void serversThatSeemedToBeGoneComeBackWithWhatTheyHold() {
        begin(3);
        run.holds(asked(), 0, holding(0, 3));
        run.holds(asked(), 1, holding(1, 3));
        Stamp loaded = at(new Cursor(0, Phase.INHERIT, 3)).stamp(EPOCH + 1);
        run.shardReady(loaded, 0, WEIGHTS);
        run.shardReady(loaded, 1, WEIGHTS);
        run.serverLost(0);
        run.serverLost(1);
        RunOrigin again = new RunOrigin(EPOCH + 2, at(new Cursor(0, Phase.INHERIT, 0)), Optional.empty(), List.of());
        assertEquals(List.of(), run.found(again));
        only(RunEffect.Survey.class, run.serverJoined(0, ""));
        Holding held = new Holding(assignment(0, 3, EPOCH + 1), WEIGHTS, Optional.empty(), List.of(1));
        List<RunEffect> effects = run.holds(again.position().stamp(EPOCH + 2), 0, Optional.of(held));
        assertEquals(
                new RunEffect.StandIn(at(new Cursor(0, Phase.INHERIT, 3)).stamp(EPOCH + 2), loaded, 1, 0),
                only(RunEffect.StandIn.class, effects),
                "one of two keeps the other's copy");
        assertEquals(
                new Cursor(0, Phase.INHERIT, 3),
                only(RunEffect.TellStarted.class, effects).cursor());
    }

    @Test
    void aLateAnswerChangesNothing() {
        begin(3);
        assertEquals(List.of(), run.holds(at(new Cursor(0, Phase.INHERIT, 0)).stamp(BEFORE), 0, holding(0, 3)));
        run.holds(asked(), 0, Optional.empty());
        run.holds(asked(), 1, Optional.empty());
        assertEquals(List.of(), run.holds(asked(), 1, holding(1, 3)), "shards are being loaded");
    }

    private void begin(int told) {
        run.told(OptionalLong.of(told));
        run.workerJoined(0, new Workers.Identity("worker 0", ""));
        run.serverJoined(0, "");
        RunOrigin origin = new RunOrigin(EPOCH, at(new Cursor(0, Phase.INHERIT, 0)), Optional.empty(), List.of());
        assertEquals(List.of(new RunEffect.Survey(asked(), 0)), run.found(origin));
        assertEquals(List.of(new RunEffect.Survey(asked(), 1)), run.serverJoined(1, ""));
    }

    private static Stamp asked() {
        return at(new Cursor(0, Phase.INHERIT, 0)).stamp(EPOCH);
    }

    /** Each of two servers keeps the other's copy. */
    private static Optional<Holding> holding(int shard, int step) {
        Position position = at(new Cursor(0, Phase.INHERIT, step)).at(new Cursor(0, Phase.INHERIT, step), step, 0);
        CommitOrder last = new CommitOrder(
                at(new Cursor(0, Phase.INHERIT, step - 1)).stamp(BEFORE),
                position.stamp(BEFORE),
                1,
                new Rates(1e-3, 0, 0, 0),
                step,
                false,
                Samples.MEASURES);
        ServerCommand.Assignment assignment = assignment(shard, step, BEFORE);
        return Optional.of(new Holding(assignment, WEIGHTS, Optional.of(last), List.of(1 - shard)));
    }

    private static ServerCommand.Assignment assignment(int shard, int step, long epoch) {
        Cursor cursor = new Cursor(0, Phase.INHERIT, step);
        Position position = at(cursor).at(cursor, step, 0);
        return new ServerCommand.Assignment(
                epoch, position, shard, 2, Shards.of(position.layout(), 2).get(shard));
    }
}
