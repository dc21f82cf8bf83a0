package io.tinyclip.cluster.chaos.plan;

import io.tinyclip.random.Counter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Every fault that there can be, once. Faults are dealt from it shuffled, and from the next one once it is used up: so seeds that
 * follow one another meet each fault equally often, where independent draws would leave some out.
 */
public final class Deck {
    private static final List<Role> MACHINES = List.of(Role.LEADER, Role.CANDIDATE, Role.SERVER, Role.WORKER);
    private static final List<String> WRITING =
            List.of("file-sync(range-)", "file-rename(range-)", "file-sync(manifest)", "file-rename(manifest)");
    private static final List<String> LEADING = List.of("commit-send", "transition-send");
    private static final List<String> SERVING = List.of("reduced-send", "apply", "gather", "load", "join");
    private static final List<String> WORKING = List.of("sum-send", "join");
    private static final List<String> MOMENTS = List.of(":before", ":after");

    private final List<Card> cards;

    private Deck(List<Card> cards) {
        this.cards = cards;
    }

    /** Without the faults that this machine can't do. */
    public static Deck of(Set<Family> families) {
        return new Deck(all().stream()
                .filter(card -> families.contains(card.kind().family()))
                .toList());
    }

    /** In a fixed order. */
    public List<Card> cards() {
        return cards;
    }

    /** The card at a place in the endless row of shuffled decks. */
    Card dealt(long place) {
        List<Card> shuffled = new ArrayList<>(cards);
        long key = Counter.key(place / cards.size());
        for (int last = shuffled.size() - 1; last > 0; last--) {
            Collections.swap(shuffled, last, Counter.below(key, last, last + 1));
        }
        return shuffled.get((int) (place % cards.size()));
    }

    private static List<Card> all() {
        List<Card> all = new ArrayList<>();
        for (Kind kind :
                EnumSet.of(Kind.KILL, Kind.FREEZE, Kind.TERMINATE, Kind.CUT, Kind.DEAF, Kind.MUTE, Kind.SLOW)) {
            MACHINES.forEach(role -> all.add(Card.of(kind, role)));
        }
        all.add(Card.of(Kind.KILL, Role.EVERYBODY));
        for (Kind kind : List.of(Kind.SHORTEN, Kind.FLIP, Kind.DELETE, Kind.FILL)) {
            all.add(Card.of(kind, Role.FOLDER));
        }
        halts(all, Role.LEADER, WRITING);
        halts(all, Role.LEADER, LEADING);
        halts(all, Role.CANDIDATE, List.of("term-claim"));
        halts(all, Role.SERVER, SERVING);
        halts(all, Role.WORKER, WORKING);
        all.add(new Card(Kind.HANG, Role.LEADER, "file-sync(range-):before"));
        all.add(new Card(Kind.HANG, Role.LEADER, "commit-send:before"));
        all.add(new Card(Kind.HANG, Role.SERVER, "apply:before"));
        all.add(new Card(Kind.HANG, Role.WORKER, "sum-send:before"));
        return all;
    }

    private static void halts(List<Card> all, Role role, List<String> points) {
        for (String point : points) {
            MOMENTS.forEach(moment -> all.add(new Card(Kind.HALT, role, point + moment)));
        }
    }
}
