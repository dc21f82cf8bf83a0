package io.tinyclip.cluster.command;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.ExitCode;
import io.tinyclip.cluster.run.Teachers;
import io.tinyclip.files.ModelShapeJson;
import io.tinyclip.model.Counts;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Tower;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: what a model is made of. */
@Command(
        name = "inspect",
        description =
                "Prints a model's parameters, multiply-accumulates, and its widths and heads layer by layer; or what a"
                        + " recipe's students will be.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
    private static final String RECIPE = ".conf";

    private final Surroundings surroundings;

    @Parameters(paramLabel = "MODEL|CONF", description = "A model folder, builtin, or a recipe that ends in .conf.")
    private String model = "";

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    InspectCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        surroundings.out().print(isRecipe() ? recipe() : model());
        return ExitCode.DONE;
    }

    private boolean isRecipe() {
        return model.endsWith(RECIPE) && !Files.isDirectory(Path.of(model));
    }

    private String recipe() {
        RecipeInspection inspection = RecipeInspection.of(Path.of(model));
        return json ? print(inspection.json()) : inspection.text();
    }

    private String model() {
        ModelShape shape = Teachers.read(model).shape();
        return json ? print(json(shape)) : text(shape);
    }

    private static String print(JsonObject json) {
        return new GsonBuilder().setPrettyPrinting().create().toJson(json) + "\n";
    }

    private static String text(ModelShape shape) {
        Counts counts = Counts.of(shape);
        StringBuilder text = new StringBuilder();
        line(text, "parameters, image tower", "%,d", counts.image());
        line(text, "parameters, text tower", "%,d", counts.text());
        line(text, "parameters, token embedding", "%,d", counts.tokenEmbedding());
        line(text, "multiply-accumulates of a pair", "%,d", counts.macs());
        line(text, "embedding", "%d", shape.embedding());
        line(text, "picture", "%d pixels", shape.image().imageSize());
        line(text, "longest text", "%d tokens", shape.text().contextLength());
        if (shape.image() instanceof ResNet resnet) {
            resnet(text, resnet);
        } else {
            line(text, "patch", "%d pixels", shape.vision().patchSize());
            tower(text, "image tower", shape.vision());
        }
        tower(text, "text tower", shape.text());
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String format, long value) {
        text.append(String.format(Locale.ROOT, "%-32s" + format + "%n", name, value));
    }

    private static void resnet(StringBuilder text, ResNet tower) {
        text.append(String.format(
                Locale.ROOT,
                "%nimage tower: residual network, width %d, blocks %s, %d heads of %d%n",
                tower.width(),
                tower.blocks(),
                tower.heads(),
                tower.headWidth()));
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

    private static JsonObject json(ModelShape shape) {
        Counts counts = Counts.of(shape);
        JsonObject json = new JsonObject();
        json.add("params", RecipeInspection.params(counts));
        json.addProperty("macs", counts.macs());
        json.addProperty("embedding", shape.embedding());
        json.add("image", ModelShapeJson.write(shape).get("image"));
        JsonObject text = tower(shape.text());
        text.addProperty("contextLength", shape.text().contextLength());
        text.addProperty("vocabulary", shape.text().vocabulary());
        json.add("text", text);
        return json;
    }

    private static JsonObject tower(Tower tower) {
        JsonObject json = new JsonObject();
        json.addProperty("width", tower.width());
        json.addProperty("headWidth", tower.headWidth());
        JsonArray layers = new JsonArray();
        for (LayerShape layer : tower.layers()) {
            JsonObject one = new JsonObject();
            one.addProperty("heads", layer.heads());
            one.addProperty("neurons", layer.neurons());
            layers.add(one);
        }
        json.add("layers", layers);
        return json;
    }
}
