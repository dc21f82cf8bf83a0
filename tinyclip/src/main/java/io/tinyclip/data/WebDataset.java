package io.tinyclip.data;

import io.tinyclip.hash.Sha256;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.ChangedBlobException;
import io.tinyclip.storage.Storage;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pairs in WebDataset tars: {@code key.jpg|jpeg|png} with {@code key.txt}, or {@code key.json} with a
 * list {@code captions}, of which a view picks one. Opening reads each tar's headers and texts once; pictures stay
 * where they are. Pairs are in the order of the tars in the pattern, then of their first members.
 */
public final class WebDataset implements Dataset {
    private static final Logger LOG = LoggerFactory.getLogger(WebDataset.class);
    private static final long CROP = 0x63726f70L;
    private static final long CAPTION = 0x63617074696f6eL;

    private record Pair(Blob tar, String key, long offset, int length, List<String> captions, long identity) {}

    private final List<Pair> pairs;
    private final String contentHash;
    private final boolean reduced;

    private WebDataset(List<Pair> pairs, String contentHash, boolean reduced) {
        this.pairs = pairs;
        this.contentHash = contentHash;
        this.reduced = reduced;
    }

    /**
     * Opens the tars of a pattern.
     *
     * @param pattern paths or addresses with braces, {@code a/{000..041}.tar} or {@code {x,y}.tar}, sources joined by {@code ::}
     * @param setting names the pattern in messages, {@code tinyclip.data.train}
     * @throws InvalidInputException if a tar is missing, truncated or damaged, or if no pair is found
     */
    public static WebDataset open(String pattern, String setting) {
        List<Pair> pairs = new ArrayList<>();
        ContentHash hash = new ContentHash("tinyclip webdataset 1");
        Shortfall shortfall = new Shortfall();
        for (String place : ShardPattern.expand(pattern, setting)) {
            Blob tar = Storage.open(place, setting);
            Shard shard = scan(tar, setting);
            hash.add(tar.name()).add(shard.size());
            for (Shard.Entry entry : shard.entries()) {
                if (shortfall.accepts(entry)) {
                    pairs.add(pair(tar, entry));
                    hash.add(entry.key()).add(entry.offset()).add(entry.length());
                    hash.add(entry.captions().size());
                    entry.captions().forEach(hash::add);
                }
            }
        }
        if (pairs.isEmpty()) {
            throw new InvalidInputException("samples [0] in " + setting + " [" + pattern + "]" + shortfall
                    + "; check the path and that members are named key.jpg or key.png, and key.txt");
        }
        if (shortfall.any()) {
            LOG.warn("{} [{}]: {} samples are used{}", setting, pattern, pairs.size(), shortfall);
        }
        return new WebDataset(pairs, hash.hex(), false);
    }

    /**
     * The same pairs, whose views are made of pictures decoded no larger than they need to be, see {@link
     * Preprocessing#training(byte[], String, long, boolean)}. Other pixels, so another content.
     */
    public WebDataset atReducedScale() {
        String hash = new ContentHash("tinyclip webdataset 1 at reduced scale")
                .add(contentHash)
                .hex();
        return new WebDataset(pairs, hash, true);
    }

    @Override
    public int size() {
        return pairs.size();
    }

    /** Covers tars by name and size, keys, captions and the places of pictures, but not the pictures' own bytes. */
    @Override
    public String contentHash() {
        return contentHash;
    }

    /**
     * {@inheritDoc}
     *
     * @throws InvalidInputException if the picture is damaged or its tar has changed since it was opened
     */
    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        List<String> captions = captions(index);
        String caption = captions.get(Counter.below(Counter.key(key, CAPTION), 0, captions.size()));
        Pair pair = pairs.get(index);
        RgbImage image = preprocessing.training(picture(pair), where(pair), Counter.key(key, CROP), reduced);
        return new Sample(image, caption);
    }

    /** A pair's picture as models are evaluated on it: not random, the shorter side resized, the middle cut out. */
    public RgbImage plain(int index, Preprocessing preprocessing) {
        Pair pair = pairs.get(index);
        return preprocessing.evaluation(picture(pair), where(pair));
    }

    /** All captions of a pair, at least one. */
    public List<String> captions(int index) {
        return pairs.get(index).captions();
    }

    @Override
    public long identity(int index) {
        return pairs.get(index).identity();
    }

    @Override
    public void forEachText(Consumer<String> text) {
        pairs.forEach(pair -> pair.captions().forEach(text));
    }

    /** Nothing is held open: a shared channel would be closed for all when one reading thread is interrupted. */
    @Override
    public void close() {}

    private static String where(Pair pair) {
        return "[" + pair.key() + "] of tar [" + pair.tar().location() + "]";
    }

    /**
     * A picture's file.
     *
     * @throws InvalidInputException if the tar has changed, which it has for everybody who reads it
     * @throws UncheckedIOException if this machine cannot read it
     */
    private static byte[] picture(Pair pair) {
        ByteBuffer bytes = ByteBuffer.allocate(pair.length());
        String location = pair.tar().location();
        try {
            pair.tar().read(pair.offset(), bytes);
        } catch (EOFException e) {
            throw new InvalidInputException(
                    "tar [" + location + "] ends at byte " + (pair.offset() + bytes.position())
                            + " and was longer when opened; restore it",
                    e);
        } catch (ChangedBlobException e) {
            throw new InvalidInputException("tar " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("tar [" + location + "] cannot be read (" + e + "); restore it", e);
        }
        return bytes.array();
    }

    private static Shard scan(Blob tar, String setting) {
        try {
            return Shard.scan(tar);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException(
                    "no file [" + tar.location() + "], which " + setting + " names; check the path", e);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "tar [" + tar.location() + "] of " + setting + " cannot be read (" + e + ")", e);
        }
    }

    private static Pair pair(Blob tar, Shard.Entry entry) {
        List<String> captions = entry.captions();
        byte[] digest = Sha256.digest().digest(captions.get(0).getBytes(StandardCharsets.UTF_8));
        long identity = ByteBuffer.wrap(digest).getLong();
        return new Pair(tar, entry.key(), entry.offset(), entry.length(), captions, identity);
    }

    /** Counts samples that cannot be used, by reason. */
    private static final class Shortfall {
        private int withoutPicture;
        private int unreadable;
        private int withoutCaption;

        boolean accepts(Shard.Entry entry) {
            if (!entry.hasPicture()) {
                withoutPicture++;
            } else if (!entry.isReadable()) {
                unreadable++;
            } else if (entry.captions().isEmpty()) {
                withoutCaption++;
            } else {
                return true;
            }
            return false;
        }

        boolean any() {
            return withoutPicture + unreadable + withoutCaption > 0;
        }

        @Override
        public String toString() {
            return ", left out: " + withoutPicture + " without picture, " + unreadable
                    + " whose picture is neither JPEG nor PNG, " + withoutCaption + " without caption";
        }
    }
}
