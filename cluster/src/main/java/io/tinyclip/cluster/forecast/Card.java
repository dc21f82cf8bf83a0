package io.tinyclip.cluster.forecast;

import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Well-known cards, by the dense figures of their makers' data sheets, in operations a second times 10^12. */
public enum Card {
    V100(0, 15.7, 32),
    T4(0, 8.1, 16),
    A10(125, 31.2, 24),
    A100_40GB(312, 19.5, 40),
    A100(312, 19.5, 80),
    L4(121, 30.3, 24),
    L40S(362, 91.6, 48),
    H100_PCIE(756, 51, 80),
    H100(989, 67, 80),
    H200(989, 67, 141),
    B200(2250, 75, 180);

    /**
     * Share of the peak that a step reaches in bf16: at 729 pairs a second an A100 trains ViT-B/32 at a tenth of it, as in LAION's
     * scaling study of OpenCLIP (128 A100, batch 32k: 93,294 pairs a second).
     */
    private static final double BF16_SHARE = 0.1;
    /** The same in fp32, without tensor cores: assumed, as products of matrices reach more than that. */
    private static final double FP32_SHARE = 0.5;

    private static final long GB = 1_000_000_000;

    private final double bf16;
    private final double fp32;
    private final int gigabytes;

    Card(double bf16, double fp32, int gigabytes) {
        this.bf16 = bf16;
        this.fp32 = fp32;
        this.gigabytes = gigabytes;
    }

    /** @throws InvalidInputException if the name is none of these, in any case */
    public static Card named(String name) {
        String wanted = name.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(values())
                .filter(card -> card.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "--gpu [" + name + "] must be one of " + names() + "; of another card say --tflops"));
    }

    /** As they are written on the command line. */
    static String names() {
        return Arrays.stream(values()).map(Card::word).collect(Collectors.joining(", "));
    }

    /** Such as {@code H100-PCIE}. */
    public String word() {
        return name().replace('_', '-');
    }

    /** Of the peak that a step is taken to reach. */
    public static double share(boolean inBf16) {
        return inBf16 ? BF16_SHARE : FP32_SHARE;
    }

    /** Whether a step computes in bf16 there: as {@code tinyclip.precision = auto} decides. */
    public boolean multiplies(Precision asked) {
        return asked == Precision.BF16 && bf16 > 0;
    }

    /** Peak, in 10^12 operations a second. */
    public double tflops(boolean inBf16) {
        return inBf16 ? bf16 : fp32;
    }

    /** Of its memory. */
    public long bytes() {
        return gigabytes * GB;
    }
}
