package io.tinyclip.mask;

import io.tinyclip.model.Layout;
import io.tinyclip.model.Tower;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What lies where in a mask segment: the floats [{@link Layout#maskStart}, {@link Layout#size}) of a masked vector.
 *
 * @param linear index of the multiplier of the difference between target and expected sparsity
 * @param quadratic index of the multiplier of its square
 * @param size floats of the segment, padding included
 */
public record MaskIndex(TowerMasks image, TowerMasks text, int linear, int quadratic, int size) {
    /** The index of a layout with masks; it is a bug to ask for that of another. */
    public static MaskIndex of(Layout masked) {
        if (!masked.masked()) {
            throw new IllegalArgumentException("the layout has no masks");
        }
        int start = masked.maskStart();
        return new MaskIndex(
                tower(masked, masked.shape().vision()),
                tower(masked, masked.shape().text()),
                masked.segment("multiplier.linear").offset() - start,
                masked.segment("multiplier.quadratic").offset() - start,
                masked.size() - start);
    }

    /** Both towers' masks, image first. */
    public List<TowerMasks> towers() {
        return List.of(image, text);
    }

    /** Every group in the order of the segment. */
    public List<MaskGroup> groups() {
        return towers().stream()
                .<MaskGroup>mapMulti((tower, out) -> {
                    out.accept(tower.width());
                    tower.layers().forEach(layer -> {
                        out.accept(layer.heads());
                        out.accept(layer.neurons());
                    });
                })
                .toList();
    }

    /** Refuses an array that cannot be this segment. */
    public void requireSize(float[] maskSegment) {
        if (maskSegment.length != size) {
            throw new IllegalArgumentException(
                    "a mask segment of [" + maskSegment.length + "] floats where the layout has [" + size + "]");
        }
    }

    /**
     * The soft masks of a segment.
     *
     * @param maskSegment logAlpha
     * @return soft masks at the masks' indices; 0 in padding and multipliers
     */
    public float[] soft(float[] maskSegment) {
        requireSize(maskSegment);
        float[] soft = new float[size];
        for (MaskGroup group : groups()) {
            for (int i = group.from(); i < group.end(); i++) {
                soft[i] = (float) HardConcrete.soft(maskSegment[i]);
            }
        }
        return soft;
    }

    private static TowerMasks tower(Layout masked, Tower tower) {
        String prefix = "mask." + tower.prefix();
        List<LayerMasks> layers = IntStream.range(0, tower.layers().size())
                .mapToObj(i ->
                        new LayerMasks(group(masked, prefix + "heads." + i), group(masked, prefix + "neurons." + i)))
                .toList();
        return new TowerMasks(tower, group(masked, prefix + "width"), layers);
    }

    private static MaskGroup group(Layout masked, String name) {
        return masked.find(name)
                .map(segment -> new MaskGroup(segment.offset() - masked.maskStart(), segment.count()))
                .orElse(new MaskGroup(0, 0));
    }
}
