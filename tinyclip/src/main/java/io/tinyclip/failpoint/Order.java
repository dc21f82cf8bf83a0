package io.tinyclip.failpoint;

import io.tinyclip.model.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is to happen at a failpoint.
 *
 * @param detail how the detail must begin; empty for any
 * @param count at which time, from 1 on
 */
record Order(Failpoint point, String detail, Moment moment, int count, Action action) {
    private static final Pattern FORM =
            Pattern.compile("([a-z-]+)(?:\\(([^)]*)\\))?:([a-z]+):([1-9]\\d{0,8}):([a-z]+)");

    enum Moment {
        BEFORE,
        AFTER
    }

    enum Action {
        HALT,
        HANG,
        ERROR
    }

    /** @throws InvalidInputException naming what makes no sense in it */
    static List<Order> all(String text) {
        return Arrays.stream(text.strip().split(",")).map(Order::of).toList();
    }

    private static Order of(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new InvalidInputException(Failpoint.VARIABLE + " [" + text
                    + "] must be such as commit-send:before:1:halt, or unset; it is for tests only");
        }
        Failpoint point = Arrays.stream(Failpoint.values())
                .filter(it -> it.word().equals(matcher.group(1)))
                .findFirst()
                .orElseThrow(() -> unknown(
                        "point",
                        matcher.group(1),
                        Arrays.stream(Failpoint.values()).map(Failpoint::word).collect(Collectors.joining(", "))));
        return new Order(
                point,
                matcher.group(2) == null ? "" : matcher.group(2),
                one("moment", Moment.values(), matcher.group(3)),
                Integer.parseInt(matcher.group(4)),
                one("action", Action.values(), matcher.group(5)));
    }

    private static <E extends Enum<E>> E one(String what, E[] values, String word) {
        return Arrays.stream(values)
                .filter(it -> word(it).equals(word))
                .findFirst()
                .orElseThrow(() -> unknown(
                        what, word, Arrays.stream(values).map(Order::word).collect(Collectors.joining(", "))));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static InvalidInputException unknown(String what, String word, String known) {
        return new InvalidInputException(
                Failpoint.VARIABLE + " names the " + what + " [" + word + "], which must be one of " + known);
    }

    boolean isMetAt(Failpoint at, Moment when, String with) {
        return point == at && moment == when && with.startsWith(detail);
    }
}
