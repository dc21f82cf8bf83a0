package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads values out of a configuration and refuses, in one line, those of the wrong kind or out of bounds. */
final class SettingValues {
    private final Config config;
    private final String prefix;

    /** @param prefix what messages put before a key, such as {@code tinyclip.} */
    SettingValues(Config config, String prefix) {
        this.config = config;
        this.prefix = prefix;
    }

    /** A whole number of any size that 64 bits hold. */
    long any(String key) {
        try {
            return new BigDecimal(config.getString(key)).longValueExact();
        } catch (ConfigException | ArithmeticException | NumberFormatException e) {
            throw refusal(key, "must be a whole number of at most 64 bits");
        }
    }

    /** A whole number from {@code least} to {@code most}. */
    int whole(String key, int least, int most) {
        String rule = "must be a whole number from " + least + " to " + most;
        double value = number(key, rule);
        if (value != Math.rint(value) || value < least || value > most) {
            throw refusal(key, rule);
        }
        return (int) value;
    }

    /** A whole number from {@code least} to {@code most}, where there is one. */
    OptionalInt optional(String key, int least, int most) {
        return has(key) ? OptionalInt.of(whole(key, least, most)) : OptionalInt.empty();
    }

    /** A number above 0 and at most {@code most}. */
    double positive(String key, double most) {
        String rule = "must be above 0 and at most " + trimmed(most);
        double value = number(key, rule);
        if (!(value > 0 && value <= most)) {
            throw refusal(key, rule);
        }
        return value;
    }

    /** A number from {@code least} to {@code most}. */
    double within(String key, double least, double most) {
        String rule = "must be from " + trimmed(least) + " to " + trimmed(most);
        double value = number(key, rule);
        if (!(value >= least && value <= most)) {
            throw refusal(key, rule);
        }
        return value;
    }

    /** A number of bytes such as {@code 512m}, at most {@code most}. */
    long bytes(String key, long most) {
        return bytes(key, 0, most);
    }

    /** A number of bytes such as {@code 512m}, from {@code least} to {@code most}. */
    long bytes(String key, long least, long most) {
        String rule = "must be a size from " + least + " to " + most + " bytes, such as 512m";
        try {
            long value = config.getBytes(key);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (ConfigException e) {
            throw refusal(key, rule);
        }
        throw refusal(key, rule);
    }

    /** A duration such as {@code 30s}, from {@code least} to {@code most}. */
    Duration duration(String key, Duration least, Duration most) {
        String rule = "must be a duration from " + written(least) + " to " + written(most) + ", such as 30s";
        try {
            Duration value = config.getDuration(key);
            if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
                return value;
            }
        } catch (ConfigException e) {
            throw refusal(key, rule);
        }
        throw refusal(key, rule);
    }

    /** true or false. */
    boolean flag(String key) {
        try {
            return config.getBoolean(key);
        } catch (ConfigException e) {
            throw refusal(key, "must be true or false");
        }
    }

    String text(String key) {
        try {
            return config.getString(key).strip();
        } catch (ConfigException e) {
            throw refusal(key, "must be a text");
        }
    }

    /** The one text that is possible there. */
    void only(String key, String possible) {
        if (!text(key).equals(possible)) {
            throw refusal(key, "must be " + possible);
        }
    }

    /** @param remedy what to write there, for the refusal of nothing */
    String filled(String key, String remedy) {
        String text = text(key);
        if (text.isEmpty()) {
            throw refusal(key, "must not be empty; " + remedy);
        }
        return text;
    }

    /** One of some constants of an enumeration, written in lower case with dashes. */
    <E extends Enum<E>> E choice(String key, Set<E> allowed) {
        String text = text(key).toLowerCase(Locale.ROOT).replace('_', '-');
        String words = allowed.stream().map(SettingValues::written).collect(Collectors.joining(", "));
        return allowed.stream()
                .filter(constant -> written(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> refusal(key, "must be one of " + words));
    }

    /** The elements of a list of objects; messages name them by their position, counted from 1. */
    List<SettingValues> list(String key) {
        try {
            List<SettingValues> elements = new ArrayList<>();
            for (Config element : config.getConfigList(key)) {
                elements.add(new SettingValues(element, prefix + key + " " + (elements.size() + 1) + ": "));
            }
            return elements;
        } catch (ConfigException e) {
            throw refusal(key, "must be a list of objects: [{ ... }, { ... }]");
        }
    }

    /** Whether there is such a value or object. */
    boolean has(String key) {
        return config.hasPathOrNull(key);
    }

    /** The paths of the values that are there, sorted. */
    Set<String> paths() {
        Set<String> paths = new TreeSet<>();
        config.entrySet().forEach(entry -> paths.add(String.join(".", ConfigUtil.splitPath(entry.getKey()))));
        return paths;
    }

    /** The refusal of the value at {@code key}: key, value, rule and where the value was written. */
    InvalidInputException refusal(String key, String rule) {
        if (!config.hasPathOrNull(key)) {
            return new InvalidInputException(prefix + key + " is missing; it " + rule);
        }
        if (config.getIsNull(key)) {
            return new InvalidInputException(prefix + key + " [null] " + rule);
        }
        String value = Location.shown(config.getValue(key).unwrapped().toString());
        String origin = config.getValue(key).origin().description();
        return new InvalidInputException(prefix + key + " [" + value + "] " + rule + " (" + origin + ")");
    }

    private double number(String key, String rule) {
        try {
            return config.getDouble(key);
        } catch (ConfigException e) {
            throw refusal(key, rule);
        }
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String written(Duration bound) {
        return bound.toMillisPart() == 0 ? bound.toSeconds() + "s" : bound.toMillis() + "ms";
    }

    private static String trimmed(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
