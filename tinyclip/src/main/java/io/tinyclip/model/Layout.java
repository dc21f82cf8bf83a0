package io.tinyclip.model;

import io.tinyclip.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where every tensor of a student lies in its one flat float vector.
 *
 * <p>Order: image tower, text tower, logit scale, then (while masks are learned) the mask segment: {@code mask.*} and
 * {@code multiplier.*}. Each segment starts on a multiple of {@link #ALIGNMENT} floats; padding is zero and stays zero.
 * The vector is cut into blocks of {@link #blockSize} floats, the unit of norms, hashes and shard bounds.
 */
public final class Layout {
    /** Floats; 64 bytes, so that a segment lies alike in every buffer and takes the same path through the kernels. */
    public static final int ALIGNMENT = 16;

    static final int SMALLEST_BLOCK = 1 << 16;
    static final int MOST_BLOCKS = 4096;

    private final ModelShape shape;
    private final int tokenRows;
    private final boolean masked;
    private final boolean logitScaleLearned;
    private final Map<String, Segment> segments;
    private final List<Segment> inOrder;
    private final int size;
    private final int maskStart;
    private final String hash;

    private Layout(ModelShape shape, int tokenRows, boolean masked, boolean logitScaleLearned) {
        this.shape = shape;
        this.tokenRows = tokenRows;
        this.masked = masked;
        this.logitScaleLearned = logitScaleLearned;
        SegmentList list = new SegmentList();
        list.towers(shape, tokenRows);
        list.add("logit_scale", logitScaleLearned ? Group.LOGIT_SCALE : Group.FIXED);
        this.maskStart = list.size();
        if (masked) {
            list.masks(shape.vision());
            list.masks(shape.text());
            list.add("multiplier.linear", Group.MULTIPLIER);
            list.add("multiplier.quadratic", Group.MULTIPLIER);
        }
        this.size = list.size();
        Map<String, Segment> byName = new LinkedHashMap<>();
        list.segments().forEach(segment -> byName.put(segment.name(), segment));
        this.segments = byName;
        this.inOrder = List.copyOf(byName.values());
        this.hash = hashOf(list.segments());
    }

    /**
     * The layout of a model.
     *
     * @param tokenRows R, rows of the token table that are in the vector; the others stay as the teacher has them
     * @param masked whether the mask segment is there
     * @param logitScaleLearned whether a step changes the logit scale
     */
    public static Layout of(ModelShape shape, int tokenRows, boolean masked, boolean logitScaleLearned) {
        return new Layout(shape, tokenRows, masked, logitScaleLearned);
    }

    /** The model that the vector describes. */
    public ModelShape shape() {
        return shape;
    }

    /** R, rows of the token table that are in the vector. */
    public int tokenRows() {
        return tokenRows;
    }

    /** Whether {@code logAlpha} and the multipliers are in the vector. */
    public boolean masked() {
        return masked;
    }

    /** Whether a step changes the logit scale. */
    public boolean logitScaleLearned() {
        return logitScaleLearned;
    }

    /** P, floats of the whole vector, padding included. */
    public int size() {
        return size;
    }

    /** First float of the mask segment; {@link #size} where there is none. */
    public int maskStart() {
        return maskStart;
    }

    /** All segments in the order of their offsets. */
    public List<Segment> segments() {
        return inOrder;
    }

    /** The segment of that name; it is a bug to ask for one that the shape does not have. */
    public Segment segment(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("no segment [" + name + "] in this layout"));
    }

    /** The segment of that name, if the shape has it. */
    public Optional<Segment> find(String name) {
        return Optional.ofNullable(segments.get(name));
    }

    /** Floats of a block: 2^16, or the power of two that gives at most 4,096 blocks. */
    public int blockSize() {
        int block = SMALLEST_BLOCK;
        while ((size + (long) block - 1) / block > MOST_BLOCKS) {
            block *= 2;
        }
        return block;
    }

    /** Blocks of the vector; the last may be short. */
    public int blocks() {
        return Math.toIntExact((size + (long) blockSize() - 1) / blockSize());
    }

    /** SHA-256, in hex, over names, offsets, shapes and groups. Messages carry it; a different one is refused. */
    public String hash() {
        return hash;
    }

    private static String hashOf(List<Segment> segments) {
        StringBuilder text = new StringBuilder("tinyclip layout 1\n");
        for (Segment s : segments) {
            text.append(s.name()).append(' ').append(s.offset()).append(' ').append(s.shape());
            text.append(' ').append(s.group()).append('\n');
        }
        return Sha256.hex(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
