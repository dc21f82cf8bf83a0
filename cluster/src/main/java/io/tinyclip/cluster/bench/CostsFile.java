package io.tinyclip.cluster.bench;

import io.tinyclip.fit.CostFit;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import java.util.List;
import java.util.Locale;

/** Measured costs as settings, for {@code include} in a recipe. */
public final class CostsFile {
    private static final double PERCENT = 100;

    private CostsFile() {}

    /** How well the prices explain the times, in one line. */
    public static String fit(CostBench.Found found) {
        return "fit of " + found.samples() + " shapes, the quickest of " + found.rounds() + " rounds: image tower "
                + errors(found.image()) + "; text tower " + errors(found.text());
    }

    private static String errors(CostFit fit) {
        return String.format(
                Locale.ROOT,
                "%.1f %% off in the mean, %.1f %% at the most",
                PERCENT * fit.meanError(),
                PERCENT * fit.largestError());
    }

    /**
     * The whole file.
     *
     * @param model as the user calls it
     * @param machine what measured it
     */
    public static String text(String model, List<String> machine, CostBench.Found found) {
        StringBuilder text = new StringBuilder();
        comment(text, "What layers of [" + model + "] cost, in seconds of a pair, measured by bench --costs.");
        machine.forEach(line -> comment(text, line));
        comment(text, found.threads() + " at a time in fp32, texts of " + found.tokens() + " tokens");
        comment(text, fit(found));
        text.append("tinyclip.budget {\n  unit = seconds\n  costs {\n");
        tower(text, "image", found.image().seconds());
        tower(text, "text", found.text().seconds());
        return text.append("  }\n}\n").toString();
    }

    private static void comment(StringBuilder text, String line) {
        text.append("# ").append(line.replaceAll("\\s+", " ")).append('\n');
    }

    private static void tower(StringBuilder text, String name, TowerSeconds seconds) {
        text.append("    ").append(name).append(" {\n");
        layer(text, "inner", seconds.inner());
        layer(text, "last", seconds.last());
        text.append("    }\n");
    }

    private static void layer(StringBuilder text, String name, LayerSeconds it) {
        text.append(String.format(
                Locale.ROOT,
                "      %s { any-head = %s, head = %s, head-channel = %s, any-neuron = %s, neuron = %s, neuron-channel = %s }\n",
                name,
                number(it.anyHead()),
                number(it.head()),
                number(it.headChannel()),
                number(it.anyNeuron()),
                number(it.neuron()),
                number(it.neuronChannel())));
    }

    /** Four digits are more than any measurement has. */
    private static String number(double seconds) {
        return seconds == 0 ? "0" : String.format(Locale.ROOT, "%.3e", seconds);
    }
}
