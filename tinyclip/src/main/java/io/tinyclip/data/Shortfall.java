package io.tinyclip.data;

import java.util.List;

/** Counts samples that cannot be used, by reason. */
final class Shortfall {
    private int withoutPicture;
    private int unreadable;
    private int withoutCaption;

    boolean accepts(Shard.Entry entry) {
        if (!entry.hasPicture()) {
            withoutPicture++;
        } else if (!entry.isReadable()) {
            unreadable++;
        } else if (entry.captions().isEmpty()) {
            withoutCaption++;
        } else {
            return true;
        }
        return false;
    }

    /** In a fixed order, as indexes keep them. */
    List<Integer> counts() {
        return List.of(withoutPicture, unreadable, withoutCaption);
    }

    /** @param counts of {@link #counts}, and perhaps zeros */
    void add(List<Integer> counts) {
        withoutPicture += counts.get(0);
        unreadable += counts.get(1);
        withoutCaption += counts.get(2);
    }

    boolean any() {
        return withoutPicture + unreadable + withoutCaption > 0;
    }

    @Override
    public String toString() {
        return ", left out: " + withoutPicture + " without picture, " + unreadable
                + " whose picture is neither JPEG nor PNG, " + withoutCaption + " without caption";
    }
}
