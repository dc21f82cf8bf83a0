package io.tinyclip.reduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeTest {
    private static final int LEVELS = 6;

    @Test
    void coveringIsTheFewestNodesOfTheTreeLeftToRight() {
        for (int from = 0; from <= 1 << LEVELS; from++) {
            for (int to = from; to <= 1 << LEVELS; to++) {
                List<Node> expected = new ArrayList<>();
                descend(new Node(LEVELS, 0), from, to, expected);
                assertEquals(expected, Node.covering(from, to), from + " to " + to);
            }
        }
    }

    /** From the root: a node that lies inside is taken whole, one that straddles a bound is opened. */
    private static void descend(Node node, int from, int to, List<Node> taken) {
        if (node.to() <= from || to <= node.from()) {
            return;
        }
        if (from <= node.from() && node.to() <= to) {
            taken.add(node);
            return;
        }
        descend(new Node(node.level() - 1, 2 * node.index()), from, to, taken);
        descend(new Node(node.level() - 1, 2 * node.index() + 1), from, to, taken);
    }

    @Test
    void partitions3To8AreThoseWorkedByHand() {
        assertEquals(List.of(new Node(0, 3), new Node(2, 1)), Node.covering(3, 8));
        assertEquals(List.of(new Node(1, 1), new Node(0, 4)), Node.covering(2, 5));
        assertEquals(List.of(), Node.covering(5, 5));
    }

    @Test
    void knowsItsKin() {
        Node node = new Node(1, 2);
        assertEquals(4, node.from());
        assertEquals(6, node.to());
        assertEquals(new Node(1, 3), node.sibling());
        assertEquals(new Node(1, 2), node.sibling().sibling());
        assertEquals(new Node(2, 1), node.parent());
        assertTrue(node.parent().covers(node) && node.covers(node) && node.covers(new Node(0, 5)));
        assertFalse(node.covers(node.parent()) || node.covers(node.sibling()) || node.covers(new Node(0, 6)));
    }
}
