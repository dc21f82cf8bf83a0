package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tar that is not, or no longer, what its index says: one line that names it, and nothing of it is used. */
final class ShardChangeTest {
    private static final int FIRST_PICTURE = 512;
    private static final Preprocessing CLIP = Preprocessing.clip(8);

    @TempDir
    Path folder;

    @Test
    void aPictureThatIsNotTheOneThatWasIndexedIsRefused() throws IOException {
        Path tar = tar();
        WebDataset data = open(tar);
        data.view(0, 1, CLIP);
        byte[] bytes = Files.readAllBytes(tar);
        // A picture that can be decoded, as long as the other was.
        byte[] other = Tars.png(7);
        System.arraycopy(other, 0, bytes, FIRST_PICTURE, other.length);
        Files.write(tar, bytes);
        String expected = "tar [" + tar + "] has changed since its index was made: the picture of [1] at byte "
                + FIRST_PICTURE + " has other bytes; put the tar back, or delete [" + Tars.index(tar)
                + "] and start another run";
        assertEquals(expected, refusal(() -> data.view(0, 1, CLIP)));
        assertEquals(expected, refusal(() -> data.plain(0, CLIP)));
        assertEquals("colour number 2", data.view(1, 1, CLIP).caption(), "the other pictures are as they were");
        Tars.settle(tar);
        assertEquals(expected, refusal(() -> open(tar).view(0, 1, CLIP)), "no time and no size tells this one");
    }

    @Test
    void aTarThatIsGoneIsNamed() throws IOException {
        Path tar = tar();
        WebDataset data = open(tar);
        Files.delete(tar);
        assertEquals(
                "tar [" + tar + "] is gone, and was there when it was opened; put it back",
                refusal(() -> data.view(0, 1, CLIP)));
    }

    @Test
    void aTarThatShrankIsNamed() throws IOException {
        Path tar = tar();
        WebDataset data = open(tar);
        Files.write(tar, Arrays.copyOf(Files.readAllBytes(tar), 530));
        assertEquals(
                "tar [" + tar + "] ends before the picture of [1] at byte " + FIRST_PICTURE
                        + " does, and was longer when its index was made; put it back",
                refusal(() -> data.view(0, 1, CLIP)));
    }

    @Test
    void aTarThatChangedWhileItsIndexWasLostIsRefused() throws IOException {
        Path tar = tar();
        WebDataset data = open(tar);
        Files.delete(Tars.index(folder.resolve("a.tar")));
        byte[] bytes = Files.readAllBytes(tar);
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("colour number 2")] = 'C';
        Files.write(tar, bytes);
        String message = refusal(() -> data.captions(0));
        assertTrue(
                message.startsWith("tar [" + tar + "] has changed since its index was made: its samples are others"),
                message);
    }

    @Test
    void aTarWhoseIndexWasLostIsReadAgain() throws IOException {
        WebDataset data = open(tar());
        Path index = Tars.index(folder.resolve("a.tar"));
        byte[] before = Files.readAllBytes(index);
        Files.delete(index);
        assertEquals("colour number 2", data.captions(1).get(0));
        assertTrue(Arrays.equals(before, Files.readAllBytes(index)), "and kept again");
    }

    private Path tar() {
        return Tars.write(folder.resolve("a.tar"), 1, 3);
    }

    private static WebDataset open(Path tar) {
        return WebDataset.open(tar.toString(), "tinyclip.data.train");
    }

    private interface Reading {
        void run();
    }

    private static String refusal(Reading reading) {
        return assertThrows(InvalidInputException.class, reading::run).getMessage();
    }
}
