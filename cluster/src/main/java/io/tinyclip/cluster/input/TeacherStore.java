package io.tinyclip.cluster.input;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeacherStoreSettings;
import io.tinyclip.cluster.settings.TeacherStoreSettings.Use;
import io.tinyclip.data.Dataset;
import io.tinyclip.data.RecurringViews;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.files.Model;
import io.tinyclip.files.PreprocessingJson;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import io.tinyclip.taught.TaughtFolder;
import io.tinyclip.taught.TaughtInput;
import io.tinyclip.taught.TaughtKey;
import java.util.List;
import java.util.Optional;

/** Where the stores of a run's teachers lie, and those that are inputs of it. */
public final class TeacherStore {
    /** What the run's record calls the content of stores that are inputs. */
    public static final String INPUT = "tinyclip.teacher-store";

    private TeacherStore() {}

    /**
     * By what a store knows its teacher.
     *
     * @param hash of the model
     */
    public record Identity(String hash, ModelShape shape) {
        /** Of a model that was read. */
        public static Identity of(Model model) {
            return new Identity(ModelHash.of(model), model.shape());
        }
    }

    /**
     * The store of a teacher.
     *
     * @param pictures how they become the teacher's input
     * @param computation where its values are those of one numeric class
     */
    public static TaughtFolder folder(
            Settings settings, Identity teacher, Preprocessing pictures, Optional<TaughtKey.Computation> computation) {
        TaughtKey key = new TaughtKey(
                teacher.hash,
                PreprocessingJson.write(pictures) + " to " + pictures.size(),
                teacher.shape.text().contextLength(),
                settings.data().store().views(),
                settings.data().pictures().mostPixels(),
                teacher.shape.embedding(),
                computation);
        return new TaughtFolder(settings.data().store().folder(), key);
    }

    /** The pairs in the views that stores are of, which the settings want where there is a store. */
    public static RecurringViews recurring(Dataset data) {
        if (data instanceof RecurringViews views) {
            return views;
        }
        throw new InvalidInputException(
                "tinyclip.teacher-store.views [0] must be at least 1 where teacher embeddings are stored; set it in the recipe");
    }

    /** Whether a run reads all that its teachers say from stores, and asks none of them. */
    public static boolean areInputs(Settings settings) {
        return settings.data().store().use() == Use.PRECOMPUTED
                && settings.teaching().loss().taught();
    }

    /**
     * The stores that are inputs, one a teacher; none unless the settings say so.
     *
     * @throws InvalidInputException if one is missing or not complete, or they are not those of the hash that must be found
     */
    public static List<TaughtInput> inputs(
            Settings settings, List<Identity> teachers, Preprocessing pictures, Dataset data) {
        TeacherStoreSettings store = settings.data().store();
        if (!areInputs(settings)) {
            return List.of();
        }
        RecurringViews views = recurring(data);
        List<TaughtInput> inputs = teachers.stream()
                .map(teacher -> TaughtInput.open(folder(settings, teacher, pictures, Optional.empty()), views))
                .toList();
        store.hash()
                .filter(expected -> !inputs.isEmpty() && !expected.equals(hash(inputs)))
                .ifPresent(expected -> {
                    throw new InvalidInputException("the teacher embeddings in [" + store.folder() + "] have content ["
                            + hash(inputs) + "] here, [" + expected
                            + "] in the run; give this machine the same files, with -Dtinyclip.teacher-store.folder=... where"
                            + " they lie elsewhere");
                });
        return inputs;
    }

    /** SHA-256, in hex, of all stores that are inputs. */
    public static String hash(List<TaughtInput> inputs) {
        ContentHash hash = new ContentHash("tinyclip teacher stores 1");
        inputs.forEach(input -> hash.add(input.hash()));
        return hash.hex();
    }
}
