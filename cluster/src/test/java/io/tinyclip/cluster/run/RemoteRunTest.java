package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.cluster.input.TarMember;
import io.tinyclip.cluster.machine.TorchEngine;
import io.tinyclip.cluster.remote.RemoteData;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose tars lie elsewhere ends as one over the same files. */
final class RemoteRunTest {
    private static final int BLOCK = 512;
    private static final int PAIRS = 10;

    @TempDir
    private Path folder;

    @Test
    void hasTheDigestOfTheRunOverLocalFiles() throws Exception {
        byte[] first = tar(0);
        byte[] second = tar(PAIRS);
        Files.createDirectories(folder.resolve("set"));
        Files.write(folder.resolve("set/0.tar"), first);
        Files.write(folder.resolve("set/1.tar"), second);
        String local = run("local", folder + "/set/{0..1}.tar");
        try (RemoteData server = new RemoteData(folder)) {
            server.put("set/0.tar", first);
            server.put("set/1.tar", second);
            assertEquals(local, run("s3", "s3://pairs/set/*.tar"));
            assertEquals(local, run("http", server.url("/pairs/set/{0..1}.tar?signature=abc")));
        }
        String written = Files.readString(folder.resolve("http/run.json"))
                + Files.readString(folder.resolve("http/effective.conf"))
                + Files.readString(folder.resolve("http/log.txt"));
        assertFalse(written.contains("signature=abc"), "a signature is written down");
    }

    /** A picture of these is torn. The second run finds the indexes that the first has made. */
    @Test
    void hasOneDigestHoweverItsPairsAreLoaded() throws IOException {
        byte[] torn = tar(0);
        Arrays.fill(torn, BLOCK + 60, BLOCK + 160, (byte) 7);
        Files.write(folder.resolve("0.tar"), torn);
        Files.write(folder.resolve("1.tar"), tar(PAIRS));
        Set<String> digests = new HashSet<>();
        for (String steps : List.of("0", "3")) {
            digests.add(run(
                    "ahead-" + steps,
                    folder + "/{0..1}.tar",
                    Map.of(
                            "tinyclip.data.order", "shards",
                            "tinyclip.data.bad-share", "1",
                            "tinyclip.pretrain.steps", "6",
                            "tinyclip.workers", "2",
                            "tinyclip.loading.threads", "2",
                            "tinyclip.loading.steps", steps)));
            assertTrue(Files.readString(folder.resolve("ahead-" + steps + "/bad-samples.jsonl"))
                    .contains("0.tar"));
        }
        assertEquals(1, digests.size(), digests.toString());
    }

    private String run(String name, String source) throws IOException {
        return run(name, source, Map.of());
    }

    private String run(String name, String source, Map<String, String> more) throws IOException {
        Map<String, String> all = new HashMap<>(more);
        all.put("tinyclip.data.train", source);
        all.put("tinyclip.data.evaluate", source);
        Path run = folder.resolve(name);
        RunAnywhere.run(
                run,
                folder.resolve("cache"),
                new TorchEngine(),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                all);
        JsonObject record = JsonParser.parseString(Files.readString(run.resolve("run.json")))
                .getAsJsonObject();
        assertTrue(record.get("finished").getAsBoolean());
        return record.get("digest").getAsString();
    }

    private static byte[] tar(int from) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = from; i < from + PAIRS; i++) {
            BufferedImage picture = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < 40 * 40; pixel++) {
                picture.setRGB(pixel % 40, pixel / 40, (i * 7919 + pixel * 31) & 0xffffff);
            }
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(picture, "png", png);
            TarMember.write(out, i + ".png", png.toByteArray());
            TarMember.write(out, i + ".txt", ("picture number " + i).getBytes(StandardCharsets.UTF_8));
        }
        TarMember.end(out);
        return out.toByteArray();
    }
}
