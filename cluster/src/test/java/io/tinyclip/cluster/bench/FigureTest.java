package io.tinyclip.cluster.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.cluster.bench.Figure.Limit;
import io.tinyclip.cluster.bench.Figure.Target;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void shareIsOfTheLimit() {
        assertEquals(Optional.of(0.75), figure(30).share());
        assertEquals(Optional.empty(), Figure.of(Section.PLANE, "x", 1, "s").share());
    }

    @Test
    void targetIsABoundOfTheShare() {
        assertEquals(Optional.of(true), figure(32).with(Target.atLeast(0.8)).met());
        assertEquals(Optional.of(false), figure(31).with(Target.atLeast(0.8)).met());
        assertEquals(Optional.of(true), figure(2).with(Target.atMost(0.05)).met());
        assertEquals(Optional.of(false), figure(3).with(Target.atMost(0.05)).met());
        assertEquals(Optional.of(true), figure(39).with(Target.within(0.03)).met());
        assertEquals(Optional.of(false), figure(42).with(Target.within(0.03)).met());
        assertEquals(Optional.empty(), figure(42).met());
    }

    private static Figure figure(double value) {
        return Figure.of(Section.PLANE, "x", value, "s", new Limit("y", 40));
    }
}
