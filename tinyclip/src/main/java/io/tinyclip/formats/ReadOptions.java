package io.tinyclip.formats;

import io.tinyclip.model.Activation;
import io.tinyclip.model.InvalidInputException;
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
    public ReadOptions {
        require("head width", headWidth);
        require("image size", imageSize);
    }

    /** All as the files say. */
    public static final ReadOptions NONE = new ReadOptions(Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

    private static void require(String what, OptionalInt value) {
        if (value.isPresent() && (value.getAsInt() < 1 || value.getAsInt() > LibraryConfig.LARGEST)) {
            throw new InvalidInputException(
                    what + " [" + value.getAsInt() + "] must be a whole number from 1 to " + LibraryConfig.LARGEST);
        }
    }
}
