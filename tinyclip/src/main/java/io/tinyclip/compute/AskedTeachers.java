package io.tinyclip.compute;

import io.tinyclip.engine.TensorScope;
import io.tinyclip.step.Embedded;
import java.util.List;

/**
 * Teachers who are asked each time, unless what they said of the same partition of pairs is still in memory.
 *
 * @param period data steps after which the same pairs come in the same views
 */
record AskedTeachers(TensorScope scope, List<TeacherForward> teachers, TeacherCache cache, long period)
        implements TeacherAnswers {
    @Override
    public List<Embedded> of(long step, int partition, BatchLoader.Arrays arrays) {
        long recurring = step % period;
        return cache.get(recurring, partition).orElseGet(() -> {
            List<Embedded> embeddings = teachers.stream()
                    .map(teacher -> teacher.embed(scope, arrays))
                    .toList();
            cache.put(recurring, partition, embeddings);
            return embeddings;
        });
    }
}
