package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheHomeTest {
    @TempDir
    private Path folder;

    @Test
    void isBelowTheFirstHomeThatCanBeWritten() throws Exception {
        Path inTheWay = Files.createFile(folder.resolve("file"));
        assertEquals(
                folder.resolve("home/.cache"),
                CacheHome.of(List.of(inTheWay.toString(), folder.resolve("home").toString()), folder));
        assertFalse(Files.exists(folder.resolve("home")), "looking makes nothing");
    }

    /** Two users without a home, as two containers on one machine, must not meet in one folder. */
    @Test
    void isAFolderOfTheUsersOwnWhereThereIsNoHome() {
        assertEquals(folder.resolve(".cache-" + ThisUser.number()), CacheHome.of(List.of(), folder));
    }

    @Test
    void whatIsMadeHereIsThisUsers() throws Exception {
        assertFalse(ThisUser.isForeign(folder));
        assertFalse(ThisUser.isForeign(folder.resolve("missing")));
    }
}
