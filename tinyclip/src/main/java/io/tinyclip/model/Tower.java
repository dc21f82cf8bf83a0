package io.tinyclip.model;

import java.util.List;

/** What the image and the text tower share: a residual stream of {@code width} and transformer layers. */
public sealed interface Tower permits VisionTransformer, TextTower {
    /** D, channels of the residual stream. */
    int width();

    /** K, channels of one attention head; the same in every layer and never cut. */
    int headWidth();

    /** The layers, first to last. */
    List<LayerShape> layers();

    /** The start of this tower's tensor names: {@code "visual."} or {@code ""}, as in OpenCLIP. */
    String prefix();
}
