package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Decides which settings belong to a run's result, and how two runs differ in them. */
public final class BitKeys {
    /** Marked (free) in {@code reference.conf}. */
    static final Set<String> FREE = Set.of(
            "tinyclip.workers",
            "tinyclip.servers",
            "tinyclip.device",
            "tinyclip.threads",
            "tinyclip.run.folder",
            "tinyclip.run.name",
            "tinyclip.checkpoint.steps",
            "tinyclip.checkpoint.if-lost",
            "tinyclip.cache.folder",
            "tinyclip.teacher-architecture",
            "tinyclip.teacher-cache",
            "tinyclip.teacher-store.folder",
            "tinyclip.hold",
            "tinyclip.data.bad-share",
            "tinyclip.numerics");

    /** What a machine may decide: {@code auto} agrees with whatever was, or will be, decided. */
    public static final String PRECISION = "tinyclip.precision";

    /** How actors wait and where they work, how floats travel, and where machines are: no part of it changes a bit. */
    private static final List<String> FREE_PREFIXES = List.of(
            "tinyclip.actors.",
            "tinyclip.board.",
            "tinyclip.plane.",
            "tinyclip.cluster.",
            "tinyclip.evaluation.",
            "tinyclip.loading.",
            "tinyclip.log.",
            "tinyclip.metrics.",
            "tinyclip.notice.",
            "tinyclip.storage.");

    /** Whose default was another when older runs began. */
    private static final Map<String, String> FORMER_DEFAULTS = Map.of("tinyclip.mask.exportable", "false");

    private static final String STAGES = "tinyclip.stages";

    private BitKeys() {}

    /**
     * The differences that forbid that one run goes on as the other.
     *
     * @param hashed inputs, by setting, that are compared by their content, so that their place does not count
     * @return sorted, each as {@code key: before -> now}
     */
    public static List<String> differences(Config before, Config now, Set<String> hashed) {
        Map<String, String> left = values(before, hashed::contains);
        Map<String, String> right = values(now, hashed::contains);
        Set<String> keys = new TreeSet<>(left.keySet());
        keys.addAll(right.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            String was = left.getOrDefault(key, "not set");
            String is = right.getOrDefault(key, "not set");
            boolean open = key.equals(PRECISION) && (isLeftOpen(was) || isLeftOpen(is));
            boolean longer = key.equals(STAGES) && isLonger(before, now);
            if (!was.equals(is) && !open && !longer) {
                differences.add(key + ": " + was + " -> " + is + former(key, was));
            }
        }
        return differences;
    }

    /** The user may have said nothing, then and now. */
    private static String former(String key, String was) {
        return was.equals(FORMER_DEFAULTS.get(key))
                ? " (" + was + " was the default when it began; " + key + " = " + was + " goes on with it)"
                : "";
    }

    /** Settings of a run that is older than some of their keys, with what these did not change then. */
    public static Config withFormerDefaults(Config begun) {
        return begun.withFallback(ConfigFactory.parseMap(FORMER_DEFAULTS));
    }

    /**
     * Whether a run goes on with stages that it did not have.
     *
     * @param before its settings, as {@link #json} has them
     */
    public static boolean isLonger(String before, Config now) {
        return isLonger(ConfigFactory.parseString(before), now);
    }

    /** Stages that come after those of before change nothing of them. */
    private static boolean isLonger(Config before, Config now) {
        List<ConfigValue> were = before.getList(STAGES);
        List<ConfigValue> are = now.getList(STAGES);
        return are.size() > were.size() && comparable(were).equals(comparable(are.subList(0, were.size())));
    }

    private static List<Map<String, String>> comparable(List<ConfigValue> stages) {
        return stages.stream()
                .map(stage -> {
                    Map<String, String> values = new TreeMap<>();
                    ((ConfigObject) stage)
                            .toConfig()
                            .entrySet()
                            .forEach(entry -> values.put(entry.getKey(), comparable(entry.getValue())));
                    return values;
                })
                .toList();
    }

    private static boolean isLeftOpen(String precision) {
        return precision.strip().equalsIgnoreCase(PrecisionSetting.AUTO.name());
    }

    /** Whether a machine may set this for itself. */
    public static boolean isFree(String key) {
        return FREE.contains(key) || FREE_PREFIXES.stream().anyMatch(key::startsWith);
    }

    /** The settings that belong to a run's result, and no others. */
    public static Config only(Config config) {
        Config only = ConfigFactory.empty();
        for (Map.Entry<String, ConfigValue> entry :
                config.withOnlyPath("tinyclip").entrySet()) {
            if (!isFree(String.join(".", ConfigUtil.splitPath(entry.getKey())))) {
                only = only.withValue(entry.getKey(), entry.getValue());
            }
        }
        return only;
    }

    /** The same as JSON, which {@link SettingsFile#ofRun} reads. */
    public static String json(Config config) {
        return only(config).root().render(ConfigRenderOptions.concise());
    }

    /** The settings that belong to a run's result, by their keys; of inputs, what they are and not where they lie. */
    public static SortedMap<String, String> decisive(Config config) {
        return values(config, input -> true);
    }

    private static SortedMap<String, String> values(Config config, Predicate<String> hashed) {
        SortedMap<String, String> values = new TreeMap<>();
        only(config).entrySet().forEach(entry -> {
            String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
            values.put(key, comparable(Places.left(key, entry.getValue(), hashed)));
        });
        return values;
    }

    /** A value's text with numbers brought to one spelling, so that 256, "256" and 256.0 are equal. */
    private static String comparable(ConfigValue value) {
        String text = value.unwrapped() instanceof String string ? string : value.render(ConfigRenderOptions.concise());
        try {
            return new BigDecimal(text).stripTrailingZeros().toPlainString();
        } catch (NumberFormatException e) {
            return text;
        }
    }
}
