package io.tinyclip.cluster.input;

import com.google.gson.JsonObject;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.TeachingSettings;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.formats.Models;
import io.tinyclip.formats.ReadOptions;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Models by what a user calls them: a folder, a file, or the one inside the jar. */
public final class Teachers {
    private static final Logger LOG = LoggerFactory.getLogger(Teachers.class);
    private static final String READ = "read";
    private static final String RESOURCE = "/teacher/";
    private static final List<String> FILES = List.of(ModelFolder.TENSORS, ModelFolder.CONFIG);

    private Teachers() {}

    /**
     * Reads the teachers that the settings name.
     *
     * @return the one to compress first
     */
    public static List<Model> of(Settings settings) {
        ReadOptions options = settings.teaching().teacher().options();
        return Stream.concat(Stream.of(settings.teaching().teacher().model()), settings.teaching().further().stream())
                .map(name -> read(name, options))
                .toList();
    }

    /**
     * All must see the same of a pair; any architecture and embedding will do.
     *
     * @throws InvalidInputException if one takes other pictures or other tokens than the first
     */
    public static void requireSameInput(List<Model> teachers) {
        FurtherTeachers.requireSameInput(teachers);
    }

    /**
     * Reads a model.
     *
     * @param name a folder or file, here or at an address, of any format that {@link Models} knows, or {@code builtin}
     * @throws InvalidInputException if there is no model, or a damaged one
     */
    public static Model read(String name) {
        return read(name, ReadOptions.NONE);
    }

    /** Reads a model of which the user says more than its name, and says what had to be assumed of it. */
    public static Model read(String name, ReadOptions options) {
        Model model = readUnsaid(name, options);
        assumed(model)
                .ifPresent(assumed ->
                        LOG.warn("model [{}]: its files do not say all; assumed: {}", Location.shown(name), assumed));
        return model;
    }

    /** The same for those who tell all of a model anyway. */
    public static Model readUnsaid(String name, ReadOptions options) {
        if (name.equals(TeachingSettings.BUILTIN)) {
            return builtin(options);
        }
        Path path = RemoteModels.path(name, "model");
        if (!Files.exists(path)) {
            throw new InvalidInputException("model [" + name + "] does not exist; name a model's folder or file, or "
                    + TeachingSettings.BUILTIN);
        }
        return Models.read(path, options);
    }

    /** What was assumed of a model beyond its files, as one text: it decides what every use of the model gives. */
    private static Optional<String> assumed(Model model) {
        JsonObject provenance = model.provenance();
        List<String> all = new ArrayList<>();
        if (provenance.has(READ)) {
            provenance.getAsJsonObject(READ).getAsJsonArray("assumed").forEach(each -> all.add(each.getAsString()));
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", all));
    }

    /** The reader wants a folder, so the two files are unpacked for as long as it reads. */
    private static Model builtin(ReadOptions options) {
        try {
            Path folder = Files.createTempDirectory("tinyclip-teacher");
            try {
                for (String file : FILES) {
                    unpack(file, folder.resolve(file));
                }
                return Models.read(folder, options);
            } finally {
                for (String file : FILES) {
                    Files.deleteIfExists(folder.resolve(file));
                }
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot unpack the built-in teacher into the temporary folder ["
                            + System.getProperty("java.io.tmpdir") + "] (" + e
                            + "); make it writable, or start java with -Djava.io.tmpdir=FOLDER before -jar",
                    e);
        }
    }

    private static void unpack(String file, Path target) throws IOException {
        Optional<InputStream> resource = Optional.ofNullable(Teachers.class.getResourceAsStream(RESOURCE + file));
        if (resource.isEmpty()) {
            throw new InvalidInputException(
                    "this build has no built-in teacher; set tinyclip.teacher to a model folder, such as one that pretrain made");
        }
        try (InputStream in = resource.get()) {
            Files.copy(in, target);
        }
    }
}
