package io.tinyclip.cluster.machine;

import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.input.TeacherStore;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeacherStoreSettings.Use;
import io.tinyclip.compute.Teacher;
import io.tinyclip.compute.TeacherStores;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.files.Model;
import io.tinyclip.kernel.Precision;
import io.tinyclip.taught.TaughtCache;
import io.tinyclip.taught.TaughtFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The stores of teacher embeddings that the workers of a process use. One that they fill belongs to their numeric class, and is
 * opened when the precision is decided, if the probe lets it.
 */
final class StoredTeaching {
    private final ComputeInput input;
    private final ComputeDevice device;
    private final Function<Precision, String> numericClass;
    private Optional<TeacherStores> opened = Optional.empty();

    /** @param numericClass its name, by the precision */
    StoredTeaching(ComputeInput input, ComputeDevice device, Function<Precision, String> numericClass) {
        this.input = input;
        this.device = device;
        this.numericClass = numericClass;
    }

    boolean isOf(ComputeInput other) {
        return input == other;
    }

    /** The teachers that workers may have to ask: none where all that they say is an input. */
    static List<Teacher> asked(ComputeInput input) {
        return input.stored().isEmpty()
                ? input.teachers().stream().map(StoredTeaching::teacher).toList()
                : List.of();
    }

    private static Teacher teacher(Model model) {
        return new Teacher(model.layout(), model.vector());
    }

    /** @throws io.tinyclip.model.InvalidInputException if a store cannot be filled here */
    synchronized TeacherStores stores() {
        if (opened.isEmpty()) {
            opened = Optional.of(open());
        }
        return opened.get();
    }

    private TeacherStores open() {
        Settings settings = input.settings();
        if (!input.stored().isEmpty()) {
            return new TeacherStores.Inputs(input.stored());
        }
        if (settings.data().store().use() != Use.FILLED || !input.plan().loss().taught()) {
            return TeacherStores.NONE;
        }
        Precision precision = settings.step().precision().orElseThrow();
        String name = numericClass.apply(precision);
        List<TaughtCache> caches = new ArrayList<>();
        for (Model model : input.teachers()) {
            TeacherStores.requireRowsAlone(teacher(model), precision, device);
            TaughtFolder folder = TeacherStore.folder(
                    settings,
                    TeacherStore.Identity.of(model),
                    input.preprocessing(),
                    Optional.of(TeacherStores.computation(model.layout(), precision, device, name)));
            caches.add(new TaughtCache(folder));
        }
        return new TeacherStores.Caches(caches);
    }
}
