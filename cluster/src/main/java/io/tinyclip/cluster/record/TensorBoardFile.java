package io.tinyclip.cluster.record;

import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.report.JudgedPoint;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Steps as TensorBoard reads them: a file of TFRecords, each an Event of tensorflow/core/util/event.proto. A run that goes on, or
 * back, begins another file, which tells TensorBoard that steps from there on are done anew.
 *
 * <pre>
 * record   length, uint64 | masked CRC32C of the length | Event | masked CRC32C of the Event       little endian
 * Event    1 wall_time, double | 2 step | 3 file_version | 5 summary | 7 session_log
 * summary  1 value: 1 tag, 2 simple_value, float      session_log   1 status: 1 is START
 * </pre>
 */
public final class TensorBoardFile implements Closeable {
    /** In the run folder. */
    public static final String FOLDER = "tensorboard";

    private static final int MASK = 0xa282ead8;
    private static final int ROTATED = 15;
    private static final int START = 1;
    private static final double MILLIS = 1e3;

    private final OutputStream out;

    private TensorBoardFile(OutputStream out) {
        this.out = out;
    }

    /**
     * Begins a file.
     *
     * @param run folder of the run
     * @param steps committed before the one that comes next
     */
    public static TensorBoardFile begin(Path run, long steps) throws IOException {
        Path folder = run.resolve(FOLDER);
        AtomicFile.createFolders(folder);
        long millis = Instant.now().toEpochMilli();
        String name = "events.out.tfevents." + millis / 1000 + "." + millis % 1000 + "."
                + ProcessHandle.current().pid() + "-" + steps;
        TensorBoardFile file = new TensorBoardFile(
                Files.newOutputStream(folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        file.record(new Message().number(1, wallTime()).text(3, "brain.Event:2").bytes());
        byte[] started = new Message().whole(1, START).bytes();
        file.record(new Message()
                .number(1, wallTime())
                .whole(2, steps)
                .message(7, started)
                .bytes());
        return file;
    }

    /**
     * Appends a step's figures, and hands them to the operating system.
     *
     * @param steps committed before it
     */
    public void append(long steps, StepCommitted step, int batch) throws IOException {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss/total", step.loss());
        figures.put("loss/kl", step.divergence());
        figures.put("sparsity/expected", step.sparsityExpected());
        figures.put("sparsity/target", step.rates().sparsityTarget());
        figures.put("optimizer/rate", step.rates().weights());
        figures.put("optimizer/gradient-norm", step.gradientNorm());
        figures.put("speed/pairs-per-second", batch / step.seconds());
        append(steps, figures);
    }

    /**
     * Appends what was judged after a step.
     *
     * @param steps committed before it
     */
    public void append(long steps, JudgedPoint point) throws IOException {
        Map<String, Double> figures = new LinkedHashMap<>();
        point.metrics().forEach((name, value) -> figures.put("judged/" + name, value));
        append(steps, figures);
    }

    private void append(long steps, Map<String, Double> figures) throws IOException {
        Message summary = new Message();
        figures.forEach((tag, value) -> {
            if (Double.isFinite(value)) {
                summary.message(
                        1,
                        new Message().text(1, tag).real(2, value.floatValue()).bytes());
            }
        });
        record(new Message()
                .number(1, wallTime())
                .whole(2, steps)
                .message(5, summary.bytes())
                .bytes());
    }

    private static double wallTime() {
        return Instant.now().toEpochMilli() / MILLIS;
    }

    private void record(byte[] event) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + event.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(event.length);
        record.putInt(masked(record.array(), 0, Long.BYTES));
        record.put(event);
        record.putInt(masked(event, 0, event.length));
        out.write(record.array());
        out.flush();
    }

    /** So that a checksum of data with checksums in it is none of theirs. */
    static int masked(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), ROTATED) + MASK;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** A message of Protocol Buffers, field by field. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int EIGHT_BYTES = 1;
        private static final int DELIMITED = 2;
        private static final int FOUR_BYTES = 5;
        private static final int SEVEN_BITS = 0x7f;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Message number(int field, double value) {
            key(field, EIGHT_BYTES);
            bytes.writeBytes(ByteBuffer.allocate(Double.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putDouble(value)
                    .array());
            return this;
        }

        Message real(int field, float value) {
            key(field, FOUR_BYTES);
            bytes.writeBytes(ByteBuffer.allocate(Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(value)
                    .array());
            return this;
        }

        Message whole(int field, long value) {
            key(field, VARINT);
            varint(value);
            return this;
        }

        Message text(int field, String text) {
            return message(field, text.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, byte[] content) {
            key(field, DELIMITED);
            varint(content.length);
            bytes.writeBytes(content);
            return this;
        }

        private void key(int field, int type) {
            varint((long) field << 3 | type);
        }

        private void varint(long value) {
            long left = value;
            for (; (left & ~SEVEN_BITS) != 0; left >>>= 7) {
                bytes.write((int) (left & SEVEN_BITS | SEVEN_BITS + 1));
            }
            bytes.write((int) left);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
