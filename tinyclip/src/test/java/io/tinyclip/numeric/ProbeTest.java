package io.tinyclip.numeric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.kernel.Precision;
import io.tinyclip.resource.Resource;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProbeTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    @Test
    void answersAreTheSameAgainOnManyThreadsAtOnce() throws Exception {
        Map<String, String> alone = Probe.answers(ComputeDevice.CPU, Precision.FP32);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Map<String, String>>> together = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                together.add(threads.submit(() -> Probe.answers(ComputeDevice.CPU, Precision.FP32)));
            }
            for (Future<Map<String, String>> answers : together) {
                assertEquals(alone, answers.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void precisionsAreClassesOfTheirOwn() {
        Map<String, String> wide = Probe.answers(ComputeDevice.CPU, Precision.FP32);
        Map<String, String> narrow = Probe.answers(ComputeDevice.CPU, Precision.BF16);
        assertEquals(wide.get("jpeg"), narrow.get("jpeg"));
        assertNotEquals(wide.get("transformer forward"), narrow.get("transformer forward"));
        assertNotEquals(wide.get("residual backward"), narrow.get("residual backward"));
    }

    /** What does not depend on the processor is the same on all: a change here is a change of every run's bits. */
    @Test
    void plainArithmeticHasKnownAnswers() {
        Map<String, String> answers = Probe.answers(ComputeDevice.CPU, Precision.FP32);
        assertEquals("fbfbe4dc1d4e62f0", answers.get("adamw"));
        assertEquals("5fd4951a94465ebc", answers.get("tokens"));
    }

    /** Whole files have pixels, the same in each format without loss, and torn ones a verdict. */
    @Test
    void reachesEveryDecoderAndItsVerdicts() {
        for (String file : List.of("probe.png", "probe.gif", "probe.bmp", "probe.tif", "probe.webp", "probe.jpg")) {
            byte[] whole = Resource.bytes(Probe.class, file);
            byte[] pixels = PictureProbe.decoded(whole, file);
            assertEquals(0, pixels.length % 3, file);
            byte[] torn = PictureProbe.decoded(Arrays.copyOf(whole, whole.length / 8), file);
            assertEquals("bad", new String(torn, StandardCharsets.US_ASCII), file);
        }
        assertArrayEquals(decoded("probe.png"), decoded("probe.bmp"));
        assertArrayEquals(decoded("probe.png"), decoded("probe.tif"));
    }

    private static byte[] decoded(String file) {
        return PictureProbe.decoded(Resource.bytes(Probe.class, file), file);
    }

    @Test
    void reachesTheDecodersReducedTransforms() {
        List<byte[]> whole = Probe.reducedPictures(false);
        List<byte[]> reduced = Probe.reducedPictures(true);
        for (int i = 0; i < 3; i++) {
            assertFalse(Arrays.equals(whole.get(i), reduced.get(i)), "picture " + i);
        }
    }

    @Test
    void aProcessWithOtherInstructionsIsOfAnotherClassAndOneWithOtherThreadsIsNot() throws Exception {
        NumericClass here = new NumericClass(Map.of(), Probe.answers(ComputeDevice.CPU, Precision.FP32));
        NumericClass threads = new NumericClass(Map.of(), child("OMP_NUM_THREADS", "3"));
        assertEquals(here.fingerprint(), threads.fingerprint());
        NumericClass plain = new NumericClass(Map.of(), child("ATEN_CPU_CAPABILITY", "default"));
        String difference = here.difference(plain).orElseThrow();
        assertTrue(difference.contains("transformer forward") && !difference.contains("jpeg"), difference);
    }

    private Map<String, String> child(String variable, String value) throws IOException, InterruptedException {
        Path answers = folder.resolve(variable);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ProbeProcess.class.getName(),
                Precision.FP32.name(),
                answers.toString());
        builder.environment().put(variable, value);
        File log = folder.resolve(variable + ".log").toFile();
        Process process = builder.redirectErrorStream(true).redirectOutput(log).start();
        try {
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "the child does not end");
            assertEquals(0, process.exitValue(), Files.readString(log.toPath()));
        } finally {
            process.destroyForcibly();
        }
        JsonObject json = JsonParser.parseString(Files.readString(answers)).getAsJsonObject();
        Map<String, String> found = new LinkedHashMap<>();
        json.entrySet()
                .forEach(entry -> found.put(entry.getKey(), entry.getValue().getAsString()));
        return found;
    }
}
