package io.tinyclip.compute;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.Embedded;
import io.tinyclip.taught.TaughtInput;
import io.tinyclip.taught.TaughtSlot;
import io.tinyclip.taught.TaughtView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Teachers whose every answer was stored before the run. */
record InputTeachers(PartitionSlots slots, List<TaughtInput> stores) implements TeacherAnswers {
    @Override
    public List<Embedded> of(long step, int partition, BatchLoader.Arrays arrays) {
        List<TaughtSlot> asked = slots.of(step, partition, arrays.empty());
        List<Embedded> answers = new ArrayList<>();
        for (TaughtInput store : stores) {
            TaughtView[] views = store.read(asked);
            for (int i = 0; i < views.length; i++) {
                requireGood(views[i], asked.get(i));
            }
            answers.add(embedded(Arrays.asList(views)));
        }
        return answers;
    }

    private void requireGood(TaughtView view, TaughtSlot slot) {
        if (view.isBad()) {
            throw new InvalidInputException("the store of teacher embeddings has none of [" + slots.label(slot)
                    + "], whose picture could not be decoded where they were computed, and can be here; remove its file ["
                    + slot.content().hash() + "] and fill it again");
        }
    }

    /** (B, E) each, row-major. */
    static Embedded embedded(List<TaughtView> views) {
        int width = views.get(0).image().length;
        float[] image = new float[views.size() * width];
        float[] text = new float[views.size() * width];
        for (int i = 0; i < views.size(); i++) {
            System.arraycopy(views.get(i).image(), 0, image, i * width, width);
            System.arraycopy(views.get(i).text(), 0, text, i * width, width);
        }
        return new Embedded(image, text);
    }
}
