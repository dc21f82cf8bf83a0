package io.tinyclip.actors.wire;

import akka.actor.NoSerializationVerificationNeeded;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every record that travels, by its simple name, which is also that of its message in the proto module. Which do is
 * said by the sealed interfaces of what actors understand: all records that they permit, but those that stay on their
 * machine.
 */
public final class WireMessages {
    private final Map<String, WireRecord> byName = new HashMap<>();
    private final Map<Class<?>, WireRecord> byType = new HashMap<>();

    /**
     * Derives how records travel.
     *
     * @param roots records, and sealed interfaces of records
     * @throws IllegalArgumentException if a record and its message differ, naming everything in which any do
     */
    WireMessages(Collection<Class<?>> roots, WireLeaves.Refs refs) {
        WireSchema schema = new WireSchema(new WireLeaves(refs));
        roots.stream().flatMap(WireMessages::travelling).distinct().forEach(type -> {
            String name = type.getSimpleName();
            byType.put(type, schema.record(type, WireField.message(name)));
            if (Optional.ofNullable(byName.put(name, byType.get(type))).isPresent()) {
                schema.report("there are two records [" + name + "]");
            }
        });
        if (!schema.problems().isEmpty()) {
            throw new IllegalArgumentException("messages do not fit their records; change the .proto or the record: "
                    + String.join("; ", schema.problems()));
        }
    }

    /** Records of a sealed interface, or of a record by itself, that leave their machine. */
    public static Stream<Class<?>> travelling(Class<?> root) {
        if (root.isSealed()) {
            return Arrays.stream(root.getPermittedSubclasses()).flatMap(WireMessages::travelling);
        }
        return NoSerializationVerificationNeeded.class.isAssignableFrom(root) ? Stream.empty() : Stream.of(root);
    }

    Optional<WireRecord> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    Optional<WireRecord> of(Class<?> type) {
        return Optional.ofNullable(byType.get(type));
    }
}
