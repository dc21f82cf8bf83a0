package io.tinyclip.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledTorchTest {
    /** As in the wheels of 2.7.1. */
    private static final String VERSION_FILE = """
            from typing import Optional

            __all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip']
            __version__ = '%s'
            debug = False
            cuda: Optional[str] = '12.6'
            """;

    @TempDir
    Path torch;

    private Path library;

    @BeforeEach
    void makeFolder() throws IOException {
        library = Files.createDirectory(torch.resolve("lib"));
    }

    @Test
    void pythonsSaysItsVersion() throws IOException {
        Files.writeString(torch.resolve("version.py"), VERSION_FILE.formatted("2.7.1+cu126"));
        assertEquals(Optional.of(new InstalledTorch("2.7.1+cu126", false)), InstalledTorch.at(library));
        Files.createFile(library.resolve("libtorch_cuda.so"));
        assertEquals(Optional.of(new InstalledTorch("2.7.1+cu126", true)), InstalledTorch.at(library));
    }

    @Test
    void libtorchsOwnArchiveSaysItsVersion() throws IOException {
        Files.writeString(torch.resolve("build-version"), "2.7.1+cpu\n");
        assertEquals(Optional.of(new InstalledTorch("2.7.1+cpu", false)), InstalledTorch.at(library));
    }

    @Test
    void whatSaysNothingIsUnknown() throws IOException {
        assertEquals(Optional.empty(), InstalledTorch.at(library));
        Files.writeString(torch.resolve("version.py"), "__version__ = get_version()\n");
        assertEquals(Optional.empty(), InstalledTorch.at(library));
    }

    @Test
    void aReleaseIsTheSameForWhateverItWasBuilt() {
        assertEquals("2.7.1", new InstalledTorch("2.7.1", false).release());
        assertEquals("2.7.1", new InstalledTorch("2.7.1+cu128", true).release());
        assertEquals("2.7.10", new InstalledTorch("2.7.10+cpu.x", true).release());
    }

    @Test
    void itsLibrariesAreWhereTheVariableNamesThemOrOneOfThem() throws IOException {
        assertEquals(Optional.empty(), InstalledTorch.library(library.toString()));
        Path file = Files.createFile(library.resolve("libtorch.so"));
        assertEquals(Optional.of(library), InstalledTorch.library(library.toString()));
        assertEquals(Optional.of(library), InstalledTorch.library(torch + File.pathSeparator + library));
        assertEquals(
                library.toString(),
                InstalledTorch.library(file.toString()).orElseThrow().toString());
    }
}
