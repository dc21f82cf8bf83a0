package io.tinyclip.cluster.membership;

import io.tinyclip.actors.member.NodeHost;
import io.tinyclip.cluster.input.ModelDescription;
import io.tinyclip.cluster.input.ModelHash;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.StoredFloat;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.ModelShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine's own copy of a run's teacher, in its cache by the content's hash. A copy is used only if its content has that
 * hash, so a damaged one is fetched again.
 */
final class TeacherCopy {
    private static final Logger LOG = LoggerFactory.getLogger(TeacherCopy.class);

    private final Path teachers;

    /** @param cache this machine's */
    TeacherCopy(Path cache) {
        this.teachers = cache.resolve("teachers");
    }

    /** What {@link #open} needs to know of a model besides its floats. */
    static String describe(Model model) {
        return ModelDescription.of(model);
    }

    /**
     * Reads the copy, or fetches the teacher and keeps it.
     *
     * @throws InvalidInputException if what was fetched is not what was offered, or the cache cannot be written
     */
    Model open(NodeHost.Teacher offer) {
        Path folder = teachers.resolve(requireHash(offer.hash()));
        return kept(folder, offer.hash()).orElseGet(() -> {
            Model fetched = model(offer);
            keep(folder, fetched);
            return fetched;
        });
    }

    /** The shape in a description. */
    static ModelShape shape(String description) {
        return read(description).shape();
    }

    /** The preprocessing in a description. */
    static Preprocessing preprocessing(String description) {
        return read(description).preprocessing();
    }

    private static Optional<Model> kept(Path folder, String hash) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try {
            Model model = ModelFolder.read(folder);
            if (ModelHash.of(model).equals(hash)) {
                return Optional.of(model);
            }
            LOG.warn("the teacher's copy in [{}] is damaged; fetching it again", folder);
        } catch (InvalidInputException e) {
            LOG.warn("the teacher's copy in [{}] is damaged ({}); fetching it again", folder, e.getMessage());
        }
        delete(folder);
        return Optional.empty();
    }

    private static Model model(NodeHost.Teacher offer) {
        Model model =
                read(offer.description()).with(FloatVector.of(offer.vector().get()));
        String hash = ModelHash.of(model);
        if (!hash.equals(offer.hash())) {
            throw new InvalidInputException("the teacher that was fetched has content [" + hash + "], not ["
                    + offer.hash() + "]; start the same coordinator.jar on every machine");
        }
        return model;
    }

    private static ModelDescription read(String description) {
        return ModelDescription.read(description, "the teacher");
    }

    /** Under another name first: a folder with the right name is whole, also where several machines share the cache. */
    private void keep(Path folder, Model model) {
        try {
            AtomicFile.createFolders(teachers);
            Path temporary = Files.createTempDirectory(teachers, "fetched");
            try {
                ModelFolder.write(temporary, model, StoredFloat.F32);
                Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                delete(temporary);
            }
        } catch (IOException | UncheckedIOException e) {
            // The run does not need the copy; the next start fetches the teacher again.
            LOG.info("the teacher is not kept in [{}]", folder, e);
        }
    }

    private static void delete(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "cannot remove [" + folder + "] (" + e.getMessage()
                            + "); remove it, or set tinyclip.cache.folder to a folder that can be written",
                    e);
        }
    }

    /** It becomes a folder's name. */
    private static String requireHash(String hash) {
        if (!hash.matches("[0-9a-f]{64}")) {
            throw new InvalidInputException("the teacher's hash [" + hash
                    + "] is not one of SHA-256; start the same coordinator.jar on every machine");
        }
        return hash;
    }
}
