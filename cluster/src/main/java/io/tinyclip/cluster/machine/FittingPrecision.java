package io.tinyclip.cluster.machine;

import io.tinyclip.engine.Capabilities;
import io.tinyclip.kernel.Precision;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** In which precision a machine computes a run. */
public final class FittingPrecision {
    private static final Logger LOG = LoggerFactory.getLogger(FittingPrecision.class);

    private FittingPrecision() {}

    /**
     * The run's precision, with a warning where this machine is slow in it; or, where none is decided yet, the one that fits
     * this machine.
     */
    public static Precision of(Optional<Precision> decided, Engine engine) {
        Capabilities here = engine.capabilities();
        decided.flatMap(precision -> emulated(precision, here)).ifPresent(LOG::warn);
        return decided.orElseGet(() -> Precision.fitting(here));
    }

    /** @return one line for whoever started the machine; empty where it multiplies what the precision needs */
    static Optional<String> emulated(Precision precision, Capabilities here) {
        return precision == Precision.BF16 && !here.multipliesBf16()
                ? Optional.of(
                        "precision [bf16] is emulated here, many times slower than fp32 without AVX-512: no instruction for"
                                + " it among [" + here.told()
                                + "]; begin a run with tinyclip.precision=auto in another folder, or use"
                                + " a processor with AVX512-BF16 or AMX, or a GPU of compute capability 8.0 or more")
                : Optional.empty();
    }
}
