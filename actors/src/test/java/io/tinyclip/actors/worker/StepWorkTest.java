package io.tinyclip.actors.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CoordinatorCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.message.WorkerCommand;
import io.tinyclip.actors.plane.LocalDataPlane;
import io.tinyclip.actors.wire.Samples;
import io.tinyclip.model.FloatVector;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.reduce.Node;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Gradient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who frees a gradient that lies on a device, where nothing else does. */
class StepWorkTest {
    private static final RunPlan PLAN = Fixture.compress();
    private static final Node PAIR = new Node(1, 0);
    private static final Node OTHER_PAIR = new Node(1, 1);

    private final List<Integer> freed = new ArrayList<>();
    private final StepWork work = new StepWork(step(), PLAN, new LocalDataPlane(Runnable::run));

    @Test
    void aSumThatIsReadStaysAndOneThatNobodyCanReadGoes() {
        work.add(PAIR, 0, new OnDevice(0));
        work.add(PAIR, 1, new OnDevice(1));
        work.add(OTHER_PAIR, 2, new OnDevice(2));
        assertEquals(List.of(1), freed, "added to the other");
        FloatVector read = work.sum(PAIR);
        work.end();
        work.reuse();
        assertEquals(List.of(1, 2), freed);
        assertEquals(0, read.get(0));
    }

    @Test
    void onceNothingIsReadAllGo() {
        work.add(PAIR, 0, new OnDevice(0));
        work.add(PAIR, 1, new OnDevice(1));
        assertSame(work.sum(PAIR), work.sum(PAIR));
        work.read();
        work.read();
        work.end();
        work.reuse();
        assertEquals(List.of(1, 0), freed);
    }

    @Test
    void whatComesAfterTheEndGoesAtOnce() {
        work.end();
        work.add(PAIR, 3, new OnDevice(3));
        assertEquals(List.of(3), freed);
    }

    private static WorkerCommand.Step step() {
        ActorRef<CoordinatorCommand> coordinator =
                TestInbox.<CoordinatorCommand>create().getRef();
        return new WorkerCommand.Step(
                new Stamp(1, PLAN.start(), Samples.UNMASKED.hash()),
                0,
                2,
                Samples.UNMASKED,
                List.of(),
                List.of(),
                Optional.empty(),
                coordinator);
    }

    /** @param number which it is, of the left one where it is a sum */
    private final class OnDevice implements Gradient {
        private final int number;
        private final FloatVector vector;

        OnDevice(int number) {
            this.number = number;
            this.vector = FloatVector.of(new float[] {number});
        }

        @Override
        public void round(Rounding rounding) {}

        @Override
        public Gradient plus(Gradient right, Rounding rounding) {
            right.free();
            return this;
        }

        @Override
        public FloatVector onHost() {
            return vector;
        }

        @Override
        public void free() {
            freed.add(number);
        }
    }
}
