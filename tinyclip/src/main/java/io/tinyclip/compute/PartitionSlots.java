package io.tinyclip.compute;

import io.tinyclip.data.RecurringViews;
import io.tinyclip.data.Sampler;
import io.tinyclip.taught.TaughtSlot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which views a partition's pairs show, as stores call them. */
record PartitionSlots(Sampler sampler, RecurringViews data, int partitionSize) {
    /** @param empty places of the partition whose pair cannot be used */
    List<TaughtSlot> of(long step, int partition, List<Integer> empty) {
        Set<Integer> without = new HashSet<>(empty);
        List<TaughtSlot> slots = new ArrayList<>(partitionSize);
        for (int place = 0; place < partitionSize; place++) {
            if (!without.contains(place)) {
                int position = partition * partitionSize + place;
                slots.add(TaughtSlot.of(data, sampler.index(step, position), sampler.viewKey(step, position)));
            }
        }
        return slots;
    }

    /** What people call a slot's sample. */
    String label(TaughtSlot slot) {
        return data.label(slot.index()).key();
    }
}
