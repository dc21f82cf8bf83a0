package io.tinyclip.data.labelled;

import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A folder with a folder for every class, as torchvision's ImageFolder reads it: classes by their folders' names in the order of
 * their characters' codes, pictures of a class at any depth, links followed.
 */
public final class LabelledFolder implements LabelledPictures {
    private static final Set<String> ENDINGS =
            Set.of("jpg", "jpeg", "png", "ppm", "bmp", "pgm", "tif", "tiff", "webp", "gif");
    private static final Comparator<Path> BY_CODES = Comparator.comparing(Path::toString, LabelledFolder::byCodes);

    private final List<String> classes;
    private final List<Path> pictures = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();

    private LabelledFolder(Path root) throws IOException {
        List<Path> folders = sorted(Files.list(root), Files::isDirectory);
        this.classes = folders.stream()
                .map(folder -> String.valueOf(folder.getFileName()))
                .toList();
        for (int label = 0; label < folders.size(); label++) {
            List<Path> own =
                    sorted(Files.walk(folders.get(label), FileVisitOption.FOLLOW_LINKS), LabelledFolder::isPicture);
            if (own.isEmpty()) {
                throw new InvalidInputException("class [" + folders.get(label) + "] holds no picture " + ENDINGS
                        + "; put some there or take the folder away");
            }
            pictures.addAll(own);
            for (int i = 0; i < own.size(); i++) {
                labels.add(label);
            }
        }
    }

    /**
     * Lists a folder.
     *
     * @throws InvalidInputException if it cannot be listed, or holds no class or a class without a picture
     */
    public static LabelledFolder open(Path root) {
        try {
            LabelledFolder folder = new LabelledFolder(root);
            if (folder.classes.isEmpty()) {
                throw new InvalidInputException(
                        "[" + root + "] holds no folder; expected one for every class, with its pictures in it");
            }
            return folder;
        } catch (IOException | UncheckedIOException e) {
            throw new InvalidInputException("cannot list [" + root + "]: " + e + "; check the path", e);
        }
    }

    /** The folders' names, by label. */
    public List<String> classes() {
        return classes;
    }

    @Override
    public int size() {
        return pictures.size();
    }

    @Override
    public int label(int index) {
        return labels.get(index);
    }

    @Override
    public SampleLabel name(int index) {
        return new SampleLabel("", pictures.get(index).toString());
    }

    /** Covers names and sizes of pictures and folders, but not the pictures' own bytes, nor where they lie. */
    @Override
    public String contentHash() {
        ContentHash hash = new ContentHash("tinyclip labelled files 1").add(classes.size());
        classes.forEach(hash::add);
        for (int i = 0; i < pictures.size(); i++) {
            Path file = pictures.get(i);
            try {
                hash.add(labels.get(i)).add(String.valueOf(file.getFileName())).add(Files.size(file));
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
        return hash.hex();
    }

    @Override
    public RgbImage picture(int index, Preprocessing preprocessing) {
        Path file = pictures.get(index);
        try {
            return preprocessing.evaluation(Files.readAllBytes(file), "[" + file + "]");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static InvalidInputException unreadable(Path file, IOException e) {
        return new InvalidInputException("cannot read [" + file + "]: " + e + "; check its permissions", e);
    }

    private static List<Path> sorted(Stream<Path> paths, Predicate<Path> kept) {
        try (paths) {
            return paths.filter(kept).sorted(BY_CODES).toList();
        }
    }

    private static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName());
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT))
                && Files.isRegularFile(file);
    }

    /** As Python sorts texts, which is not by UTF-16. */
    private static int byCodes(String one, String other) {
        int[] left = one.codePoints().toArray();
        int[] right = other.codePoints().toArray();
        return Arrays.compare(left, right);
    }
}
