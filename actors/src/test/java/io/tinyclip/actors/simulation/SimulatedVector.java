package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.actors.Fixture;
import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.FloatVector;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What stands for a vector: the name of its version, and the steps that were committed with a wrong sum. */
final class SimulatedVector {
    private SimulatedVector() {}

    /** The vector of a version in which nobody ever lied. */
    static String content(Stamp stamp) {
        String key = stamp.key();
        return key.substring(key.indexOf('/') + 1);
    }

    /** A vector without the steps in which somebody lied. */
    static String sound(String content) {
        return content.split("!")[0];
    }

    /** The steps in which somebody lied, each with its epoch. */
    static Stream<String> lies(String content) {
        return Stream.of(content.split("!")).skip(1);
    }

    /** How a step that was computed in an epoch is called. */
    static String stepOf(Stamp stamp) {
        return Fixture.simulated().committedSteps(stamp.cursor()) + "@" + stamp.epoch();
    }

    /** A vector in which steps were committed with a lie. */
    static String with(String sound, Stream<String> lies) {
        return sound
                + lies.collect(Collectors.toCollection(TreeSet::new)).stream()
                        .map(lie -> "!" + lie)
                        .collect(Collectors.joining());
    }

    /** A vector that one step is applied to. @param sum of the step */
    static String applied(String before, CommitOrder order, FloatVector sum) {
        Stream<String> lies = SimulatedSum.isLie(sum) ? Stream.of(stepOf(order.stamp())) : Stream.of();
        return with(content(order.next()), Stream.concat(lies(before), lies));
    }

    /** Fetches the vector of which servers publish parts; empty where one is gone. */
    static void fetch(
            SimulatedPlane.Errand by,
            String what,
            Function<Published, Handle> which,
            List<Published> shards,
            Consumer<Optional<String>> then) {
        List<Handle> handles = shards.stream().map(which).toList();
        by.fetch(what, handles, 1, found -> then.accept(found.map(SimulatedVector::joined)));
    }

    /** The vector of which these are the parts. */
    static String joined(List<String> parts) {
        assertEquals(1, parts.stream().map(SimulatedVector::sound).distinct().count(), () -> "mixed: " + parts);
        return with(sound(parts.get(0)), parts.stream().flatMap(SimulatedVector::lies));
    }
}
