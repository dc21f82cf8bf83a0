package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.UnknownFieldSet;
import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.report.JudgedPoint;
import io.tinyclip.step.LeftOut;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That TensorBoard itself reads it, {@code scripts/reference/tensorboard_files.py} shows. */
final class TensorBoardFileTest {
    @TempDir
    Path run;

    /** CRC32C's own check value, 0xe3069283, and the mask that TensorFlow documents. */
    @Test
    void masksTheChecksumAsTensorFlowDoes() {
        byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
        int crc = 0xe3069283;
        assertEquals(((crc >>> 15) | (crc << 17)) + 0xa282ead8, TensorBoardFile.masked(check, 0, check.length));
    }

    @Test
    void aFileTellsWhereItBeginsAndThenEachStep() throws IOException {
        try (TensorBoardFile file = TensorBoardFile.begin(run, 300)) {
            file.append(300, step(Double.NaN), 64);
        }
        List<UnknownFieldSet> events = events();
        assertEquals("brain.Event:2", text(events.get(0), 3));
        assertEquals(300, whole(events.get(1), 2));
        assertEquals(1, whole(message(events.get(1), 7), 1));
        assertEquals(300, whole(events.get(2), 2));
        assertEquals(
                "{loss/kl=0.5, loss/total=2.5, optimizer/gradient-norm=1.25, optimizer/rate=0.001,"
                        + " sparsity/target=0.25, speed/pairs-per-second=128.0}",
                values(events.get(2)).toString());
    }

    @Test
    void whatWasJudgedStandsAtItsStep() throws IOException {
        try (TensorBoardFile file = TensorBoardFile.begin(run, 300)) {
            file.append(300, step(0.5), 64);
            file.append(300, new JudgedPoint(0, "distill", 3, Map.of("ten.acc1", 0.25), 4.5, 9, Map.of("b", "gone")));
        }
        assertEquals(300, whole(events().get(3), 2));
        assertEquals("{judged/ten.acc1=0.25}", values(events().get(3)).toString());
    }

    @Test
    void aRunThatGoesOnBeginsAnotherFile() throws IOException {
        TensorBoardFile.begin(run, 0).close();
        TensorBoardFile.begin(run, 5).close();
        assertEquals(2, files().size());
    }

    private static Map<String, Float> values(UnknownFieldSet event) throws IOException {
        TreeMap<String, Float> values = new TreeMap<>();
        for (var value : message(event, 5).getField(1).getLengthDelimitedList()) {
            UnknownFieldSet one = UnknownFieldSet.parseFrom(value);
            values.put(
                    text(one, 1),
                    Float.intBitsToFloat(one.getField(2).getFixed32List().get(0)));
        }
        return values;
    }

    private static StepCommitted step(double sparsity) {
        return new StepCommitted(
                new Cursor(0, Phase.DISTILL, 3),
                2.5,
                0.5,
                1.25,
                sparsity,
                new Rates(1e-3, 0.5, 0.5, 0.25),
                false,
                0.5,
                LeftOut.NONE,
                0);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(run.resolve(TensorBoardFile.FOLDER))) {
            return files.toList();
        }
    }

    private List<UnknownFieldSet> events() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(files().get(0))).order(ByteOrder.LITTLE_ENDIAN);
        List<UnknownFieldSet> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int from = bytes.position();
            int length = (int) bytes.getLong();
            assertEquals(TensorBoardFile.masked(bytes.array(), from, Long.BYTES), bytes.getInt());
            byte[] event = new byte[length];
            bytes.get(event);
            assertEquals(TensorBoardFile.masked(event, 0, length), bytes.getInt());
            events.add(UnknownFieldSet.parseFrom(event));
        }
        assertTrue(events.stream().allMatch(event -> event.hasField(1)), "each has its time");
        return events;
    }

    private static String text(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().get(0).toStringUtf8();
    }

    private static long whole(UnknownFieldSet message, int field) {
        return message.getField(field).getVarintList().get(0);
    }

    private static UnknownFieldSet message(UnknownFieldSet message, int field) throws IOException {
        return UnknownFieldSet.parseFrom(
                message.getField(field).getLengthDelimitedList().get(0));
    }
}
