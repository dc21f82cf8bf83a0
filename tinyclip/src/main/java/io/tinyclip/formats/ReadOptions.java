package io.tinyclip.formats;

import io.tinyclip.model.Activation;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the user says about a model, over what its files say or leave open.
 *
 * @param activation of both towers
 * @param headWidth K of both towers, for a file of tensors without a config; one with a config must agree
 * @param imageSize pixels to which the model is changed after reading, see {@link Models#withImageSize}
 */
public record ReadOptions(Optional<Activation> activation, OptionalInt headWidth, OptionalInt imageSize) {
    /** All as the files say. */
    public static final ReadOptions NONE = new ReadOptions(Optional.empty(), OptionalInt.empty(), OptionalInt.empty());
}
