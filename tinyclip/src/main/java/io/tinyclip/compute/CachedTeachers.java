package io.tinyclip.compute;

import io.tinyclip.model.TokenRows;
import io.tinyclip.step.Embedded;
import io.tinyclip.taught.TaughtCache;
import io.tinyclip.taught.TaughtSlot;
import io.tinyclip.taught.TaughtView;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Teachers who are asked about what no run has asked them before. Computed or read, an answer is the same: it is rounded to half
 * precision either way, and computed in batches of one shape, whoever else is in them.
 *
 * @param forwards one a store
 * @param rows what the tokens of a partition are rows of
 */
record CachedTeachers(PartitionSlots slots, List<TaughtCache> stores, List<RowForward> forwards, TokenRows rows)
        implements TeacherAnswers {
    @Override
    public List<Embedded> of(long step, int partition, BatchLoader.Arrays arrays) {
        List<TaughtSlot> asked = slots.of(step, partition, arrays.empty());
        List<Embedded> answers = new ArrayList<>();
        for (int teacher = 0; teacher < stores.size(); teacher++) {
            answers.add(answer(teacher, asked, arrays));
        }
        return answers;
    }

    private Embedded answer(int teacher, List<TaughtSlot> asked, BatchLoader.Arrays arrays) {
        List<TaughtView> views = new ArrayList<>();
        List<Integer> missing = new ArrayList<>();
        for (Optional<TaughtView> kept : stores.get(teacher).read(asked)) {
            if (kept.filter(view -> !view.isBad()).isEmpty()) {
                missing.add(views.size());
            }
            views.add(kept.orElse(TaughtView.BAD));
        }
        if (!missing.isEmpty()) {
            List<TaughtView> computed = computed(forwards.get(teacher), missing, arrays);
            for (int i = 0; i < missing.size(); i++) {
                views.set(missing.get(i), computed.get(i));
            }
            stores.get(teacher).write(missing.stream().map(asked::get).toList(), computed);
        }
        return InputTeachers.embedded(views);
    }

    private List<TaughtView> computed(RowForward forward, List<Integer> places, BatchLoader.Arrays arrays) {
        int floats = (int) (arrays.pixels().size() / arrays.ends().size());
        float[] all = arrays.pixels().floats();
        FloatBuffer pixels = FloatBuffer.allocate(places.size() * floats);
        long[] tokens = arrays.tokens().longs();
        long[] ends = arrays.ends().longs();
        int length = tokens.length / ends.length;
        List<int[]> texts = new ArrayList<>();
        for (int place : places) {
            pixels.put(all, place * floats, floats);
            int[] text = new int[(int) ends[place] + 1];
            for (int i = 0; i < text.length; i++) {
                text[i] = rows.token((int) tokens[place * length + i]);
            }
            texts.add(text);
        }
        List<float[]> images = forward.images(pixels.flip(), places.size());
        List<float[]> said = forward.texts(texts);
        List<TaughtView> views = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            views.add(TaughtView.rounded(images.get(i), said.get(i)));
        }
        return views;
    }
}
