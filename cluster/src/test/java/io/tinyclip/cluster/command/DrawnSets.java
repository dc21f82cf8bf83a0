package io.tinyclip.cluster.command;

import io.tinyclip.cluster.input.TarMember;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import javax.imageio.ImageIO;

/**
 * The sets that {@code scripts/reference/benchmark.py} draws, from the same whole numbers: ten classes of shapes, two pairs of
 * which have the same name and the same pictures, and the same pictures with captions.
 */
public final class DrawnSets {
    static final int PICTURES = 85;

    private static final int WIDTH = 40;
    private static final int HEIGHT = 36;
    private static final int LEAST = 4;
    private static final int FIRST_TO_LEARN = 100;
    private static final int TO_LEARN = 20;
    private static final int TO_TELL = 10;
    private static final int IN_A_TAR = 40;
    private static final List<String> COLORS =
            List.of("red", "green", "blue", "yellow", "black", "white", "purple", "orange");
    private static final int[] RGB = {
        0xdc1e28, 0x1e963c, 0x2846d2, 0xf0d228, 0x0a0a0a, 0xfafafa, 0x8228a0, 0xfa8214,
    };
    private static final List<String> NAMES = List.of(
            "circle", "square", "triangle", "plus", "ring", "circle", "minus", "square", "diamond", "half circle");
    private static final int[] SHAPES = {0, 1, 2, 3, 4, 0, 5, 1, 6, 7};
    /** The first class of each shape. */
    private static final int[] LABELS = {0, 1, 2, 3, 4, 6, 8, 9};

    private static final String TEMPLATES = "an icon of a {c}.\na {c}\n{c} icon\n";

    private DrawnSets() {}

    private record Drawn(int label, int number) {
        private int shape() {
            return SHAPES[label];
        }

        private int front() {
            return mixed(1_000 * shape() + number) % 8;
        }

        private int back() {
            int at = mixed(1_000 * shape() + number);
            return (at % 8 + 1 + at / 8 % 7) % 8;
        }

        private String captions() {
            List<String> all = List.of(
                    "a " + COLORS.get(front()) + " " + NAMES.get(label),
                    NAMES.get(label) + " icon in " + COLORS.get(front()) + " on " + COLORS.get(back()),
                    "a " + NAMES.get(label) + ".");
            return String.join("\n", all.subList(0, 1 + (label + number) % 3));
        }

        private byte[] png() throws IOException {
            int at = mixed(1_000 * shape() + number + 500);
            int x = 16 + at % 8;
            int y = 14 + at / 8 % 8;
            int r = 8 + at / 64 % 5;
            BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
                int i = pixel % WIDTH;
                int j = pixel / WIDTH;
                image.setRGB(i, j, RGB[inside(shape(), i - x, j - y, r) ? front() : back()]);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        }
    }

    private record Member(String ending, String text) {}

    /** CLIP_benchmark's layout, with a class beside each picture. */
    public static Path shapes(Path folder) throws IOException {
        text(folder.resolve("classnames.txt"), String.join("\n", NAMES) + "\n");
        text(folder.resolve("zeroshot_classification_templates.txt"), TEMPLATES);
        tars(folder.resolve("test"), pictures(), drawn -> new Member(".cls", Integer.toString(drawn.label)));
        return folder;
    }

    /** CLIP_benchmark's layout with two splits, of which one is learned from; the classes are the shapes. */
    static Path probe(Path folder) throws IOException {
        tars(folder.resolve("train"), eachShape(FIRST_TO_LEARN, TO_LEARN), DrawnSets::shape);
        tars(folder.resolve("test"), eachShape(0, TO_TELL), DrawnSets::shape);
        return folder;
    }

    private static Member shape(Drawn drawn) {
        return new Member(".cls", Integer.toString(drawn.shape()));
    }

    /** CLIP_benchmark's layout, with captions beside each picture. */
    static Path captions(Path folder) throws IOException {
        text(folder.resolve("dataset_type.txt"), "retrieval\n");
        tars(folder.resolve("test"), pictures(), drawn -> new Member(".txt", drawn.captions()));
        return folder;
    }

    /** The classes as folders, whose order is that of the labels, with the same names. */
    public static Path folders(Path folder, String split) throws IOException {
        text(folder.resolve("classnames.txt"), String.join("\n", NAMES) + "\n");
        text(folder.resolve("zeroshot_classification_templates.txt"), TEMPLATES);
        for (Drawn drawn : pictures()) {
            Path own = Files.createDirectories(folder.resolve(split).resolve("class" + drawn.label));
            Files.write(own.resolve(String.format(Locale.ROOT, "%02d.png", drawn.number)), drawn.png());
        }
        return folder;
    }

    private static void tars(Path folder, List<Drawn> all, Function<Drawn, Member> beside) throws IOException {
        int tars = (all.size() + IN_A_TAR - 1) / IN_A_TAR;
        text(folder.resolve("nshards.txt"), tars + "\n");
        for (int tar = 0; tar < tars; tar++) {
            try (OutputStream out = Files.newOutputStream(folder.resolve(tar + ".tar"))) {
                for (int i = tar * IN_A_TAR; i < Math.min(all.size(), (tar + 1) * IN_A_TAR); i++) {
                    String key = String.format(Locale.ROOT, "s%07d", i);
                    Drawn drawn = all.get(i);
                    TarMember.write(out, key + ".png", drawn.png());
                    Member member = beside.apply(drawn);
                    TarMember.write(out, key + member.ending, member.text.getBytes(StandardCharsets.UTF_8));
                }
                out.write(new byte[1024]);
            }
        }
    }

    private static List<Drawn> pictures() {
        List<Drawn> all = new ArrayList<>();
        for (int number = 0; number < LEAST + NAMES.size(); number++) {
            for (int label = 0; label < NAMES.size(); label++) {
                if (number < LEAST + label) {
                    all.add(new Drawn(label, number));
                }
            }
        }
        return all;
    }

    /** Every shape so often, whose class is its number. */
    private static List<Drawn> eachShape(int first, int count) {
        List<Drawn> all = new ArrayList<>();
        for (int number = first; number < first + count; number++) {
            for (int shape = 0; shape < LABELS.length; shape++) {
                all.add(new Drawn(LABELS[shape], number));
            }
        }
        return all;
    }

    private static int mixed(int from) {
        long number = from;
        for (int time = 0; time < 3; time++) {
            number = (number * 1_103_515_245L + 12_345) % (1L << 31);
        }
        return (int) (number / 256);
    }

    private static boolean inside(int shape, int dx, int dy, int r) {
        int across = Math.abs(dx);
        int down = Math.abs(dy);
        int square = dx * dx + dy * dy;
        return switch (shape) {
            case 0 -> square <= r * r;
            case 1 -> Math.max(across, down) <= r;
            case 2 -> down <= r && 2 * across <= dy + r;
            case 3 -> (3 * across <= r && down <= r) || (3 * down <= r && across <= r);
            case 4 -> (r - 3) * (r - 3) <= square && square <= r * r;
            case 5 -> across <= r && 3 * down <= r;
            case 6 -> across + down <= r;
            case 7 -> square <= r * r && dy >= 0;
            default -> throw new IllegalArgumentException("shape " + shape);
        };
    }

    private static void text(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
