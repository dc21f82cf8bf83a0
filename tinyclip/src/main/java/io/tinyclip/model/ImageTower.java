package io.tinyclip.model;

/** What turns a picture into an embedding. */
public sealed interface ImageTower permits VisionTransformer, ResNet {
    /** S, pixels along a side of the square input. */
    int imageSize();

    /** Channels that the tower's size is known by: of the residual stream, or of the stem's last convolution. */
    int width();

    /** The start of this tower's tensor names, as in OpenCLIP. */
    default String prefix() {
        return "visual.";
    }
}
