package io.tinyclip.data.labelled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.Reading;
import io.tinyclip.data.TarWriter;
import io.tinyclip.data.WebDataset;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelledTarsTest {
    @TempDir
    private Path folder;

    @Test
    void aPicturesClassIsInItsClsWhateverElseLiesBesideIt() throws IOException {
        Path first = folder.resolve("0.tar");
        try (TarWriter tar = new TarWriter(first)) {
            tar.add("s0.png", png(1))
                    .add("s0.cls", "7")
                    .add("s0.txt", "a caption\nor two")
                    .add("s0.json", "{}");
            tar.add("s1.cls.txt", "0\n").add("s1.jpg", png(2));
            tar.add("s2.png", png(3)).add("s2.txt", "no class");
        }
        try (TarWriter tar = new TarWriter(folder.resolve("1.tar"))) {
            tar.add("s3.webp", Arrays.copyOf(png(4), 45)).add("s3.cls", "12");
        }
        LabelledTars pictures = open(folder + "/{0..1}.tar");
        assertEquals(3, pictures.size());
        assertEquals(7, pictures.label(0));
        assertEquals(0, pictures.label(1));
        assertEquals(12, pictures.label(2));
        assertEquals(1, pictures.picture(0, Preprocessing.clip(4)).rgb()[0]);
        assertThrows(BadPictureException.class, () -> pictures.picture(2, Preprocessing.clip(4)));
        assertEquals("s3", pictures.name(2).key());
    }

    @Test
    void theSameTarCanBeReadForItsCaptionsAndForItsClasses() throws IOException {
        Path file = folder.resolve("0.tar");
        try (TarWriter tar = new TarWriter(file)) {
            tar.add("s0.png", png(1)).add("s0.cls", "3").add("s0.txt", "a caption");
        }
        for (int time = 0; time < 2; time++) {
            assertEquals(3, open(file.toString()).label(0));
            WebDataset pairs = WebDataset.open(file.toString(), "pairs");
            assertEquals("a caption", pairs.captions(0).get(0));
        }
    }

    @Test
    void refusesWhatIsNoClass() throws IOException {
        for (String label : new String[] {"-1", "cat", "1.0", "99999999999"}) {
            Path file = folder.resolve(label + ".tar");
            try (TarWriter tar = new TarWriter(file)) {
                tar.add("s0.png", png(1)).add("s0.cls", label);
            }
            assertTrue(message(file).contains("class [" + label + "] of [s0] in tar [" + file + "]"), message(file));
        }
        Path file = folder.resolve("none.tar");
        try (TarWriter tar = new TarWriter(file)) {
            tar.add("s0.png", png(1)).add("s0.txt", "a caption");
        }
        assertTrue(
                message(file).contains("samples [0]")
                        && message(file).contains("1 without the number of a class, such as [s0]")
                        && message(file).contains("key.cls"),
                message(file));
    }

    private static String message(Path file) {
        return String.valueOf(assertThrows(InvalidInputException.class, () -> open(file.toString()))
                .getMessage());
    }

    private static LabelledTars open(String pattern) {
        return LabelledTars.open(pattern, "SET", WebDataset.Opening.usual(Reading.USUAL.ofLabels()));
    }

    /** All of one colour, whose red is given. */
    private static byte[] png(int red) throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            image.setRGB(i % 8, i / 8, red << 16);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }
}
