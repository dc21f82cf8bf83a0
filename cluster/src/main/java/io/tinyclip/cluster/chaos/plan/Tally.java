package io.tinyclip.cluster.chaos.plan;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How often each kind of fault came to each role, as a table for people. */
public final class Tally {
    private static final int FIRST_COLUMN = 11;
    private static final int COLUMN = 11;

    private final Map<Kind, Map<Role, Integer>> counts = new EnumMap<>(Kind.class);

    public static Tally of(List<Card> cards) {
        Tally tally = new Tally();
        for (Card card : cards) {
            tally.counts
                    .computeIfAbsent(card.kind(), kind -> new EnumMap<>(Role.class))
                    .merge(card.role(), 1, Integer::sum);
        }
        return tally;
    }

    public int count(Kind kind, Role role) {
        return counts.getOrDefault(kind, Map.of()).getOrDefault(role, 0);
    }

    /** One line a kind, one column a role. */
    public List<String> table() {
        StringBuilder head = new StringBuilder(" ".repeat(FIRST_COLUMN));
        for (Role role : Role.values()) {
            head.append(right(role.word()));
        }
        List<String> lines = new ArrayList<>(List.of(head.toString()));
        for (Kind kind : counts.keySet()) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-" + FIRST_COLUMN + "s", kind.word()));
            for (Role role : Role.values()) {
                line.append(right(count(kind, role) == 0 ? "" : Integer.toString(count(kind, role))));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    private static String right(String text) {
        return String.format(Locale.ROOT, "%" + COLUMN + "s", text);
    }
}
