package io.tinyclip.plan;

/**
 * How far Muon moves the matrices of transformer layers: the root mean square of an update's entries, in units of the weights'
 * rate. AdamW's is 0.2 to 0.4, at a run's first steps up to 1.
 *
 * @param image of the image tower; 0 where AdamW updates its matrices
 * @param text of the text tower; 0 where AdamW does
 */
public record MuonPlan(double image, double text) {
    /** AdamW for all weights. */
    public static final MuonPlan NONE = new MuonPlan(0, 0);

    public MuonPlan {
        requireSize("image", image);
        requireSize("text", text);
    }

    private static void requireSize(String tower, double size) {
        if (!(size >= 0 && Double.isFinite(size))) {
            throw new IllegalArgumentException(
                    "the size of updates of the " + tower + " tower [" + size + "] must be 0 or more, and finite");
        }
    }
}
