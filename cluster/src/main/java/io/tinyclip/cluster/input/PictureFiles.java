package io.tinyclip.cluster.input;

import io.tinyclip.cluster.console.Encoding;
import io.tinyclip.data.WebDataset;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Pictures to embed, in a fixed order, decoded one at a time. */
public final class PictureFiles {
    private static final List<String> ENDINGS =
            List.of(".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff");

    private interface Decoder {
        RgbImage picture(int index, Preprocessing preprocessing);
    }

    private final List<String> names;
    private final List<Path> files;
    private final Decoder decoder;

    private PictureFiles(List<String> names, List<Path> files, Decoder decoder) {
        this.names = names;
        this.files = files;
        this.decoder = decoder;
    }

    /**
     * Finds the pictures.
     *
     * @param place a folder, searched through and through for files of pictures, or a WebDataset tar
     * @throws InvalidInputException if there are none, or the locale cannot read a name
     */
    public static PictureFiles open(Path place) {
        return Files.isDirectory(place) ? folder(place) : tar(place);
    }

    /** What each picture is called: its path in the folder, or its position in the tar. */
    public List<String> names() {
        return names;
    }

    /** The file of each picture of a folder; of a tar none. */
    public List<Path> files() {
        return files;
    }

    /** A picture as a model takes it. */
    public RgbImage picture(int index, Preprocessing preprocessing) {
        return decoder.picture(index, preprocessing);
    }

    private static PictureFiles folder(Path place) {
        try (Stream<Path> paths = Files.walk(place)) {
            List<Path> files = paths.filter(PictureFiles::isPicture)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new InvalidInputException("folder [" + place + "] holds no picture; give files that end in "
                        + String.join(", ", ENDINGS));
            }
            files.forEach(Encoding::requireReadable);
            List<String> names = files.stream()
                    .map(file -> place.relativize(file).toString())
                    .toList();
            return new PictureFiles(names, files, (index, way) -> way.evaluation(read(files.get(index))));
        } catch (IOException e) {
            throw new InvalidInputException("cannot list [" + place + "]: " + e + "; check its permissions", e);
        }
    }

    private static PictureFiles tar(Path place) {
        WebDataset pairs = WebDataset.open(place.toString(), "--images");
        return new PictureFiles(
                IntStream.range(0, pairs.size()).mapToObj(Integer::toString).toList(), List.of(), pairs::plain);
    }

    private static boolean isPicture(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith);
    }

    private static RgbImage read(Path file) {
        try {
            return ImageDecoder.decode(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new InvalidInputException("cannot read [" + file + "]: " + e + "; check its permissions", e);
        }
    }
}
