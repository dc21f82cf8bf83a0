package io.tinyclip.data.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.PairDataset;
import io.tinyclip.data.PictureRules;
import io.tinyclip.data.Reading;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.Sampler;
import io.tinyclip.data.TarWriter;
import io.tinyclip.data.Views;
import io.tinyclip.data.WebDataset;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PairSourceTest {
    private static final String SETTING = "tinyclip.data.train";
    private static final Reading SKIPPING = new Reading(false, StandardCharsets.UTF_8, true, Reading.Table.USUAL);

    @TempDir
    Path folder;

    @Test
    void opensATableByOpenClipsNamesFromItsOwnFolder() {
        picture("pictures/a.png");
        picture("pictures/b b.png");
        write(
                "pairs.tsv",
                "title\tfilepath\nan \"apple\"\tpictures/a.png\n\"two\tlines\nof \"\"b\"\"\"\tpictures/b b.png\r\n");
        try (PairDataset data = open("pairs.tsv")) {
            assertEquals(List.of(List.of("an \"apple\""), List.of("two\tlines\nof \"b\"")), captions(data));
            assertEquals(8, data.plain(1, Preprocessing.clip(8)).width());
            assertEquals(8, data.view(1, 3, Preprocessing.clip(8)).image().width());
        }
        write("other.csv", "no,image,text\n1," + folder + "/pictures/a.png,\"an apple, red\"\n");
        Reading named = reading(StandardCharsets.UTF_8, new Reading.Table("", "image", "text"));
        try (PairDataset data = new PairSource(SETTING, WebDataset.Opening.usual(named)).open(folder + "/other.csv")) {
            assertEquals(List.of(List.of("an apple, red")), captions(data));
        }
        Reading semicolons = reading(StandardCharsets.UTF_8, new Reading.Table(";", "filepath", "title"));
        write("third.csv", "filepath;title\npictures/a.png;a, b");
        try (PairDataset data =
                new PairSource(SETTING, WebDataset.Opening.usual(semicolons)).open(folder + "/third.csv")) {
            assertEquals(List.of(List.of("a, b")), captions(data));
        }
    }

    @Test
    void readsATableInAnotherEncoding() throws IOException {
        picture("a.png");
        Files.write(
                folder.resolve("t.csv"), "filepath,title\na.png,caf\u00e9\n".getBytes(Charset.forName("windows-1252")));
        assertTrue(refusal("t.csv", "").contains("1 texts are not in UTF-8"));
        Reading windows = reading(Charset.forName("windows-1252"), Reading.Table.USUAL);
        try (PairDataset data = new PairSource(SETTING, WebDataset.Opening.usual(windows)).open(folder + "/t.csv")) {
            assertEquals(List.of(List.of("caf\u00e9")), captions(data));
        }
    }

    @Test
    void refusesATableThatDoesNotFit() {
        picture("a.png");
        write("names.csv", "file,title\na.png,one\n");
        assertTrue(refusal("names.csv", "").contains("has no column [filepath], but [file, title]"));
        write("twice.csv", "filepath,title,title\na.png,one,two\n");
        assertTrue(refusal("twice.csv", "").contains("more than one column [title]"));
        write("empty.csv", "");
        assertTrue(refusal("empty.csv", "").contains("has no column [filepath]"));
        write("open.csv", "filepath,title\na.png,\"one\n");
        assertTrue(refusal("open.csv", "").contains("a quote in row 2 that is not closed"));
        write("gone.csv", "filepath,title\nb.png,one\na.png,\n,two\na.png,three\n");
        assertTrue(refusal("gone.csv", "").contains("b.png], which [" + folder + "/gone.csv row 2] names"));
        assertTrue(refusal("none.csv", "").contains("no file [" + folder + "/none.csv]"));
        try (PairDataset data =
                new PairSource(SETTING, WebDataset.Opening.usual(SKIPPING)).open(folder + "/gone.csv")) {
            assertEquals(List.of(List.of("three")), captions(data));
        }
    }

    @Test
    void opensAFolderInTheOrderOfNamesWithCaptionsBeside() {
        picture("d/b.png");
        write("d/b.txt", "b");
        picture("d/Z.png");
        write("d/Z.json", "{\"captions\": [\"z\", \"zz\"]}");
        picture("d/deep/er/track 31.0 (v1.31).png");
        write("d/deep/er/track 31.0 (v1.31).txt", "track");
        picture("d/alone.png");
        write("d/.hidden.txt", "no");
        try (PairDataset data = open("d")) {
            assertEquals(List.of(List.of("z", "zz"), List.of("b"), List.of("track")), captions(data));
        }
        String letters = assertThrows(InvalidInputException.class, () -> PairFolder.requireReadable("d/\uFFFD.png"))
                .getMessage();
        assertTrue(letters.contains("LC_ALL=C.UTF-8"), letters);
        picture("d/b.jpg");
        assertTrue(refusal("d", "").contains("two pictures or texts of one sample"));
    }

    @Test
    void followsLinksToFoldersAndFiles() throws IOException {
        picture("far/b.png");
        write("far/b.txt", "b");
        Files.createDirectories(folder.resolve("near"));
        Files.createSymbolicLink(folder.resolve("near/deep"), folder.resolve("far"));
        Files.createSymbolicLink(folder.resolve("whole"), folder.resolve("near"));
        Files.createSymbolicLink(folder.resolve("near/gone.png"), folder.resolve("nothing.png"));
        try (PairDataset data = open("whole")) {
            assertEquals(List.of(List.of("b")), captions(data));
        }
    }

    @Test
    void hasOtherContentAtReducedScale() {
        picture("d/a.png");
        write("d/a.txt", "a");
        tar("t.tar", "b");
        for (String pattern : List.of("d", "t.tar", "d::" + folder + "/t.tar")) {
            try (PairDataset data = open(pattern);
                    PairDataset reduced = data.atReducedScale()) {
                assertNotEquals(data.contentHash(), reduced.contentHash());
                assertEquals(data.size(), reduced.size());
            }
        }
    }

    @Test
    void namesABadPictureOfEachSourceAndJudgesByTheRules() {
        picture("d/a.png");
        write("d/a.txt", "a");
        write("d/b.png", Arrays.copyOf(png(), 40));
        write("d/b.txt", "b");
        try (TarWriter tar = new TarWriter(place("t.tar"))) {
            tar.add("c.png", Arrays.copyOf(png(), 40)).add("c.txt", "c");
        }
        Preprocessing clip = Preprocessing.clip(8);
        try (PairDataset data = open("d::" + folder + "/t.tar")) {
            assertEquals(new SampleLabel("", folder + "/d/b.png"), data.label(1));
            assertEquals(new SampleLabel(folder + "/t.tar", "c"), data.label(2));
            PairDataset strict = data.under(new PictureRules(PictureRules.USUAL.mostPixels(), true));
            PairDataset small = data.under(new PictureRules(3, false));
            assertEquals(data.contentHash(), strict.contentHash());
            for (int bad : new int[] {1, 2}) {
                BadPictureException verdict = assertThrows(BadPictureException.class, () -> data.view(bad, 1, clip));
                assertTrue(verdict.reason().startsWith("cannot be decoded ("), verdict.reason());
                RuntimeException refusal = assertThrows(InvalidInputException.class, () -> strict.view(bad, 1, clip));
                assertEquals(InvalidInputException.class, refusal.getClass());
                assertEquals(verdict.getMessage(), refusal.getMessage());
            }
            assertEquals(8, strict.view(0, 1, clip).image().width());
            assertEquals(
                    "has 24 x 18 pixels, at most 3 and 65535 a side are read",
                    assertThrows(BadPictureException.class, () -> small.view(0, 1, clip))
                            .reason());
        }
    }

    @Test
    void refusesATableAtAnAddressWithoutItsSignature() {
        for (String table : List.of("https://h/pairs.CSV?sig=0a", "s3://b/pairs.tsv")) {
            String message = assertThrows(
                            InvalidInputException.class,
                            () -> new PairSource(SETTING, WebDataset.Opening.USUAL).open(table))
                    .getMessage();
            assertTrue(message.contains("is a table at an address"), message);
            assertFalse(message.contains("0a"), message);
        }
    }

    @Test
    void refusesAPictureThatChangedSinceItWasFound() throws IOException {
        picture("d/a.png");
        write("d/a.txt", "a");
        try (PairDataset data = open("d")) {
            Files.write(folder.resolve("d/a.png"), new byte[5]);
            String message = assertThrows(InvalidInputException.class, () -> data.plain(0, Preprocessing.clip(8)))
                    .getMessage();
            assertTrue(message.contains("has 5 bytes and had"), message);
        }
    }

    @Test
    void namesContentByWhatIsThereAndNotByItsPlace() throws IOException {
        for (String place : List.of("one", "elsewhere/two")) {
            picture(place + "/a.png");
            write(place + "/a.txt", "a");
            write(place + "/t.csv", "filepath,title\na.png,a\n");
        }
        assertEquals(hash("one"), hash("elsewhere/two"));
        assertEquals(hash("one/t.csv"), hash("elsewhere/two/t.csv"));
        String before = hash("one");
        write("one/a.txt", "b");
        assertNotEquals(before, hash("one"));
        Files.write(folder.resolve("elsewhere/two/a.png"), new byte[99]);
        assertNotEquals(before, hash("elsewhere/two"));
    }

    @Test
    void opensAFolderOfTarsAndRefusesWhatCouldBeEither() {
        tar("t/1.tar", "b");
        tar("t/0.tar", "a");
        try (PairDataset data = open("t")) {
            assertEquals(List.of(List.of("a"), List.of("b")), captions(data));
            assertInstanceOf(WebDataset.class, data);
        }
        assertEquals(hash("t"), hash("t/{0..1}.tar"));
        assertEquals(hash("t"), hash("t/*.tar"));
        picture("t/x.png");
        assertTrue(refusal("t", "").contains("holds tars and pictures, and could be either"));
        write("e/readme", "nothing");
        assertTrue(refusal("e", "").contains("samples [0]"));
        tar("t/x.csv/1.tar", "b");
        write("s.csv", "filepath,title\n");
        assertTrue(refusal("{t/0.tar,s.csv}", "").contains("several kinds, such as"));
    }

    @ParameterizedTest
    @CsvSource({
        "g/*/0.tar, 2",
        "g/**/0.tar, 3",
        "g/?/*.tar, 2",
        "g/[a]/0.tar, 1",
        "g/**/*.tar, 3",
        "'g/{a,b}/[0-9].tar', 2"
    })
    void findsWhatAPatternMatches(String pattern, int count) {
        tar("g/a/0.tar", "a");
        tar("g/b/0.tar", "b");
        tar("g/0.tar", "c");
        tar("g/.hidden.tar", "d");
        try (PairDataset data = open(pattern)) {
            assertEquals(count, data.size());
        }
    }

    @Test
    void takesANameThatIsThereAsItIsWritten() {
        tar("x[1].tar", "a");
        tar("x1.tar", "b");
        try (PairDataset data = open("x[1].tar")) {
            assertEquals(List.of(List.of("a")), captions(data));
        }
        assertTrue(refusal("y*.tar", "").contains("matches nothing that is there"));
        String home = assertThrows(
                        InvalidInputException.class,
                        () -> new PairSource(SETTING, WebDataset.Opening.usual(Reading.USUAL)).open("~/no/such.tar"))
                .getMessage();
        assertTrue(home.contains("no file [" + System.getProperty("user.home") + "/no/such.tar]"), home);
    }

    @Test
    void seesEachPairAsOftenAsItsSourceWeighsWithAViewOfItsOwn() {
        tar("a.tar", "a", "aa");
        tar("b.tar", "b");
        picture("c/c.png");
        write("c/c.txt", "c");
        String pattern = "a.tar::" + folder + "/b.tar::" + folder + "/c";
        try (PairDataset data = new PairSource(SETTING, WebDataset.Opening.usual(Reading.USUAL))
                .open(folder + "/" + pattern, "3::1::2")) {
            assertEquals(9, data.size());
            Sampler sampler = new Sampler(data.size(), 5, 3, 1);
            Map<String, Integer> seen = new HashMap<>();
            Set<Integer> views = new HashSet<>();
            Views together = data.gather(IntStream.range(0, 9).toArray());
            for (int place = 0; place < 9; place++) {
                int index = sampler.index(place / 3, place % 3);
                seen.merge(data.captions(index).get(0), 1, Integer::sum);
                byte[] view = data.view(index, 7, Preprocessing.clip(8)).image().rgb();
                assertArrayEquals(
                        view,
                        together.view(index, 7, Preprocessing.clip(8)).image().rgb());
                views.add(Arrays.hashCode(view));
            }
            assertEquals(Map.of("a", 3, "aa", 3, "b", 1, "c", 2), seen);
            assertEquals(3, views.size(), "pictures and keys are alike, so there is one view for each copy");
            assertEquals(data.identity(0), data.identity(2));
        }
        assertEquals(
                hash("a.tar::" + folder + "/b.tar"), hash(pattern.substring(0, pattern.lastIndexOf("::")), "1::1"));
        assertNotEquals(hash(pattern, "3::1::2"), hash(pattern, "3::1::1"));
        assertNotEquals(hash(pattern, ""), hash(pattern, "3::1::1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "1::2::3", "0::1", "0.5::1", "-1::1", "1001::1", "x::1", "::"})
    void refusesWeightsThatAreNoWholeNumbersForEachSource(String weights) {
        tar("a.tar", "a");
        tar("b.tar", "b");
        String message = refusal("a.tar::" + folder + "/b.tar", weights);
        assertTrue(message.startsWith("tinyclip.data.upsampling [" + weights + "]"), message);
    }

    private PairDataset open(String pattern) {
        return new PairSource(SETTING, WebDataset.Opening.usual(Reading.USUAL)).open(folder + "/" + pattern);
    }

    private String hash(String pattern) {
        return hash(pattern, "");
    }

    private String hash(String pattern, String weights) {
        try (PairDataset data = new PairSource(SETTING, WebDataset.Opening.usual(Reading.USUAL))
                .open(folder + "/" + pattern, weights)) {
            return data.contentHash();
        }
    }

    private String refusal(String pattern, String weights) {
        return assertThrows(InvalidInputException.class, () -> hash(pattern, weights))
                .getMessage();
    }

    private static List<List<String>> captions(PairDataset data) {
        return IntStream.range(0, data.size()).mapToObj(data::captions).toList();
    }

    private static Reading reading(Charset encoding, Reading.Table table) {
        return new Reading(false, encoding, false, table);
    }

    private void tar(String name, String... captions) {
        try (TarWriter tar = new TarWriter(place(name))) {
            for (String caption : captions) {
                tar.add(caption + ".png", png()).add(caption + ".txt", caption);
            }
        }
    }

    private void picture(String name) {
        write(name, png());
    }

    private void write(String name, String text) {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] bytes) {
        try {
            Files.write(place(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path place(String name) {
        try {
            Path path = folder.resolve(name);
            Files.createDirectories(path.getParent());
            return path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] png() {
        BufferedImage image = new BufferedImage(24, 18, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 24 * 18; i++) {
            image.setRGB(i % 24, i / 24, i * 0x070b0d);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
