package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import io.tinyclip.model.InvalidInputException;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The keys that exist: those of {@code reference.conf}. Any other stops the start, with its nearest neighbour named. */
final class KnownKeys {
    /** Lists of objects, and what an object of each may say. */
    private static final Map<String, Set<String>> LISTS = Map.of(
            "stages", StagesReader.KEYS,
            "further-teachers", TeachingReader.KEYS,
            "evaluation.sets", EvaluationReader.KEYS);

    /** Keys of before, and what they are called now. */
    private static final Map<String, String> RENAMED = Map.of(
            "tinyclip.plane.tls.certificate", "tinyclip.cluster.tls.certificate",
            "tinyclip.plane.tls.key", "tinyclip.cluster.tls.key",
            "tinyclip.plane.tls.trust", "tinyclip.cluster.tls.authority");

    private final Set<String> keys = new TreeSet<>();

    KnownKeys(Config reference) {
        reference.entrySet().forEach(entry -> keys.add(plain(entry.getKey())));
    }

    /** Refuses the first key of {@code given} that does not exist. */
    void check(Config given) {
        walk("", given.root());
        LISTS.forEach((list, known) -> check(given, list, known));
    }

    private static void check(Config given, String list, Set<String> known) {
        String path = "tinyclip." + list;
        if (given.hasPathOrNull(path)) {
            for (SettingValues element : new SettingValues(given.getConfig("tinyclip"), "tinyclip.").list(list)) {
                element.paths().stream()
                        .filter(key -> !known.contains(key))
                        .findFirst()
                        .ifPresent(key -> {
                            throw unknown(path + "." + key, path + "." + nearest(key, known), "");
                        });
            }
        }
    }

    private void walk(String prefix, ConfigObject object) {
        for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(object).entrySet()) {
            String key = prefix + entry.getKey();
            if (keys.contains(key)) {
                continue;
            }
            if (entry.getValue() instanceof ConfigObject inner && !inner.isEmpty()) {
                walk(key + ".", inner);
            } else if (RENAMED.containsKey(key)) {
                throw new InvalidInputException("[" + key + "] is [" + RENAMED.get(key)
                        + "] now, for all ports; its certificates name roles, as the command keys makes them");
            } else {
                throw unknown(
                        key,
                        nearest(key, keys),
                        " (" + entry.getValue().origin().description() + ")");
            }
        }
    }

    private static InvalidInputException unknown(String key, String nearest, String origin) {
        return new InvalidInputException("unknown setting [" + key + "]; did you mean " + nearest + "?" + origin);
    }

    /** The candidate with the smallest edit distance; of equals the first by name. */
    static String nearest(String key, Set<String> candidates) {
        return candidates.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(key, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    /** Levenshtein's distance: the fewest insertions, deletions and replacements of one character. */
    static int distance(String left, String right) {
        int[] above = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] row = new int[right.length() + 1];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replace = above[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[right.length()];
    }

    private static String plain(String path) {
        return String.join(".", ConfigUtil.splitPath(path));
    }
}
