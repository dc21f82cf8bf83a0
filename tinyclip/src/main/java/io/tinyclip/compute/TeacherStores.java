package io.tinyclip.compute;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Torch;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.TokenRows;
import io.tinyclip.taught.TaughtCache;
import io.tinyclip.taught.TaughtInput;
import io.tinyclip.taught.TaughtKey;
import java.util.List;
import java.util.Optional;

/** Where what teachers say is kept besides memory, one store a teacher. */
public sealed interface TeacherStores {
    /** Nowhere. */
    TeacherStores NONE = new None();

    /** Nowhere. */
    record None() implements TeacherStores {}

    /** In complete stores, so that no teacher is needed. */
    record Inputs(List<TaughtInput> stores) implements TeacherStores {
        public Inputs {
            stores = List.copyOf(stores);
        }
    }

    /** In stores that runs fill. */
    record Caches(List<TaughtCache> stores) implements TeacherStores {
        public Caches {
            stores = List.copyOf(stores);
        }
    }

    /** What decides the bits of a store's values besides the weights, where a run computes them. */
    static TaughtKey.Computation computation(
            Layout teacher, Precision precision, ComputeDevice device, String numericClass) {
        return new TaughtKey.Computation(
                numericClass,
                precision.word(),
                RowForward.kernelHash(teacher, precision, device.isGpu()),
                RowForward.ROWS);
    }

    /**
     * Asks a teacher's kernel, as it computes here, whether it may fill a store during a run.
     *
     * @throws InvalidInputException if its bits depend on which pairs come together, with the other way
     */
    static void requireRowsAlone(Teacher teacher, Precision precision, ComputeDevice device) {
        try (var scope = Torch.newScope(device)) {
            TokenRows all = TokenRows.all(teacher.layout().tokenRows());
            RowForward forward = new RowForward(scope, new RowForward.Source(teacher, all, precision, device));
            Optional<String> dependence = RowProbe.dependence(forward);
            if (dependence.isPresent()) {
                throw new InvalidInputException(
                        "tinyclip.teacher-store.use [filled] cannot be had here, where the teacher's bits depend on which"
                                + " pairs are computed together (" + dependence.get()
                                + "); fill the store by the command precompute, and set it to precomputed");
            }
        }
    }
}
