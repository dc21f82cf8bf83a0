package io.tinyclip.inherit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.files.Architectures;
import io.tinyclip.model.Counts;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.Tower;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The published selection for the six models of the zoo that are chosen by hand: every k-th layer from the first on, and the
 * first channels, heads (of queries, keys and values each) and neurons. Two sizes in a row are two stages, the second of
 * which takes from the first.
 */
class ReferenceSelectionTest {
    private static final int HEAD_WIDTH = 64;
    private static final int QUERY_KEY_VALUE = 3;
    /** Floats count exactly to 2^24, so an index travels in two of them. */
    private static final int HALF = 1 << 16;

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ViT-61M/32 Text-29M, ViT-B-32, 640 12 512 9, 10 2560, 8 2048, 61.41, 28.67",
        "ViT-40M/32 Text-19M, ViT-B-32, 640 12 512 9 512 12 512 6, 8 2048, 8 2048, 39.69, 19.22",
        "ViT-39M/16 Text-19M, ViT-B-16, 512 12 512 6, 8 2048, 8 2048, 38.59, 19.22",
        "ViT-8M/16 Text-3M, ViT-B-16, 256 10 256 3, 4 1024, 4 1024, 8.28, 2.52",
    })
    void studentsOfTransformersHaveThePublishedShape(
            String model, String teacher, String sizes, String image, String text, double imageM, double textM) {
        List<ModelShape> chain = chain(teacher, sizes);
        ModelShape student = chain.get(chain.size() - 1);
        int[] size = last(sizes);
        check(student.vision(), size[0], size[1], image);
        check(student.text(), size[2], size[3], text);
        assertEquals(512, student.embedding());
        Counts counts = Counts.of(student);
        assertEquals(imageM, counts.image() / 1e6, 0.005, model);
        assertEquals(textM, counts.text() / 1e6, 0.005, model);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ResNet-30M Text-29M, 56 4 512 9, 28, 29.58, 28.94",
        "ResNet-19M Text-19M, 56 4 512 9 44 4 512 6, 22, 18.60, 19.48"
    })
    void studentsOfResidualNetworksHaveThePublishedShape(
            String model, String sizes, int poolHeads, double imageM, double textM) {
        List<ModelShape> chain = chain("RN50", sizes);
        ModelShape student = chain.get(chain.size() - 1);
        int[] size = last(sizes);
        ResNet network = (ResNet) student.image();
        assertEquals(new ResNet(224, size[0], HEAD_WIDTH, List.of(3, 4, 6, 3)), network);
        assertEquals(poolHeads, network.features() / HEAD_WIDTH);
        check(student.text(), size[2], size[3], "8 2048");
        assertEquals(1024, student.embedding());
        Counts counts = Counts.of(student);
        assertEquals(imageM, counts.image() / 1e6, 0.005, model);
        assertEquals(textM, counts.text() / 1e6, 0.005, model);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "ViT-61M/32 Text-29M, ViT-B-32, 640 12 512 9, 0 1 2 3 4 5 6 7 8 9 10 11, 0 1 2 3 4 5 6 7 8",
        "ViT-40M/32 Text-19M, ViT-B-32, 640 12 512 9 512 12 512 6, 0 1 2 3 4 5 6 7 8 9 10 11, 0 1 2 3 4 5",
        "ViT-39M/16 Text-19M, ViT-B-16, 512 12 512 6, 0 1 2 3 4 5 6 7 8 9 10 11, 0 2 4 6 8 10",
        "ViT-8M/16 Text-3M, ViT-B-16, 256 10 256 3, 0 1 2 3 4 5 6 7 8 9, 0 4 8",
        "ResNet-30M Text-29M, RN50, 56 4 512 9, '', 0 1 2 3 4 5 6 7 8",
        "ResNet-19M Text-19M, RN50, 56 4 512 9 44 4 512 6, '', 0 1 2 3 4 5"
    })
    void theyTakeTheFirstOfEveryDimensionOfThePublishedLayers(
            String model, String teacher, String sizes, String image, String text) {
        List<ModelShape> chain = chain(teacher, sizes);
        Layout whole = layout(chain.get(0));
        Layout student = layout(chain.get(chain.size() - 1));
        List<Gather> gathers = IntStream.range(1, chain.size())
                .mapToObj(i -> ManualInheritance.of(layout(chain.get(i - 1)), layout(chain.get(i))))
                .toList();
        for (Segment to : student.segments()) {
            Segment from = whole.segment(sourceName(to.name(), numbers(image), numbers(text)));
            for (int element : samples(to)) {
                assertEquals(
                        from.offset() + sourceElement(element, to, from),
                        source(gathers, to.offset() + element),
                        model + " " + to.name() + " " + element);
            }
        }
    }

    private static void check(Tower tower, int width, int layers, String headsAndNeurons) {
        int[] units = numbers(headsAndNeurons);
        assertEquals(width, tower.width());
        assertEquals(HEAD_WIDTH, tower.headWidth());
        assertEquals(Collections.nCopies(layers, new LayerShape(units[0], units[1])), tower.layers());
    }

    /** The teacher, then each student; a residual network's number of stages is no size to choose. */
    private static List<ModelShape> chain(String teacher, String sizes) {
        List<ModelShape> chain = new ArrayList<>(List.of(Architectures.shape(teacher)));
        int[] size = numbers(sizes);
        for (int i = 0; i < size.length; i += 4) {
            ModelShape before = chain.get(chain.size() - 1);
            OptionalInt depth = before.image() instanceof ResNet ? OptionalInt.empty() : OptionalInt.of(size[i + 1]);
            chain.add(new ManualStudent(
                            new ManualStudent.Size(OptionalInt.of(size[i]), depth),
                            new ManualStudent.Size(OptionalInt.of(size[i + 2]), OptionalInt.of(size[i + 3])))
                    .of(before));
        }
        return chain;
    }

    private static Layout layout(ModelShape shape) {
        return Layout.of(shape, shape.text().vocabulary(), false, false);
    }

    /** Where the float comes from, as the gathers themselves say it of a vector that holds indices. */
    private static int source(List<Gather> gathers, int index) {
        return HALF * (int) taken(gathers, gathers.size(), i -> i / HALF, index)
                + (int) taken(gathers, gathers.size(), i -> i % HALF, index);
    }

    private static float taken(List<Gather> gathers, int stages, OldVector teacher, int index) {
        if (stages == 0) {
            return teacher.at(index);
        }
        OldVector before = i -> taken(gathers, stages - 1, teacher, i);
        return gathers.get(stages - 1).values(index, index + 1, before)[0];
    }

    private static String sourceName(String name, int[] image, int[] text) {
        int[] layers = name.startsWith("visual.") ? image : text;
        String[] parts = name.split("resblocks\\.|(?<=resblocks\\.\\d{1,2})\\.");
        return parts.length < 3 ? name : parts[0] + "resblocks." + layers[Integer.parseInt(parts[1])] + "." + parts[2];
    }

    /** Corners and middles, in each of queries, keys and values. */
    private static int[] samples(Segment to) {
        int rows = to.shape().isEmpty() ? 1 : to.shape().get(0);
        int columns = to.count() / rows;
        return IntStream.of(0, rows / 3 - 1, rows / 3, rows - rows / 3, rows - 1)
                .filter(row -> row >= 0 && row < rows)
                .flatMap(row -> IntStream.of(0, columns / 2, columns - 1).map(column -> row * columns + column))
                .toArray();
    }

    /** The element of the same coordinates, counted from where its queries, keys or values begin. */
    private static int sourceElement(int element, Segment to, Segment from) {
        int parts = to.name().contains("in_proj") ? QUERY_KEY_VALUE : 1;
        int index = 0;
        int stride = 1;
        int rest = element;
        for (int d = to.shape().size() - 1; d >= 0; d--) {
            int size = to.shape().get(d);
            int oldSize = from.shape().get(d);
            int position = rest % size;
            int part = d == 0 ? position / (size / parts) : 0;
            index += stride * (part * (oldSize / parts) + position - part * (size / parts));
            stride *= oldSize;
            rest /= size;
        }
        return index;
    }

    private static int[] last(String sizes) {
        int[] all = numbers(sizes);
        return Arrays.copyOfRange(all, all.length - 4, all.length);
    }

    private static int[] numbers(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
