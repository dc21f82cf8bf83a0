package io.tinyclip.data;

import io.tinyclip.data.index.Remark;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** What of a source is not used, or not as its author may have meant it: counts with an example each, for one line to the user. */
public final class Leftovers {
    /** Why, in the order in which they are said. */
    public enum Reason {
        WITHOUT_PICTURE("without picture"),
        UNREADABLE("whose picture is of no known format"),
        WITHOUT_LABEL("without the number of a class"),
        WITHOUT_CAPTION("without caption"),
        SKIPPED("tars or files are missing or damaged and left out"),
        STRAY("members belong to no sample", "the ending begins at the first dot of a name, as WebDataset has it"),
        OTHER_ENCODING(
                "texts are not in UTF-8 nor in the encoding of tinyclip.data.encoding and are not used",
                "set it to theirs, such as windows-1252"),
        DECODED("texts are not in UTF-8 and were read by tinyclip.data.encoding"),
        DAMAGED_JSON("json members are damaged, or their captions are not texts, and are not used"),
        OVERLONG("members are too long to be read and are not used"),
        SPLIT("texts have several lines, each of which is a caption"),
        SEVERAL_LINES(
                "texts have several lines, which are one caption",
                "with tinyclip.data.captions-per-line = always each is one"),
        LINK("members are links or sparse files, which are not read"),
        APPENDED("tars go on behind an end, as several that were put one behind the other, and were read to the last"),
        TRAILING("tars have bytes behind their end that are no tar, which were not read"),
        NO_END("tars have no mark at their end and may lack members");

        private final String text;
        private final String remark;

        Reason(String text) {
            this(text, "");
        }

        Reason(String text, String remark) {
            this.text = text;
            this.remark = remark;
        }

        private boolean isOfSamples() {
            return compareTo(WITHOUT_CAPTION) <= 0;
        }
    }

    private record Count(long number, String example) {}

    private final Map<Reason, Count> counts = new EnumMap<>(Reason.class);

    /** @param example names it, for a person who looks for it */
    public void count(Reason reason, String example) {
        count(reason, 1, example);
    }

    /** @param example of those counted, kept if it is the first */
    public void count(Reason reason, long number, String example) {
        if (number > 0) {
            counts.merge(reason, new Count(number, example), (a, b) -> new Count(a.number + b.number, a.example));
        }
    }

    /** Those of another part of the source, which come behind these. */
    public void add(Leftovers other) {
        other.counts.forEach((reason, count) -> count(reason, count.number, count.example));
    }

    /** As indexes keep them. */
    List<Remark> remarks() {
        return counts.entrySet().stream()
                .map(it -> new Remark(it.getKey().name(), it.getValue().number, it.getValue().example))
                .toList();
    }

    /** @param remarks of {@link #remarks}, which come behind these */
    void add(List<Remark> remarks) {
        remarks.forEach(remark -> count(Reason.valueOf(remark.reason()), remark.number(), remark.example()));
    }

    public long number(Reason reason) {
        Count count = counts.get(reason);
        return count == null ? 0 : count.number;
    }

    /** Of the first that was counted; empty if there was none. */
    public String example(Reason reason) {
        Count count = counts.get(reason);
        return count == null ? "" : count.example;
    }

    public boolean any() {
        return !counts.isEmpty();
    }

    /** To be put behind the number of samples that are used; empty if there is nothing to say. */
    @Override
    public String toString() {
        StringJoiner samples = new StringJoiner(", ");
        StringBuilder others = new StringBuilder();
        counts.forEach((reason, count) -> {
            String said = count.number + " " + reason.text + ", such as [" + count.example + "]";
            if (reason.isOfSamples()) {
                samples.add(said);
            } else {
                others.append("; ").append(said);
                others.append(reason.remark.isEmpty() ? "" : " (" + reason.remark + ")");
            }
        });
        return (samples.length() == 0 ? "" : ", left out: " + samples) + others;
    }
}
