package io.tinyclip.cluster.judge;

import io.tinyclip.cluster.input.Sources;
import io.tinyclip.data.ReadOrder;
import io.tinyclip.data.Reading;
import io.tinyclip.data.labelled.BenchmarkFolder;
import io.tinyclip.data.labelled.BenchmarkFolder.Type;
import io.tinyclip.data.labelled.LabelledFolder;
import io.tinyclip.data.labelled.LabelledPictures;
import io.tinyclip.data.labelled.LabelledTars;
import io.tinyclip.data.labelled.SomePictures;
import io.tinyclip.evaluate.ClassPrompts;
import io.tinyclip.evaluate.ZeroShot;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import io.tinyclip.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Opens sets of pictures in classes: in CLIP_benchmark's layout, in a folder or below an address, or as a folder with a folder for
 * each class, which may lie below one that is named as the split.
 */
public final class LabelledSets {
    /** How messages call what is opened here. */
    public static final String SETTING = "SET";

    /** Names of folders that are no classes where nothing lies beside them. */
    private static final Set<String> SPLITS = Set.of("train", "val", "valid", "validation", "test");

    private final Sources sources;
    private final Reading reading;

    /** @param reading how tars are read, but for what belongs to their pictures */
    public LabelledSets(Sources sources, Reading reading) {
        this.sources = sources;
        this.reading = reading.ofLabels();
    }

    /**
     * Pictures with their classes.
     *
     * @param layout where they lie
     * @param names of the classes by label, where the pictures or their set have any
     */
    public record Opened(BenchmarkFolder layout, LabelledPictures pictures, Optional<List<String>> names) {}

    /**
     * Opens a split of a set.
     *
     * @throws InvalidInputException if there is no such set or split, or it asks for something else
     */
    public Opened open(String set, String split) {
        BenchmarkFolder layout = new BenchmarkFolder(set, SETTING);
        requireClasses(layout, set);
        Optional<String> tars = layout.tars(split);
        if (tars.isPresent()) {
            LabelledTars pictures = LabelledTars.open(tars.get(), SETTING, sources.opening(ReadOrder.PAIRS, reading));
            return new Opened(layout, pictures, layout.classNames());
        }
        if (Storage.isRemote(layout.place())) {
            throw new InvalidInputException(SETTING + " [" + Location.shown(set) + "] has no " + split
                    + "/nshards.txt; check the address and --split");
        }
        LabelledFolder pictures = LabelledFolder.open(folder(Path.of(layout.place()), split));
        Optional<List<String>> named = layout.classNames();
        if (named.isPresent() && named.get().size() != pictures.classes().size()) {
            throw new InvalidInputException("[" + layout.place() + "/classnames.txt] names ["
                    + named.get().size() + "] classes, and there are folders of ["
                    + pictures.classes().size() + "]; correct it");
        }
        return new Opened(layout, pictures, Optional.of(named.orElse(pictures.classes())));
    }

    /**
     * What a set asks by its own names and templates, and without any of these by {@link ClassPrompts#USUAL}.
     *
     * @param samples most pictures, at even distances; 0 for all
     * @throws InvalidInputException if there is no such set or split, or it has no names
     */
    public ZeroShot zeroShot(String set, String split, int samples) {
        Opened opened = open(set, split);
        List<String> names = opened.names.orElseThrow(() -> new InvalidInputException(
                SETTING + " [" + Location.shown(set) + "] has no classnames.txt; write one, a name a line"));
        List<String> templates = opened.layout.templates().orElse(List.of(ClassPrompts.USUAL));
        return new ZeroShot(SomePictures.of(opened.pictures, samples), new ClassPrompts(names, templates));
    }

    /**
     * The pictures of a split of a set that has several.
     *
     * @throws InvalidInputException if there is no such set or split
     */
    public LabelledPictures openSplit(String set, String split) {
        BenchmarkFolder layout = new BenchmarkFolder(set, SETTING);
        if (!Storage.isRemote(layout.place())
                && !Files.isDirectory(Path.of(layout.place()).resolve(split))) {
            throw new InvalidInputException(SETTING + " [" + Location.shown(set) + "] has no folder [" + split
                    + "]; a linear probe needs two splits");
        }
        return open(set, split).pictures();
    }

    private static void requireClasses(BenchmarkFolder layout, String set) {
        Type type = layout.type();
        if (type == Type.RETRIEVAL) {
            throw new InvalidInputException(SETTING + " [" + Location.shown(set)
                    + "] is for retrieval by its dataset_type.txt; judge by it with the command retrieval");
        }
        if (type == Type.MULTILABEL) {
            throw new InvalidInputException(SETTING + " [" + Location.shown(set)
                    + "] has several classes a picture by its dataset_type.txt, which is not judged; give a"
                    + " set with one");
        }
    }

    private static Path folder(Path set, String split) {
        if (Files.isDirectory(set.resolve(split))) {
            return set.resolve(split);
        }
        if (!Files.isDirectory(set)) {
            throw new InvalidInputException("no folder [" + set + "], which " + SETTING + " names; check the path");
        }
        try (Stream<Path> entries = Files.list(set)) {
            List<String> folders = entries.filter(Files::isDirectory)
                    .map(folder -> String.valueOf(folder.getFileName()))
                    .sorted()
                    .toList();
            if (!folders.isEmpty() && SPLITS.containsAll(folders)) {
                throw new InvalidInputException(SETTING + " [" + set + "] has no split [" + split + "]; name one of "
                        + folders + " by --split");
            }
        } catch (IOException e) {
            throw new InvalidInputException("cannot list [" + set + "]: " + e + "; check its permissions", e);
        }
        return set;
    }
}
