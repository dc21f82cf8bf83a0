package io.tinyclip.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tinyclip.cluster.console.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the packaged jar to what a user's machine needs of it: it starts alone, without a network. */
final class CoordinatorJarIT {
    @TempDir
    private Path folder;

    @Test
    void printsItsVersion() throws Exception {
        PackagedJar.Result result = PackagedJar.run("--version").requireExit(ExitCode.DONE);
        assertTrue(result.output().contains(implementationVersion()), result.output());
    }

    @Test
    void startsTheEngineWithoutNetworkAndWithAnEmptyCache() throws Exception {
        List<String> command = new ArrayList<>(withoutNetwork());
        command.add(PackagedJar.JAVA);
        // Where the kernel gives no network namespace, a proxy that is not there does as well.
        command.addAll(List.of("-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=1"));
        command.addAll(List.of("-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=1"));
        command.add("-DENGINE_CACHE_DIR=" + folder.resolve("cache"));
        command.addAll(List.of(
                "-cp",
                PackagedJar.FILE + ":" + Path.of("target", "test-classes").toAbsolutePath()));
        command.add(EngineStart.class.getName());
        PackagedJar.Result result = PackagedJar.run(command).requireExit(ExitCode.DONE);
        assertTrue(result.output().contains(EngineStart.EXPECTED), result.output());
    }

    @Test
    void carriesOneOfEachAndForBrowsersItsOwnPageAlone() throws Exception {
        try (JarFile jar = new JarFile(PackagedJar.FILE.toFile())) {
            List<String> names = jar.stream().map(ZipEntry::getName).collect(Collectors.toList());
            assertTrue(names.contains("META-INF/LICENSE"));
            assertTrue(names.contains("META-INF/NOTICE"));
            assertTrue(names.contains("pytorch/cpu/linux-x86_64/libtorch_cpu.so"));
            assertEquals(
                    List.of(),
                    names.stream()
                            .filter(name -> name.matches(".*\\.(woff2?|ttf|eot|css|scss|js|SF|RSA|DSA|EC)"))
                            .filter(name ->
                                    !name.matches("board/[a-z]+\\.(css|js)|.*/uPlot(\\.iife)?\\.min\\.(css|js)"))
                            .toList());
            assertFalse(names.stream().anyMatch(name -> name.endsWith("module-info.class")));
        }
    }

    @Test
    void mergesTheDefaultsAndServicesOfAllLibraries() throws Exception {
        Config defaults = ConfigFactory.parseString(entry("reference.conf"));
        for (String path :
                List.of("akka.actor.typed", "akka.cluster.typed", "akka.remote.artery", "akka.coordination")) {
            assertTrue(defaults.hasPath(path), path);
        }
        String engines = entry("META-INF/services/ai.djl.engine.EngineProvider");
        assertTrue(engines.contains("PtEngineProvider"), engines);
    }

    private static String entry(String name) throws IOException {
        try (JarFile jar = new JarFile(PackagedJar.FILE.toFile())) {
            return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), UTF_8);
        }
    }

    private static String implementationVersion() throws IOException {
        try (JarFile jar = new JarFile(PackagedJar.FILE.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
        }
    }

    /** The prefix of a command that takes the network away, or nothing where that is not allowed. */
    private static List<String> withoutNetwork() throws Exception {
        List<String> unshare = List.of("unshare", "--map-root-user", "--net");
        List<String> probe = new ArrayList<>(unshare);
        probe.add("true");
        try {
            return PackagedJar.run(probe).exit() == 0 ? unshare : List.of();
        } catch (IOException noSuchProgram) {
            return List.of();
        }
    }
}
