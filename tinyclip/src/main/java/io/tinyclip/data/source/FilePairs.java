package io.tinyclip.data.source;

import io.tinyclip.data.Leftovers;
import io.tinyclip.data.PairDataset;
import io.tinyclip.data.PictureRules;
import io.tinyclip.data.Reading;
import io.tinyclip.data.Sample;
import io.tinyclip.data.SampleLabel;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.hash.Sha256;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.random.Counter;
import io.tinyclip.storage.LocalBlob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pairs whose pictures are files of their own. Captions are in memory, pictures stay on the disk. */
final class FilePairs implements PairDataset {
    private static final Logger LOG = LoggerFactory.getLogger(FilePairs.class);
    private static final long CROP = 0x63726f70L;
    private static final long CAPTION = 0x63617074696f6eL;
    /** Most bytes of a picture's file. */
    private static final int MOST_PICTURE = 1 << 28;

    private record Pair(Path file, int length, List<String> captions, long identity) {}

    private final List<Pair> pairs;
    private final String contentHash;
    private final boolean reduced;
    private final PictureRules rules;

    private FilePairs(List<Pair> pairs, String contentHash, boolean reduced, PictureRules rules) {
        this.pairs = pairs;
        this.contentHash = contentHash;
        this.reduced = reduced;
        this.rules = rules;
    }

    /** Puts pairs together in their order, and counts those that cannot be used. */
    static final class Builder {
        private final List<Pair> pairs = new ArrayList<>();
        private final ContentHash hash = new ContentHash("tinyclip files 1");
        private final Reading reading;
        private final Leftovers leftovers;

        /** @param leftovers gets what is not used */
        Builder(Reading reading, Leftovers leftovers) {
            this.reading = reading;
            this.leftovers = leftovers;
        }

        /**
         * Adds a picture with its captions.
         *
         * @param name of the pair in messages
         * @throws InvalidInputException if there is no such file, and it is not to be skipped
         */
        void add(Path file, String name, List<String> captions) {
            if (captions.isEmpty()) {
                leftovers.count(Leftovers.Reason.WITHOUT_CAPTION, name);
                return;
            }
            long length = length(file, name);
            if (length < 1 || length > MOST_PICTURE) {
                if (length >= 0) {
                    leftovers.count(Leftovers.Reason.UNREADABLE, name);
                }
                return;
            }
            byte[] digest = Sha256.digest().digest(captions.get(0).getBytes(StandardCharsets.UTF_8));
            pairs.add(new Pair(
                    file, (int) length, captions, ByteBuffer.wrap(digest).getLong()));
            hash.add(file.getFileName().toString()).add(length).add(captions.size());
            captions.forEach(hash::add);
        }

        /**
         * The pairs.
         *
         * @param what names them in messages
         * @throws InvalidInputException if there are none
         */
        FilePairs build(String what, String remedy) {
            if (pairs.isEmpty()) {
                throw new InvalidInputException("samples [0] in " + what + leftovers + "; " + remedy);
            }
            if (leftovers.any()) {
                LOG.warn("{}: {} samples are used{}", what, pairs.size(), leftovers);
            }
            return new FilePairs(List.copyOf(pairs), hash.hex(), false, PictureRules.USUAL);
        }

        /** -1 for a file that is missing and skipped. */
        private long length(Path file, String name) {
            try {
                if (Files.isRegularFile(file)) {
                    return Files.size(file);
                }
            } catch (IOException e) {
                throw new InvalidInputException(
                        "picture [" + file + "] of [" + name + "] cannot be read (" + e + ")", e);
            }
            if (reading.skipsDamaged()) {
                leftovers.count(Leftovers.Reason.SKIPPED, file.toString());
                return -1;
            }
            throw new InvalidInputException("no picture [" + file + "], which [" + name
                    + "] names; bring it back, or leave such pairs out by tinyclip.data.missing = skip");
        }
    }

    @Override
    public PairDataset atReducedScale() {
        String hash = new ContentHash("tinyclip files 1 at reduced scale")
                .add(contentHash)
                .hex();
        return new FilePairs(pairs, hash, true, rules);
    }

    @Override
    public PairDataset under(PictureRules other) {
        return new FilePairs(pairs, contentHash, reduced, other);
    }

    @Override
    public int size() {
        return pairs.size();
    }

    /** Covers captions, names and sizes of pictures, but not the pictures' own bytes, nor where they lie. */
    @Override
    public String contentHash() {
        return contentHash;
    }

    /**
     * {@inheritDoc}
     *
     * @throws BadPictureException if the picture is damaged or too large, naming its file
     * @throws InvalidInputException if it has changed since it was found, or the rules refuse what is bad
     */
    @Override
    public Sample view(int index, long key, Preprocessing preprocessing) {
        Pair pair = pairs.get(index);
        String caption = pair.captions.get(Counter.below(Counter.key(key, CAPTION), 0, pair.captions.size()));
        byte[] file = picture(pair);
        RgbImage image =
                rules.decode(most -> preprocessing.training(file, where(pair), Counter.key(key, CROP), reduced, most));
        return new Sample(image, caption);
    }

    @Override
    public SampleLabel label(int index) {
        return new SampleLabel("", pairs.get(index).file.toString());
    }

    @Override
    public RgbImage plain(int index, Preprocessing preprocessing) {
        Pair pair = pairs.get(index);
        return preprocessing.evaluation(picture(pair), where(pair));
    }

    @Override
    public List<String> captions(int index) {
        return pairs.get(index).captions;
    }

    @Override
    public long identity(int index) {
        return pairs.get(index).identity;
    }

    @Override
    public void forEachText(Consumer<String> text) {
        pairs.forEach(pair -> pair.captions.forEach(text));
    }

    @Override
    public void close() {}

    private static String where(Pair pair) {
        return "[" + pair.file + "]";
    }

    /** @throws UncheckedIOException if this machine cannot read it */
    private static byte[] picture(Pair pair) {
        ByteBuffer bytes = ByteBuffer.allocate(pair.length);
        LocalBlob blob = new LocalBlob(pair.file);
        try {
            if (blob.size() != pair.length) {
                throw new InvalidInputException("picture [" + pair.file + "] has " + blob.size() + " bytes and had "
                        + pair.length + " when it was found; restore it");
            }
            blob.read(0, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("picture [" + pair.file + "] cannot be read (" + e + "); restore it", e);
        }
        return bytes.array();
    }
}
