package io.tinyclip.data.labelled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.labelled.BenchmarkFolder.Type;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class BenchmarkFolderTest {
    @TempDir
    private Path folder;

    @Test
    void readsWhatASetSaysOfItself() throws IOException {
        BenchmarkFolder set = set();
        assertEquals(Type.CLASSIFICATION, set.type());
        assertEquals(Optional.empty(), set.classNames());
        assertEquals(Optional.empty(), set.templates());
        assertEquals(Optional.empty(), set.tars("test"));
        write("classnames.txt", "cat \r\n\ndog\n");
        write("zeroshot_classification_templates.txt", "a {c}");
        write("dataset_type.txt", "Retrieval\n");
        write("val/nshards.txt", "12\n");
        assertEquals(Optional.of(List.of("cat", "", "dog")), set.classNames(), "a name is found by its line");
        assertEquals(Optional.of(List.of("a {c}")), set.templates());
        assertEquals(Type.RETRIEVAL, set.type());
        assertEquals(Optional.of(folder + "/val/{0..11}.tar"), set.tars("val"));
        assertEquals(Optional.empty(), set.tars("test"));
    }

    @Test
    void refusesInOneLineWhatItCannotUnderstand() throws IOException {
        write("test/nshards.txt", "none");
        refuses("which must be how many tars there are", () -> set().tars("test"));
        write("test/nshards.txt", "0");
        refuses("says [0]", () -> set().tars("test"));
        write("dataset_type.txt", "detection");
        refuses("says [detection], which must be classification, retrieval or multilabel", () -> set().type());
        Files.write(folder.resolve("classnames.txt"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        refuses("is not in UTF-8", () -> set().classNames());
        refuses("which --templates names", () -> BenchmarkFolder.lines(folder + "/none.txt", "--templates"));
        refuses("has a query", () -> new BenchmarkFolder("https://host/set?signature=1", "SET"));
    }

    @Test
    void takesTheAddressThatABrowserShows() {
        assertEquals("hf://datasets/clip/wds_x@main", place("https://huggingface.co/datasets/clip/wds_x/tree/main"));
        assertEquals(
                "hf://datasets/clip/wds_x@v1/a/b", place("https://huggingface.co/datasets/clip/wds_x/tree/v1/a/b"));
        assertEquals("hf://datasets/clip/wds_x", place("https://huggingface.co/datasets/clip/wds_x/"));
        assertEquals("s3://bucket/a", place("s3://bucket/a/"));
    }

    private static String place(String address) {
        return new BenchmarkFolder(address, "SET").place();
    }

    private BenchmarkFolder set() {
        return new BenchmarkFolder(folder.toString(), "SET");
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
    }

    private static void refuses(String what, Executable asking) {
        String message =
                String.valueOf(assertThrows(InvalidInputException.class, asking).getMessage());
        assertTrue(message.contains(what), message);
    }
}
