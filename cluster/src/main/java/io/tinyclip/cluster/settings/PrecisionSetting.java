package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import io.tinyclip.kernel.Precision;
import java.util.EnumSet;
import java.util.Optional;

/** What {@code tinyclip.precision} may say. */
public enum PrecisionSetting {
    /** What fits the machine that computes first. */
    AUTO,
    FP32,
    BF16;

    /** That of complete settings, as a folder keeps them. */
    public static Optional<Precision> of(Config settings) {
        return read(new SettingValues(settings.getConfig("tinyclip"), "tinyclip."));
    }

    static Optional<Precision> read(SettingValues values) {
        return values.choice("precision", EnumSet.allOf(PrecisionSetting.class)).precision();
    }

    /** Empty where it is left to a machine. */
    private Optional<Precision> precision() {
        return switch (this) {
            case AUTO -> Optional.empty();
            case FP32 -> Optional.of(Precision.FP32);
            case BF16 -> Optional.of(Precision.BF16);
        };
    }
}
