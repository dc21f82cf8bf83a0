package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.TorchEngine;
import io.tinyclip.cluster.serve.Asking;
import io.tinyclip.cluster.serve.Limits;
import io.tinyclip.cluster.serve.Served;
import io.tinyclip.cluster.serve.Server;
import io.tinyclip.cluster.serve.Servers;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.files.Safetensors;
import io.tinyclip.files.StoredFloat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code serve} refuses before it listens, and that it answers what {@code embed} writes. */
final class ServeCommandTest {
    private static final int PICTURES = 70;

    @TempDir
    private Path folder;

    private final CommandRun commands = CommandRun.quiet();

    @BeforeEach
    void writeAModel() {
        ModelFolder.write(folder.resolve("model"), Servers.model(), StoredFloat.F32);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--host 0.0.0.0           | give --tls-certificate and --tls-key, or --insecure",
                "--port 65536             | --port [65536] must be 0 to 65535",
                "--tls-key key.pem        | --tls-certificate and --tls-key belong together",
                "--max-body 0             | --max-body [0] must be 1 to 1000",
                "--max-inputs 0           | --max-inputs [0] must be 1 to 100000",
                "--max-pixels 90          | --max-pixels [90] must be 1 to 89",
                "--max-requests 0         | --max-requests [0] must be 1 to 100000",
                "--max-connections 100001 | --max-connections [100001] must be 1 to 100000",
                "--timeout 3601           | --timeout [3601] must be 1 to 3600",
                "--tls-certificate no.pem --tls-key no.pem | cannot use --tls-certificate [no.pem]"
            })
    void refusesInOneLine(String options, String line) {
        List<String> words = new ArrayList<>(List.of(
                "serve", folder.resolve("model").toString(), "-Dtinyclip.cache.folder=" + folder.resolve("cache")));
        words.addAll(List.of(options.split(" ")));
        assertEquals(ExitCode.WRONG_USE, commands.execute(words.toArray(String[]::new)), commands.err());
        assertTrue(commands.err().contains(line), commands.err());
        assertEquals(1, commands.err().strip().lines().count(), commands.err());
    }

    @Test
    void refusesImagesThatAreNoFolder() {
        int code =
                commandsServing("--images", folder.resolve("model/config.json").toString());
        assertEquals(ExitCode.WRONG_USE, code);
        assertTrue(commands.err().contains("is no folder"), commands.err());
    }

    private int commandsServing(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "serve",
                folder.resolve("model").toString(),
                "--port",
                "0",
                "-Dtinyclip.cache.folder=" + folder.resolve("cache")));
        words.addAll(List.of(more));
        return commands.execute(words.toArray(String[]::new));
    }

    @Test
    void answersTheBitsThatEmbedWrites() throws Exception {
        Path pictures = Servers.folder(folder, PICTURES);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            texts.add("picture " + i + " of a dog".repeat(i % 5));
        }
        Files.write(folder.resolve("texts.txt"), texts);
        Path out = folder.resolve("out.safetensors");
        assertEquals(
                ExitCode.DONE,
                commands.execute(
                        "embed",
                        folder.resolve("model").toString(),
                        "--images",
                        pictures.toString(),
                        "--texts",
                        folder.resolve("texts.txt").toString(),
                        "--out",
                        out.toString(),
                        "-Dtinyclip.cache.folder=" + folder.resolve("cache")),
                commands.err());
        StringBuilder body = new StringBuilder("{\"texts\": [\"")
                .append(String.join("\",\"", texts))
                .append("\"], \"images\": [");
        String separator = "";
        for (String name : Files.readAllLines(folder.resolve("out.safetensors.images.txt"))) {
            byte[] file = Files.readAllBytes(pictures.resolve(name));
            body.append(separator)
                    .append('"')
                    .append(Base64.getEncoder().encodeToString(file))
                    .append('"');
            separator = ",";
        }
        assertArrayEquals(written(out), served(body.append("]}").toString()));
    }

    private static float[] written(Path out) {
        try (Safetensors tensors = Safetensors.open(out)) {
            float[] texts = tensors.floats("texts");
            float[] images = tensors.floats("images");
            float[] rows = Arrays.copyOf(texts, texts.length + images.length);
            System.arraycopy(images, 0, rows, texts.length, images.length);
            return rows;
        }
    }

    private static float[] served(String body) throws Exception {
        Limits limits = new Limits(10_000_000, 1000, 1_000_000, 4, 4, Duration.ofSeconds(60));
        try (Engine.Loaded loaded = new TorchEngine().load(Servers.model());
                Server server = Server.start(
                        new Server.Content(
                                new Served("small", Servers.model().shape()),
                                loaded.embedder(),
                                2,
                                false,
                                Optional.empty()),
                        Servers.loopback(),
                        limits,
                        new Servers.Heard())) {
            return new Asking(server.port()).floats(body);
        }
    }
}
