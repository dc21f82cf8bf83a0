package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.model.InvalidInputException;
import org.junit.jupiter.api.Test;

final class EmbedCommandTest {
    @Test
    void moreEmbeddingsThanAnArrayHoldsAreRefusedBeforeTheyAreComputed() {
        assertEquals(
                "--texts has [5000000] inputs, of whose embeddings with [512] channels a file holds at most [4194303];"
                        + " embed them in several parts",
                assertThrows(InvalidInputException.class, () -> EmbedCommand.requireHeld("--texts", 5_000_000, 512))
                        .getMessage());
        assertDoesNotThrow(() -> EmbedCommand.requireHeld("--images", 4_194_303, 512));
    }
}
