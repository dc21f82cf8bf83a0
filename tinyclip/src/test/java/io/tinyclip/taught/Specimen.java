package io.tinyclip.taught;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.RecurringViews;
import io.tinyclip.data.Sample;
import io.tinyclip.data.SampleContent;
import io.tinyclip.hash.Sha256;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.random.Counter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A store of numbers that nobody computed, over pairs that nobody sees. */
final class Specimen {
    static final int VIEWS = 2;
    static final int LENGTH = 4;
    static final int EMBEDDING = 3;
    static final TaughtKey KEY = key("teacher", VIEWS);

    private Specimen() {}

    static TaughtKey key(String teacher, int views) {
        return new TaughtKey(teacher, "{}", 16, views, 100, EMBEDDING, Optional.empty());
    }

    static TaughtFolder folder(Path base) {
        return new TaughtFolder(base, KEY, LENGTH);
    }

    /** Pairs in shards of these sizes. */
    static RecurringViews shards(int... sizes) {
        return new RecurringViews(new Shards(sizes), VIEWS);
    }

    static List<TaughtSlot> slots(RecurringViews data) {
        List<TaughtSlot> slots = new ArrayList<>();
        for (int index = 0; index < data.size(); index++) {
            for (int view = 0; view < VIEWS; view++) {
                slots.add(new TaughtSlot(index, data.content(index), view));
            }
        }
        return slots;
    }

    /** What the teacher says: of every seventh sample that it cannot be used. */
    static TaughtView said(int index, int view) {
        if (index % 7 == 6) {
            return TaughtView.BAD;
        }
        float[] image = new float[EMBEDDING];
        float[] text = new float[EMBEDDING];
        for (int i = 0; i < EMBEDDING; i++) {
            image[i] = (float) Counter.uniform(Counter.key(index, view), i);
            text[i] = -image[i];
        }
        return TaughtView.rounded(image, text);
    }

    static TaughtView said(TaughtSlot slot) {
        return said(slot.index(), slot.view());
    }

    static void fill(TaughtFolder folder, RecurringViews data) {
        TaughtWriter writer = new TaughtWriter(folder, "fp32", "any");
        writer.forEachRange(data, (range, first) -> write(writer, range, first));
    }

    static void write(TaughtWriter writer, TaughtRange range, int first) {
        writer.write(range, place -> List.of(said(first + place, 0), said(first + place, 1)));
    }

    private record Shards(int[] sizes) implements Dataset {
        @Override
        public int size() {
            int size = 0;
            for (int each : sizes) {
                size += each;
            }
            return size;
        }

        @Override
        public String contentHash() {
            return "all";
        }

        @Override
        public SampleContent content(int index) {
            int start = 0;
            int shard = 0;
            while (index >= start + sizes[shard]) {
                start += sizes[shard++];
            }
            String hash = Sha256.hex(("shard " + shard).getBytes(StandardCharsets.UTF_8));
            return new SampleContent(hash, index - start, sizes[shard]);
        }

        @Override
        public Sample view(int index, long key, Preprocessing preprocessing) {
            throw new UnsupportedOperationException("nobody sees them");
        }

        @Override
        public long identity(int index) {
            return index;
        }

        @Override
        public void forEachText(Consumer<String> text) {}

        @Override
        public void close() {}
    }
}
