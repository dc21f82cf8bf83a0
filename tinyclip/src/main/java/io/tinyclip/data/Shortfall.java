package io.tinyclip.data;

import io.tinyclip.data.index.Remark;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts samples that cannot be used, by reason. */
final class Shortfall {
    private enum Reason {
        WITHOUT_PICTURE,
        UNREADABLE,
        WITHOUT_CAPTION
    }

    private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);

    boolean accepts(Shard.Entry entry) {
        if (!entry.hasPicture()) {
            count(Reason.WITHOUT_PICTURE, 1);
        } else if (!entry.isReadable()) {
            count(Reason.UNREADABLE, 1);
        } else if (entry.captions().isEmpty()) {
            count(Reason.WITHOUT_CAPTION, 1);
        } else {
            return true;
        }
        return false;
    }

    /** As indexes keep them. */
    List<Remark> remarks() {
        return counts.entrySet().stream()
                .map(count -> new Remark(count.getKey().name(), count.getValue(), ""))
                .toList();
    }

    /** @param remarks of {@link #remarks} */
    void add(List<Remark> remarks) {
        remarks.forEach(remark -> count(Reason.valueOf(remark.reason()), remark.number()));
    }

    boolean any() {
        return !counts.isEmpty();
    }

    private void count(Reason reason, long number) {
        counts.merge(reason, number, Long::sum);
    }

    private long number(Reason reason) {
        return counts.getOrDefault(reason, 0L);
    }

    @Override
    public String toString() {
        return ", left out: " + number(Reason.WITHOUT_PICTURE) + " without picture, " + number(Reason.UNREADABLE)
                + " whose picture is neither JPEG nor PNG, " + number(Reason.WITHOUT_CAPTION) + " without caption";
    }
}
