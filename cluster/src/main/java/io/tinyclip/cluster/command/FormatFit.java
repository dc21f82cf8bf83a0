package io.tinyclip.cluster.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.formats.Padding;
import io.tinyclip.inherit.StageForecast;
import io.tinyclip.model.Counts;
import io.tinyclip.plan.BudgetPlan.Unit;
import io.tinyclip.plan.MaskPlan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether Hugging Face's and OpenCLIP's formats hold a model, and what the zeros cost that make its layers alike there; of a
 * student that masks will decide, as much of it as is known before.
 *
 * @param names of the formats
 * @param kind how much is known
 * @param own parameters in all without padding; of a student that masks will decide, nominal
 * @param padded counts with padding: exact, or the most that they can be; empty where nothing bounds them
 * @param obstacle why the formats refuse the model; empty where they don't, or it is not known
 * @param multipliedOut whether the token table is a product, which they hold multiplied out; {@code own} has it so, too
 */
record FormatFit(
        List<String> names, Kind kind, long own, Optional<Counts> padded, String obstacle, boolean multipliedOut) {
    private static final double MILLION = 1e6;
    private static final double PERCENT = 100;

    /** How much is known of it. */
    enum Kind {
        /** The model is there, or chosen by hand. */
        EXACT,
        /** They can't hold it. */
        REFUSED,
        /** They will hold it, with more or less padding. */
        BOUND,
        /** They will hold it, and its budget has the padding in it. */
        BUDGET,
        /** They may hold it or refuse it. */
        OPEN
    }

    /** Of a model that is known. */
    static FormatFit of(Padding padding) {
        return new FormatFit(
                padding.formats(),
                padding.obstacle().isPresent() ? Kind.REFUSED : Kind.EXACT,
                padding.own().total(),
                padding.padded(),
                padding.obstacle().orElse(""),
                padding.multipliedOut());
    }

    /** Of a stage's student before it is trained. */
    static FormatFit of(StageForecast stage, MaskPlan mask) {
        Padding most = Padding.of(stage.largest());
        if (!stage.nominal()) {
            return of(most);
        }
        Kind kind =
                switch (mask.exportable()) {
                    case FALSE -> Kind.OPEN;
                    case TRUE -> Kind.BOUND;
                    case DENSE -> Kind.BUDGET;
                };
        Counts own = stage.counts().withTokenEmbedding(most.own().tokenEmbedding());
        boolean counted = kind == Kind.BUDGET && mask.budget().unit() == Unit.PARAMETERS;
        Optional<Counts> bound = counted ? Optional.of(own) : most.padded();
        return new FormatFit(most.formats(), kind, own.total(), bound, "", most.multipliedOut());
    }

    /** As a sentence names them. */
    String formats() {
        return String.join(" and ", names);
    }

    /** For a column of millions. */
    String cell() {
        String bound = kind == Kind.EXACT ? "" : "<=";
        return kind == Kind.REFUSED
                ? "refused"
                : padded.map(counts -> bound + millions(counts.total())).orElse("-");
    }

    String words() {
        return kind == Kind.REFUSED ? fit() : withTable(fit());
    }

    /** Where layers may differ. */
    String unpadded() {
        return withTable("as it is, without padding");
    }

    private String withTable(String words) {
        return multipliedOut
                ? words + "; the token table is multiplied out there: onnx, torchscript and our own hold both factors"
                : words;
    }

    private String fit() {
        return switch (kind) {
            case EXACT ->
                padded.filter(counts -> counts.total() > own)
                        .map(counts -> millions(counts.total()) + " M in all, " + percent(counts)
                                + " of zeros that make layers alike")
                        .orElse(
                                multipliedOut
                                        ? millions(own) + " M in all, without padding"
                                        : "as it is, without padding");
            case REFUSED -> "refuse " + obstacle + "; hf with --layers uneven, onnx and torchscript hold it";
            case BOUND ->
                "fits; padded" + atMost() + ", told after the cut; tinyclip.mask.exportable = dense counts it";
            case BUDGET -> "fits; the budget has the padding in it";
            case OPEN ->
                "refuse it where a width or a layer's heads do not fit, else padded" + atMost()
                        + "; tinyclip.mask.exportable = true makes it fit";
        };
    }

    private String atMost() {
        return padded.map(counts -> " to at most " + millions(counts.total()) + " M in all, " + percent(counts))
                .orElse("");
    }

    /** Of all parameters, and of those without the token table, which may be most of them and is never padded. */
    private String percent(Counts counts) {
        double zeros = counts.total() - own;
        double towers = own - counts.tokenEmbedding();
        return String.format(
                Locale.ROOT,
                "+%.1f %% (without the token table +%.1f %%)",
                PERCENT * zeros / own,
                PERCENT * zeros / towers);
    }

    private static String millions(long count) {
        return String.format(Locale.ROOT, "%.2f", count / MILLION);
    }

    /** Which formats, how much is known, and as far as it is, the counts. */
    JsonObject json() {
        JsonObject json = new JsonObject();
        JsonArray list = new JsonArray();
        names.forEach(list::add);
        json.add("formats", list);
        json.addProperty("known", kind.name().toLowerCase(Locale.ROOT));
        padded.ifPresent(counts -> {
            json.add("params", RecipeInspection.params(counts));
            json.addProperty("total", counts.total());
        });
        if (multipliedOut) {
            json.addProperty("tokenTable", "multiplied out");
        }
        if (!obstacle.isEmpty()) {
            json.addProperty("obstacle", obstacle);
        }
        return json;
    }
}
