package io.tinyclip.step;

import java.util.ArrayList;
import java.util.List;

/**
 * The samples that a partition, or a step, does without.
 *
 * @param count places that stay empty
 * @param named whose samples are told by name: all, or of very many the first
 */
public record LeftOut(int count, List<BadSample> named) {
    public static final LeftOut NONE = new LeftOut(0, List.of());

    /** Names that a message has room for; one in a hundred of a batch of 25,600. */
    private static final int MOST_NAMED = 256;

    public LeftOut {
        named = List.copyOf(named.subList(0, Math.min(MOST_NAMED, named.size())));
        if (count < named.size()) {
            throw new IllegalArgumentException("[" + named.size() + "] samples are named of [" + count + "]");
        }
    }

    public static LeftOut of(List<BadSample> samples) {
        return new LeftOut(samples.size(), samples);
    }

    /** This, then the other. */
    public LeftOut plus(LeftOut other) {
        if (count == 0 || other.count == 0) {
            return count == 0 ? other : this;
        }
        List<BadSample> both = new ArrayList<>(named);
        both.addAll(other.named);
        return new LeftOut(count + other.count, both);
    }
}
