package io.tinyclip.cluster.command;

import io.tinyclip.cluster.forecast.Card;
import io.tinyclip.cluster.forecast.Machines;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** The machines that a run is imagined on. */
final class MachineOptions {
    private static final int MOST_MACHINES = 1024;
    private static final double TERA = 1e12;
    private static final double PERCENT = 100;
    private static final long GIGA = 1_000_000_000;
    /** Of a card that is not named. */
    private static final int GIGABYTES = 80;

    @Option(
            names = "--machines",
            paramLabel = "N",
            description =
                    "Tells hours on so many machines, or GPUs with a process each, too; like this one unless --gpu or --tflops.")
    private Optional<Integer> count = Optional.empty();

    @Option(
            names = "--gpu",
            paramLabel = "CARD",
            description =
                    "Of that card's published dense speed: V100, T4, A10, A100-40GB, A100, L4, L40S, H100-PCIE, H100, H200, B200.")
    private Optional<String> gpu = Optional.empty();

    @Option(names = "--tflops", paramLabel = "X", description = "Of that peak, in 10^12 operations a second.")
    private Optional<Double> tflops = Optional.empty();

    @Option(
            names = "--share",
            paramLabel = "S",
            description =
                    "Share of the peak that a step reaches, above 0 to 1; 0.1 in bf16 and 0.5 in fp32 if not said.")
    private Optional<Double> share = Optional.empty();

    @Option(
            names = "--gbit",
            paramLabel = "G",
            description = "Network of each machine in Gbit/s; 25 if not said. More than 24 are not filled.")
    private Optional<Double> gigabits = Optional.empty();

    private static final double USUAL_GIGABITS = 25;

    /**
     * What was asked for; empty for this machine alone.
     *
     * @param precision that a step computes in where the card has it
     * @param measured whether this machine's own speed is known
     */
    Optional<Machines> of(Precision precision, boolean measured) {
        requireSensible();
        boolean named = gpu.isPresent() || tflops.isPresent();
        if (count.isEmpty() && !named) {
            return Optional.empty();
        }
        if (!named && !measured) {
            throw new InvalidInputException(
                    "--no-probe measures nothing that --machines could be like; name --gpu or --tflops");
        }
        int machines = count.orElse(1);
        double rate = Machines.bytesPerSecond(gigabits.orElse(USUAL_GIGABITS));
        if (!named) {
            return Optional.of(
                    new Machines(machines, "machines like this one", OptionalDouble.empty(), precision, 0, rate));
        }
        Optional<Card> card = gpu.map(Card::named);
        boolean bf16 = card.map(it -> it.multiplies(precision)).orElse(precision == Precision.BF16);
        double peak = card.map(it -> it.tflops(bf16)).orElseGet(tflops::orElseThrow);
        double reached = share.orElse(Card.share(bf16));
        String name = String.format(
                Locale.ROOT,
                "%s at %.0f %% of %.1f TFLOPS%s",
                card.map(Card::word).orElse("machines"),
                PERCENT * reached,
                peak,
                card.isEmpty() ? "" : bf16 ? " in bf16" : " in fp32");
        long memory = card.map(Card::bytes).orElse(GIGABYTES * GIGA);
        Precision computed = bf16 ? Precision.BF16 : Precision.FP32;
        return Optional.of(
                new Machines(machines, name, OptionalDouble.of(reached * peak * TERA), computed, memory, rate));
    }

    private void requireSensible() {
        require("--machines", count, 1, MOST_MACHINES);
        require("--tflops", tflops, Double.MIN_VALUE, 1e6);
        require("--share", share, Double.MIN_VALUE, 1);
        require("--gbit", gigabits, Double.MIN_VALUE, 1e5);
        if (gpu.isPresent() && tflops.isPresent()) {
            throw new InvalidInputException("--gpu [" + gpu.get() + "] and --tflops [" + tflops.get()
                    + "] both say how fast a machine is; leave one of them out");
        }
        if (share.isPresent() && gpu.isEmpty() && tflops.isEmpty()) {
            throw new InvalidInputException(
                    "--share [" + share.get() + "] is of the peak of --gpu or --tflops; name one of them");
        }
        if (gigabits.isPresent() && count.isEmpty() && gpu.isEmpty() && tflops.isEmpty()) {
            throw new InvalidInputException("--gbit [" + gigabits.get() + "] is for several machines; give --machines");
        }
    }

    private static void require(String option, Optional<? extends Number> value, double least, double most) {
        if (value.isPresent()
                && !(value.get().doubleValue() >= least && value.get().doubleValue() <= most)) {
            throw new InvalidInputException(option + " [" + value.get() + "] must be " + (least == 1 ? "1" : "above 0")
                    + " to " + String.format(Locale.ROOT, "%.0f", most));
        }
    }
}
