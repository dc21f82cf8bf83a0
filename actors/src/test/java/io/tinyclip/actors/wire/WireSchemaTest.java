package io.tinyclip.actors.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.plane.Handle;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WireSchemaTest {
    private static final WireLeaves.Refs NO_REFS = new WireLeaves.Refs(
            ref -> {
                throw new IllegalStateException("nothing is written");
            },
            text -> {
                throw new IllegalStateException("nothing is read");
            });

    /** As TreeNode, but for a name. */
    private record RenamedNode(int level, int number) {}

    /** As TreeNode, but for a type. */
    private record LongNode(int level, long index) {}

    /** As TreeNode, but for presence. */
    private record OptionalNode(int level, Optional<Integer> index) {}

    /** As Proof, but for presence and for what is within. */
    private record Shown(String dataHash, Optional<Handle> numerics) {}

    private enum Phase {
        PRETRAIN,
        INHERIT,
        EXHALE
    }

    /** As StepCursor, but for a constant. */
    private record Place(int stage, Phase phase, int step) {}

    private record Rollback() {}

    @Test
    void everyMessageFitsItsRecord() {
        List<Class<?>> roots = WireSerializer.roots(ConfigFactory.load());
        assertTrue(roots.containsAll(Set.of(Answer.class, ClusterStatus.class)));
        WireMessages messages = new WireMessages(roots, NO_REFS);
        roots.stream()
                .flatMap(WireMessages::travelling)
                .forEach(type -> assertTrue(messages.of(type).isPresent(), type.getName()));
    }

    @Test
    void namesAComponentWithoutAFieldAndAFieldWithoutAComponent() {
        assertEquals(
                List.of(
                        "component [RenamedNode.number] has no field in message [TreeNode]",
                        "field [tinyclip.v1.TreeNode.index] has no component in [RenamedNode]"),
                problems(RenamedNode.class, "TreeNode"));
    }

    @Test
    void namesWhatIsOfAnotherType() {
        assertEquals(
                List.of("component [LongNode.index] of type [long] does not fit field [tinyclip.v1.TreeNode.index]"),
                problems(LongNode.class, "TreeNode"));
    }

    @Test
    void namesWhatIsOptionalOnOneSideOnly() {
        assertEquals(
                List.of("component [OptionalNode.index] and field [tinyclip.v1.TreeNode.index]"
                        + " must both be optional, or neither"),
                problems(OptionalNode.class, "TreeNode"));
    }

    @Test
    void looksIntoWhatIsWithin() {
        List<String> problems = problems(Shown.class, "Proof");
        assertTrue(problems.get(0).contains("[Shown.dataHash]"), problems.toString());
        Stream.of("Handle.address", "Handle.key", "Handle.length", "NumericFingerprint.parts")
                .forEach(name ->
                        assertTrue(problems.stream().anyMatch(it -> it.contains(name)), name + " in " + problems));
    }

    @Test
    void namesConstantsThatOneSideLacks() {
        assertEquals(
                List.of("[Phase.EXHALE] has no number in enum [Phase]", "[PHASE_DISTILL] is no [Phase]"),
                problems(Place.class, "StepCursor"));
    }

    @Test
    void refusesARecordWithoutAMessage() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new WireMessages(List.of(Rollback.class), NO_REFS));
        assertTrue(refused.getMessage().contains("Rollback"), refused.getMessage());
    }

    private static List<String> problems(Class<?> record, String message) {
        WireSchema schema = new WireSchema(new WireLeaves(NO_REFS));
        schema.record(record, WireField.message(message));
        return schema.problems();
    }
}
