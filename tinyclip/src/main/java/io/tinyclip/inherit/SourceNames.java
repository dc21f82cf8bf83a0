package io.tinyclip.inherit;

import io.tinyclip.model.Layout;
import io.tinyclip.model.Segment;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which tensor of a larger model each tensor of a student comes from: the one of the same name, but of every k-th layer from
 * the first on, k being the depths' quotient rounded down.
 */
final class SourceNames {
    /** Transformer layers, and blocks of a stage of a residual network. */
    private static final Pattern NUMBERED = Pattern.compile("(.*(?:resblocks|layer[1-4])\\.)(\\d+)(\\..+)");

    private final Map<String, Integer> before;
    private final Map<String, Integer> after;

    private SourceNames(Map<String, Integer> before, Map<String, Integer> after) {
        this.before = before;
        this.after = after;
    }

    static SourceNames of(Layout before, Layout after) {
        return new SourceNames(depths(before), depths(after));
    }

    /** The layer that a student's layer is taken from. */
    static int layer(int layer, int depthBefore, int depthAfter) {
        return layer * (depthBefore / depthAfter);
    }

    /** Name of the larger model's tensor. */
    String of(String name) {
        Matcher parts = NUMBERED.matcher(name);
        if (!parts.matches()) {
            return name;
        }
        String start = parts.group(1);
        int number = Integer.parseInt(parts.group(2));
        int source = layer(number, before.getOrDefault(start, 0), after.getOrDefault(start, 1));
        return start + source + parts.group(3);
    }

    /** Layers by the start of their tensors' names. */
    private static Map<String, Integer> depths(Layout layout) {
        Map<String, Integer> depths = new TreeMap<>();
        for (Segment segment : layout.segments()) {
            Matcher name = NUMBERED.matcher(segment.name());
            if (name.matches()) {
                depths.merge(name.group(1), Integer.parseInt(name.group(2)) + 1, Math::max);
            }
        }
        return depths;
    }
}
