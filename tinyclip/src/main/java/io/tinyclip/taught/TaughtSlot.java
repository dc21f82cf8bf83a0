package io.tinyclip.taught;

import io.tinyclip.data.RecurringViews;
import io.tinyclip.data.SampleContent;

/**
 * A view of a sample that a teacher is asked about.
 *
 * @param index of the sample in the dataset
 * @param content its name, wherever it lies
 * @param view below the store's K
 */
public record TaughtSlot(int index, SampleContent content, int view) {
    /** The view that a pair shows under a key. */
    public static TaughtSlot of(RecurringViews data, int index, long key) {
        return new TaughtSlot(index, data.content(index), data.number(key));
    }
}
