package io.tinyclip.evaluate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Texts without those that come again, numbered in the order of their first occurrence. */
final class Texts {
    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    /** The number of a text. */
    int number(String text) {
        Integer next = numbers.size();
        Integer before = numbers.putIfAbsent(text, next);
        return before == null ? next : before;
    }

    /** By their numbers. */
    List<String> all() {
        return List.copyOf(numbers.keySet());
    }
}
