package io.tinyclip.actors.bounds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.typed.javadsl.Behaviors;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class StepHeardTest {
    @Test
    void tellsTheStepBeforeTheActorHearsOfItAndNothingElse() {
        List<String> order = new ArrayList<>();
        BehaviorTestKit<Integer> actor = BehaviorTestKit.create(StepHeard.before(
                Behaviors.receiveMessage(message -> {
                    order.add("received " + message);
                    return Behaviors.same();
                }),
                Integer.class,
                message -> message > 0 ? Optional.of(new Cursor(0, Phase.DISTILL, message)) : Optional.empty(),
                step -> order.add("at " + step.step())));
        actor.run(7);
        actor.run(-1);
        assertEquals(List.of("at 7", "received 7", "received -1"), order);
    }
}
