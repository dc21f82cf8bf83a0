package io.tinyclip.model;

/** The feed-forward activation of a CLIP model. */
public enum Activation {
    /** Exact GeLU, {@code x Phi(x)}: LAION-trained models and models trained here. */
    GELU,
    /** {@code x sigmoid(1.702 x)}: OpenAI's models. */
    QUICK_GELU
}
