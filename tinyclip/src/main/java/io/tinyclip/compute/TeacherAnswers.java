package io.tinyclip.compute;

import io.tinyclip.data.RecurringViews;
import io.tinyclip.data.Sampler;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.step.Embedded;
import java.util.Collections;
import java.util.List;

/** What the teachers say of a partition's pairs: computed, or read. */
interface TeacherAnswers {
    /**
     * Every teacher's embeddings of the pairs that the arrays have.
     *
     * @param step of the data
     * @param arrays of at least one pair
     */
    List<Embedded> of(long step, int partition, BatchLoader.Arrays arrays);

    /** As the setup wants them; nobody is asked where no term of the loss does, or no pair can be used. */
    static TeacherAnswers of(ClipCompute.Setup setup, TensorScope scope, Sampler sampler) {
        if (!setup.plan().loss().taught()) {
            return (step, partition, arrays) -> List.of();
        }
        TeacherAnswers some = ofSome(setup, scope, sampler);
        List<Embedded> none =
                Collections.nCopies(setup.plan().loss().teachers(), new Embedded(new float[0], new float[0]));
        return (step, partition, arrays) -> arrays.isEmpty() ? none : some.of(step, partition, arrays);
    }

    private static TeacherAnswers ofSome(ClipCompute.Setup setup, TensorScope scope, Sampler sampler) {
        TeacherStores stores = setup.memory().stores();
        if (stores instanceof TeacherStores.Inputs inputs) {
            return new InputTeachers(slots(setup, sampler), inputs.stores());
        }
        if (stores instanceof TeacherStores.Caches caches) {
            List<RowForward> forwards = setup.teachers().stream()
                    .map(teacher -> new RowForward(
                            scope, new RowForward.Source(teacher, setup.rows(), setup.precision(), setup.device())))
                    .toList();
            return new CachedTeachers(slots(setup, sampler), caches.stores(), forwards, setup.rows());
        }
        List<TeacherForward> forwards = setup.teachers().stream()
                .map(teacher -> new TeacherForward(scope, teacher, setup.rows(), setup.precision()))
                .toList();
        return new AskedTeachers(scope, forwards, setup.memory().teacherCache(), sampler.period());
    }

    private static PartitionSlots slots(ClipCompute.Setup setup, Sampler sampler) {
        if (setup.data() instanceof RecurringViews data) {
            return new PartitionSlots(sampler, data, setup.plan().partitionSize());
        }
        throw new IllegalArgumentException("what is stored of teachers is of views that recur, and these do not");
    }
}
