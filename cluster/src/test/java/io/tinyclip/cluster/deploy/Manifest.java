package io.tinyclip.cluster.deploy;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A document of a file in deploy/kubernetes.
 *
 * @param file where it stands
 * @param content of the document
 */
record Manifest(Path file, JsonObject content) {
    static final Path FOLDER = Path.of("..", "deploy", "kubernetes");

    /** All there are. */
    static List<Manifest> all() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            List<Manifest> found = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                found.addAll(in(file));
            }
            return found;
        }
    }

    /** Those of a file; a key that comes twice is refused. */
    static List<Manifest> in(Path file) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<Manifest> found = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(Files.readString(file))) {
            found.add(new Manifest(file, new Gson().toJsonTree(document).getAsJsonObject()));
        }
        return found;
    }

    /** The Job of a role, in a folder. */
    static Manifest job(String folder, String role) throws IOException {
        return in(FOLDER.resolve(folder).resolve(role + ".yaml")).get(0);
    }

    String kind() {
        return content.get("kind").getAsString();
    }

    String name() {
        return at(content, "metadata", "name").orElseThrow().getAsString();
    }

    /** Whether it is one of the program's own processes, whole or as a patch. */
    boolean isJob() {
        return kind().equals("Job");
    }

    JsonObject spec() {
        return content.getAsJsonObject("spec");
    }

    JsonObject pod() {
        return at(spec(), "template", "spec").orElseThrow().getAsJsonObject();
    }

    JsonObject container() {
        JsonArray containers = pod().getAsJsonArray("containers");
        if (containers.size() != 1) {
            throw new IllegalStateException(this + " has more than one container");
        }
        return containers.get(0).getAsJsonObject();
    }

    /** The value of a variable of the container's environment. */
    Optional<String> variable(String name) {
        return Stream.of(container().get("env"))
                .filter(list -> list != null)
                .flatMap(list -> list.getAsJsonArray().asList().stream())
                .map(JsonElement::getAsJsonObject)
                .filter(entry -> entry.get("name").getAsString().equals(name) && entry.has("value"))
                .map(entry -> entry.get("value").getAsString())
                .findFirst();
    }

    /** What the container's program is told. */
    List<String> arguments() {
        return container().getAsJsonArray("args").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    /** The value of one of its -D options. */
    Optional<String> option(String key) {
        String start = "-D" + key + "=";
        return arguments().stream()
                .filter(argument -> argument.startsWith(start))
                .map(argument -> argument.substring(start.length()))
                .findFirst();
    }

    static Optional<JsonElement> at(JsonElement from, String... path) {
        JsonElement here = from;
        for (String step : path) {
            if (here == null) {
                return Optional.empty();
            }
            here = here.getAsJsonObject().get(step);
        }
        return Optional.ofNullable(here);
    }

    /** Bytes of 2Gi, or of what Java calls 2g. */
    static long bytes(String amount) {
        String number = amount.replaceFirst("[A-Za-z]+$", "");
        int power =
                switch (amount.substring(number.length())) {
                    case "Gi", "g" -> 30;
                    case "Mi", "m" -> 20;
                    default -> throw new IllegalArgumentException("no unit in [" + amount + "]");
                };
        return Long.parseLong(number) << power;
    }

    @Override
    public String toString() {
        return FOLDER.relativize(file) + " " + kind();
    }
}
