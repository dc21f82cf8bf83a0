package io.tinyclip.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class BadSampleTest {
    @Test
    void aFileThatIsInNoTarIsPlacedByItselfAlone() {
        assertEquals("[00033] of tar [/data/3.tar]", new BadSample("/data/3.tar", "00033", "is torn").place());
        assertEquals("[/data/a b.jpg]", new BadSample("", "/data/a b.jpg", "is torn").place());
    }
}
