package io.tinyclip.taught;

import io.tinyclip.data.RecurringViews;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills a store that is to be an input, file by file; a file appears whole or not at all. */
public final class TaughtWriter {
    private static final Logger LOG = LoggerFactory.getLogger(TaughtWriter.class);
    private static final int CHUNK = 1 << 20;

    private final TaughtFolder folder;
    private final TaughtHead.Maker maker;

    /**
     * @param precision in which the values are computed
     * @param numericClass of who computes them
     */
    public TaughtWriter(TaughtFolder folder, String precision, String numericClass) {
        this.folder = folder;
        this.maker = new TaughtHead.Maker(precision, numericClass);
    }

    /** The views of one sample, in the order of their numbers. */
    @FunctionalInterface
    public interface Views {
        /** @param place of the sample in the range */
        List<TaughtView> of(int place);
    }

    public TaughtFolder folder() {
        return folder;
    }

    /** All files of a dataset, by their ranges, each with the index of its first sample. */
    public void forEachRange(RecurringViews data, ObjIntConsumer<TaughtRange> consumer) {
        TaughtRange.forEach(data, folder.length(), consumer);
    }

    /**
     * Whether a range's file is there and each byte of it as it was written.
     *
     * @throws InvalidInputException if it is, and was made in another precision
     */
    public boolean isWhole(TaughtRange range) {
        Path file = folder.file(range);
        try (FileChannel channel = FileChannel.open(file)) {
            TaughtHead head = folder.head(channel, range);
            if (!head.body().equals(bodyHash(channel))) {
                throw new DamagedStoreException("is damaged");
            }
            if (!head.maker().precision().equals(maker.precision())) {
                throw new InvalidInputException("teacher embeddings [" + file + "] were made in ["
                        + head.maker().precision() + "], and here they would be in [" + maker.precision()
                        + "]; set tinyclip.precision, or remove [" + folder.path() + "]");
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (DamagedStoreException e) {
            LOG.warn("teacher embeddings [{}] {}; they are computed again", file, e.what());
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "teacher embeddings [" + file + "] cannot be read (" + e + "); restore or remove them", e);
        }
    }

    private static String bodyHash(FileChannel channel) throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        while (channel.read(chunk) >= 0) {
            digest.update(chunk.flip());
            chunk.clear();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Writes a range's file.
     *
     * @param views is asked for the samples in their order
     * @throws UncheckedIOException if it cannot be written; nothing is left of the attempt then
     */
    public void write(TaughtRange range, Views views) {
        int perSample = folder.key().views();
        ByteBuffer entries = ByteBuffer.allocate(perSample * folder.key().entryBytes());
        AtomicFile.write(folder.file(range), channel -> {
            AtomicFile.writeFully(channel, ByteBuffer.wrap(head(range, TaughtHead.UNKNOWN)));
            MessageDigest digest = Sha256.digest();
            for (int sample = 0; sample < range.count(); sample++) {
                List<TaughtView> said = views.of(sample);
                entries.clear();
                for (int view = 0; view < perSample; view++) {
                    TaughtEntry.put(
                            sample * perSample + view,
                            said.get(view),
                            folder.key().embedding(),
                            entries);
                }
                digest.update(entries.flip());
                AtomicFile.writeFully(channel, entries.rewind());
            }
            channel.position(0);
            String hash = HexFormat.of().formatHex(digest.digest());
            AtomicFile.writeFully(channel, ByteBuffer.wrap(head(range, hash)));
        });
    }

    private byte[] head(TaughtRange range, String body) {
        return new TaughtHead(folder.key().json(), range, maker, body).bytes();
    }
}
