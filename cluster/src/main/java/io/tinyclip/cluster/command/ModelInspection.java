package io.tinyclip.cluster.command;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelShapeJson;
import io.tinyclip.files.PreprocessingJson;
import io.tinyclip.formats.Padding;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.model.Counts;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code inspect} tells of a model: where it comes from, its size and cost, and its layers. */
record ModelInspection(Model model) {
    private static final String READ = "read";

    String text() {
        ModelShape shape = model.shape();
        Counts counts = Counts.of(shape);
        StringBuilder text = new StringBuilder();
        origin(text);
        line(text, "parameters, image tower", number(counts.image()));
        line(text, "parameters, text tower", number(counts.text()));
        line(text, "parameters, token embedding", number(counts.tokenEmbedding()));
        tokenTable(text, shape.text());
        line(text, "parameters, in all", number(counts.total()));
        FormatFit fit = FormatFit.of(Padding.of(shape));
        line(text, "as " + fit.formats() + " hold it", fit.words());
        line(text, "multiply-accumulates of a pair", number(counts.macs()));
        line(text, "embedding", Integer.toString(shape.embedding()));
        line(text, "activation", shape.activation().name().toLowerCase(Locale.ROOT));
        line(text, "picture", picture(model.preprocessing()));
        line(text, "longest text", shape.text().contextLength() + " tokens");
        if (shape.image() instanceof ResNet resnet) {
            text.append(String.format(
                    Locale.ROOT,
                    "%nimage tower: residual network, width %d, blocks %s, %d heads of %d%n",
                    resnet.width(),
                    resnet.blocks(),
                    resnet.heads(),
                    resnet.headWidth()));
        } else {
            line(text, "patch", shape.vision().patchSize() + " pixels");
            tower(text, "image tower", shape.vision());
        }
        tower(text, "text tower", shape.text());
        return text.toString();
    }

    JsonObject json() {
        Counts counts = Counts.of(model.shape());
        JsonObject json = new JsonObject();
        json.add("params", RecipeInspection.params(counts));
        json.addProperty("total", counts.total());
        json.add("padded", FormatFit.of(Padding.of(model.shape())).json());
        json.addProperty("macs", counts.macs());
        JsonObject shape = ModelShapeJson.write(model.shape());
        shape.keySet().forEach(name -> json.add(name, shape.get(name)));
        json.add("preprocessing", PreprocessingJson.write(model.preprocessing()));
        if (model.provenance().has(READ)) {
            json.add(READ, model.provenance().get(READ));
        }
        return json;
    }

    private static void tokenTable(StringBuilder text, TextTower tower) {
        if (tower.tokenRank() > 0) {
            line(
                    text,
                    "token table",
                    "rank " + tower.tokenRank() + ": " + number(tower.vocabulary()) + " x " + tower.tokenRank()
                            + " times " + tower.tokenRank() + " x " + tower.width());
        }
    }

    /** Our own folders say all of themselves; of others it is told how they were taken. */
    private void origin(StringBuilder text) {
        if (!model.provenance().has(READ)) {
            return;
        }
        JsonObject read = model.provenance().getAsJsonObject(READ);
        line(
                text,
                "read as",
                read.get("format").getAsString() + "'s " + read.get("tensors").getAsString());
        list(text, "not taken", read.get("notTaken"));
        list(text, "assumed", read.get("assumed"));
    }

    private static void list(StringBuilder text, String name, JsonElement values) {
        List<String> all = new ArrayList<>();
        values.getAsJsonArray().forEach(value -> all.add(value.getAsString()));
        if (!all.isEmpty()) {
            line(text, name, String.join(", ", all));
        }
    }

    private static String picture(Preprocessing preprocessing) {
        return String.format(
                Locale.ROOT,
                "%d pixels, %s to %d, %s",
                preprocessing.size(),
                preprocessing.mode().name().toLowerCase(Locale.ROOT),
                preprocessing.resize(),
                preprocessing.interpolation().name().toLowerCase(Locale.ROOT));
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-32s%s%n", name, value));
    }

    private static void tower(StringBuilder text, String name, Tower tower) {
        text.append(
                String.format(Locale.ROOT, "%n%s: width %d, head width %d%n", name, tower.width(), tower.headWidth()));
        text.append("layer  heads  neurons\n");
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            text.append(String.format(Locale.ROOT, "%5d  %5d  %7d%n", i, layer.heads(), layer.neurons()));
        }
    }
}
