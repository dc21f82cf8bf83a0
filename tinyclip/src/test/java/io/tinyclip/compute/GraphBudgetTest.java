package io.tinyclip.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GraphBudgetTest {
    @Test
    void holdsWhatFits() {
        GraphBudget budget = new GraphBudget(Hold.AUTO, 10);
        assertTrue(budget.take(6));
        assertFalse(budget.take(6));
        assertTrue(budget.take(4));
        budget.giveBack(6);
        assertTrue(budget.take(6));
    }

    /** A graph that others have no room beside is made alone, so none may be kept. */
    @Test
    void holdsNoneThatIsLargerThanWhatCallsMayTake() {
        GraphBudget budget = new GraphBudget(Hold.AUTO, 20, 10);
        assertTrue(budget.take(10));
        budget.giveBack(10);
        assertFalse(budget.take(11));
        assertTrue(new GraphBudget(Hold.ON, 20, 10).take(11));
        assertEquals("made", budget.within(11, () -> "made"));
    }
}
