package io.tinyclip.actors.stranger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TokenFamilyTest {
    private final TokenFamily family = new TokenFamily();

    @Test
    void aPairHasTheSameTokenEachTime() {
        assertEquals(family.of(3, 4), family.of(3, 4));
        assertEquals(Token.LENGTH, family.of(3, 4).length());
    }

    @Test
    void noOtherPairHasItNorTheSamePairOfAnotherFamily() {
        Set<String> tokens = new HashSet<>();
        for (int first = 0; first < 20; first++) {
            for (int second = 0; second < 20; second++) {
                assertTrue(tokens.add(family.of(first, second)), first + " and " + second);
            }
        }
        assertTrue(tokens.add(new TokenFamily().of(3, 4)));
    }
}
