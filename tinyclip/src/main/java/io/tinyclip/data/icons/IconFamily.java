package io.tinyclip.data.icons;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A family of icons on the class path. Its drawings are those that its own metadata lists, so that no jar has to be
 * searched and one big jar serves as well as five.
 */
public enum IconFamily {
    /** Tabler Icons: outlines two units wide and filled shapes in a 24-unit box. */
    TABLER("tabler__icons/3.35.0", "icons.json") {
        @Override
        void read(JsonElement metadata, List<Icon> icons) {
            for (Map.Entry<String, JsonElement> entry :
                    metadata.getAsJsonObject().entrySet()) {
                JsonObject icon = entry.getValue().getAsJsonObject();
                List<String> terms = texts(icon.getAsJsonArray("tags"));
                terms.add(icon.get("category").getAsString());
                for (String style : icon.getAsJsonObject("styles").keySet()) {
                    add(icons, "icons/" + style + "/" + entry.getKey(), entry.getKey(), terms);
                }
            }
        }
    },
    /** Material Design Icons: filled shapes in a 24-unit box. */
    MATERIAL("mdi__svg/5.2.45", "meta.json") {
        @Override
        void read(JsonElement metadata, List<Icon> icons) {
            for (JsonElement element : metadata.getAsJsonArray()) {
                JsonObject icon = element.getAsJsonObject();
                String name = icon.get("name").getAsString();
                List<String> terms = texts(icon.getAsJsonArray("aliases"));
                for (String fields : texts(icon.getAsJsonArray("tags"))) {
                    terms.addAll(List.of(fields.split(" [/+] ")));
                }
                add(icons, "svg/" + name, name, terms);
            }
        }
    },
    /** Font Awesome Free: filled shapes that reach the edges of boxes of several widths. */
    FONT_AWESOME("fortawesome__fontawesome-free/6.5.1", "metadata/icon-families.json") {
        @Override
        void read(JsonElement metadata, List<Icon> icons) {
            for (Map.Entry<String, JsonElement> entry :
                    metadata.getAsJsonObject().entrySet()) {
                JsonObject icon = entry.getValue().getAsJsonObject();
                List<String> terms = texts(icon.getAsJsonObject("search").getAsJsonArray("terms"));
                JsonObject aliases = icon.getAsJsonObject("aliases");
                if (aliases != null && aliases.has("names")) {
                    terms.addAll(texts(aliases.getAsJsonArray("names")));
                }
                for (String style :
                        icon.getAsJsonObject("svgs").getAsJsonObject("classic").keySet()) {
                    add(icons, "svgs/" + style + "/" + entry.getKey(), entry.getKey(), terms);
                }
            }
        }
    },
    /** Lucide: outlines two units wide in a 24-unit box. */
    LUCIDE("lucide-static/0.468.0", "tags.json") {
        @Override
        void read(JsonElement metadata, List<Icon> icons) {
            for (Map.Entry<String, JsonElement> entry :
                    metadata.getAsJsonObject().entrySet()) {
                List<String> terms = texts(entry.getValue().getAsJsonArray());
                add(icons, "icons/" + entry.getKey(), entry.getKey(), terms);
            }
        }
    },
    /** Bootstrap Icons: filled shapes that reach the edges of a 16-unit box. */
    BOOTSTRAP("bootstrap-icons/1.13.1", "font/bootstrap-icons.json") {
        @Override
        void read(JsonElement metadata, List<Icon> icons) {
            for (String name : metadata.getAsJsonObject().keySet()) {
                add(icons, "icons/" + name, name, List.of());
            }
        }
    },
    /** Ionicons: filled shapes, and outlines of them, in two styles in a 512-unit box. */
    IONICONS("ionicons/4.5.5/dist/ionicons", "data.json") {
        @Override
        void read(JsonElement metadata, List<Icon> icons) {
            for (JsonElement element : metadata.getAsJsonObject().getAsJsonArray("icons")) {
                JsonObject icon = element.getAsJsonObject();
                List<String> terms = texts(icon.getAsJsonArray("tags"));
                for (String name : texts(icon.getAsJsonArray("icons"))) {
                    add(icons, "svg/" + name, withoutStyle(name), terms);
                }
            }
        }

        private static String withoutStyle(String name) {
            return name.replaceFirst("^(ios|md|logo)-", "");
        }
    };

    private static final String WEBJARS = "META-INF/resources/webjars/";

    private final String artifact;
    private final String metadata;

    IconFamily(String artifact, String metadata) {
        this.artifact = artifact;
        this.metadata = metadata;
    }

    /** Where the family lies on the class path, version included. */
    String root() {
        return WEBJARS + artifact + "/";
    }

    /** All drawings of the family, in the order of its metadata. */
    List<Icon> icons() {
        try (Reader reader = new InputStreamReader(open(root() + metadata), StandardCharsets.UTF_8)) {
            List<Icon> icons = new ArrayList<>();
            read(JsonParser.parseReader(reader), icons);
            return icons;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalStateException if the program was packaged without it */
    static InputStream open(String resource) {
        InputStream stream = IconFamily.class.getClassLoader().getResourceAsStream(resource);
        if (stream == null) {
            throw new IllegalStateException(resource + " is not on the class path");
        }
        return stream;
    }

    abstract void read(JsonElement metadata, List<Icon> icons);

    void add(List<Icon> icons, String path, String identifier, List<String> terms) {
        String name = Words.name(identifier);
        icons.add(new Icon(this, path + ".svg", name, Words.tags(name, terms)));
    }

    /** The strings of an array; numbers as they are written, null left out. */
    private static List<String> texts(JsonArray array) {
        List<String> texts = new ArrayList<>();
        for (JsonElement element : array) {
            if (!element.isJsonNull()) {
                texts.add(element.getAsString());
            }
        }
        return texts;
    }
}
