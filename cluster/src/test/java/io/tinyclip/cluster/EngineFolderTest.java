package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.EngineFolder.State;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineFolderTest {
    private static final Path HOME = Path.of("/home/ann/.djl.ai");
    private static final Path TMP = Path.of("/tmp/.djl.ai");
    private static final List<Path> USUAL = List.of(HOME, TMP);

    @Test
    void usesTheHomeFolderAndSaysNothing() {
        EngineFolder folder =
                EngineFolder.choose(Optional.empty(), USUAL, Map.of(HOME, State.USABLE, TMP, State.USABLE)::get);
        assertEquals(new EngineFolder(HOME, Optional.of(HOME), Optional.empty()), folder);
    }

    @Test
    void fallsThroughToAFolderThatAllowsProgramsAndSaysSo() {
        Map<Path, State> states = Map.of(HOME, State.FORBIDS_PROGRAMS, TMP, State.USABLE);
        EngineFolder folder = EngineFolder.choose(Optional.empty(), USUAL, states::get);
        assertEquals(TMP, folder.path());
        assertEquals(Optional.of(TMP), folder.scratch());
        String note = folder.note().orElseThrow();
        assertTrue(note.contains("[" + HOME + "] is on a disk that forbids programs (noexec)"), note);
        assertTrue(note.contains("ENGINE_CACHE_DIR"), note);
    }

    @Test
    void refusesANamedFolderThatForbidsProgramsAlthoughOthersWouldServe() {
        Path named = Path.of("/mnt/engine");
        Map<Path, State> states = Map.of(named, State.FORBIDS_PROGRAMS, HOME, State.USABLE, TMP, State.USABLE);
        String message = assertThrows(
                        InvalidInputException.class, () -> EngineFolder.choose(Optional.of(named), USUAL, states::get))
                .getMessage();
        assertTrue(
                message.startsWith("[/mnt/engine] is on a disk that forbids programs (noexec); set ENGINE_CACHE_DIR"));
    }

    @Test
    void unpacksWhatIsUnpackedAtEachStartElsewhereWhereTheEngineIsReadOnly() {
        Path named = Path.of("/opt/engine");
        Map<Path, State> states = Map.of(named, State.UNPACKED, HOME, State.FORBIDS_PROGRAMS, TMP, State.USABLE);
        EngineFolder folder = EngineFolder.choose(Optional.of(named), USUAL, states::get);
        assertEquals(new EngineFolder(named, Optional.of(TMP), Optional.empty()), folder);
    }

    @Test
    void aReadOnlyFolderServesWhereLibtorchLiesThere(@TempDir Path folder) throws Exception {
        assertEquals(State.UNWRITABLE, EngineFolder.readOnly(folder));
        Files.createDirectory(folder.resolve("pytorch"));
        assertEquals(State.UNPACKED, EngineFolder.readOnly(folder));
    }

    @Test
    void aUserWithoutAHomeHasNoFolderThere() {
        assertEquals(
                List.of(Path.of("/tmp/.djl.ai-7"), Path.of("/var/tmp/.djl.ai-7"), Path.of("/work/.djl.ai")),
                EngineFolder.usual("?", "/tmp", "/work", "7"));
    }

    @Test
    void looksAtTheFolderInWhichAMissingOneWouldBeMade(@TempDir Path folder) {
        EngineFolder.choose(Optional.of(folder.resolve("a/b")), List.of(), EngineFolder::look);
        assertTrue(Files.notExists(folder.resolve("a")), "looking makes nothing");
    }

    @Test
    void saysThatNothingCanBeUnpackedAtAStart() {
        Path named = Path.of("/opt/engine");
        Map<Path, State> states = Map.of(named, State.UNPACKED, HOME, State.UNWRITABLE, TMP, State.UNWRITABLE);
        EngineFolder folder = EngineFolder.choose(Optional.of(named), USUAL, states::get);
        String message = assertThrows(InvalidInputException.class, folder::requireScratch)
                .getMessage();
        assertTrue(message.contains("[/opt/engine]") && message.contains("ENGINE_CACHE_DIR"), message);
    }

    @Test
    void refusesAFolderThatCannotBeMade(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> EngineFolder.choose(Optional.of(file), List.of(), EngineFolder::look))
                .getMessage();
        assertTrue(message.contains("[" + file + "]") && message.contains("ENGINE_CACHE_DIR"), message);
    }
}
