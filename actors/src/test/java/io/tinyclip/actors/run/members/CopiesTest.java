package io.tinyclip.actors.run.members;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopiesTest {
    private static final Stamp AT = new Stamp(2, new Cursor(0, Phase.INHERIT, 3), "layout");
    private static final Stamp LATER = new Stamp(2, new Cursor(0, Phase.INHERIT, 4), "layout");

    private final Copies copies = new Copies();

    @Test
    void eachServerOfOneHostKeepsTheCopyOfAnother() {
        assertEquals(List.of(5, 7, 4), keepers(List.of(4, 5, 7), it -> ""));
    }

    @Test
    void copyIsOnAnotherHostWhereThereIsOne() {
        assertEquals(List.of(2, 2, 0), keepers(List.of(0, 1, 2), it -> it < 2 ? "a" : "b"));
    }

    @Test
    void keepersOfAnotherHostShareWhatThereIs() {
        assertEquals(List.of(2, 3, 0, 1), keepers(List.of(0, 1, 2, 3), it -> it < 2 ? "a" : "b"));
    }

    @Test
    void oneServerHasNobodyToKeepItsCopy() {
        copies.plan(AT, ShardMap.of(List.of(3)), it -> "");
        assertEquals(OptionalInt.empty(), copies.keeper(0));
        assertTrue(copies.isAlone());
        assertEquals(List.of(), copies.unfilled());
    }

    @Test
    void standsInOnlyOnceFilledAndForItsEpochAndLayout() {
        keepers(List.of(0, 1), it -> "");
        assertEquals(OptionalInt.empty(), copies.standIn(LATER, 0));
        assertFalse(copies.filled(LATER, 0), "not what was asked for");
        assertTrue(copies.filled(AT, 0));
        assertFalse(copies.filled(AT, 0), "known");
        assertEquals(OptionalInt.of(1), copies.standIn(LATER, 0));
        assertEquals(OptionalInt.empty(), copies.standIn(LATER, 1));
        Stamp moved = new Stamp(3, LATER.cursor(), "layout");
        assertEquals(OptionalInt.empty(), copies.standIn(moved, 0));
        assertEquals(OptionalInt.empty(), copies.standIn(new Stamp(2, LATER.cursor(), "smaller"), 0));
    }

    @Test
    void planOfAnEpochAndLayoutStays() {
        keepers(List.of(0, 1), it -> "");
        copies.filled(AT, 0);
        copies.plan(LATER, ShardMap.of(List.of(0, 1)), it -> "");
        assertEquals(List.of(1), copies.unfilled());
        copies.plan(new Stamp(3, LATER.cursor(), "layout"), ShardMap.of(List.of(0, 1)), it -> "");
        assertEquals(List.of(0, 1), copies.unfilled(), "all anew");
    }

    private List<Integer> keepers(List<Integer> servers, IntFunction<String> host) {
        copies.plan(AT, ShardMap.of(servers), host);
        return IntStream.range(0, servers.size())
                .mapToObj(shard -> copies.keeper(shard).orElseThrow())
                .toList();
    }
}
