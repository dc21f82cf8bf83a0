package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.tinyclip.storage.Location;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the queries out of the addresses of inputs, before settings are written down, sent or compared: one may be a signature
 * that opens its address for everybody, and a newer signature makes no other run.
 */
final class HiddenQueries {
    private static final List<String> INPUTS = List.of(
            "tinyclip.data.train",
            "tinyclip.data.evaluate",
            "tinyclip.teacher",
            "tinyclip.start.image",
            "tinyclip.start.text");
    private static final String FURTHER_TEACHERS = "tinyclip.further-teachers";

    private HiddenQueries() {}

    static Config of(Config config) {
        Config hidden = config;
        for (String input : INPUTS) {
            if (config.hasPath(input)) {
                hidden = hidden.withValue(input, hidden(config.getValue(input)));
            }
        }
        return config.hasPath(FURTHER_TEACHERS)
                ? hidden.withValue(FURTHER_TEACHERS, hidden(config.getValue(FURTHER_TEACHERS)))
                : hidden;
    }

    private static ConfigValue hidden(ConfigValue value) {
        if (value instanceof ConfigList list) {
            List<ConfigValue> elements = new ArrayList<>();
            list.forEach(element -> elements.add(hidden(element)));
            return ConfigValueFactory.fromIterable(elements, value.origin().description());
        }
        if (value instanceof ConfigObject object) {
            return object.containsKey("model") ? object.withValue("model", hidden(object.get("model"))) : object;
        }
        String text = String.valueOf(value.unwrapped());
        boolean hides = value.valueType() == ConfigValueType.STRING && !text.equals(Location.shown(text));
        return hides
                ? ConfigValueFactory.fromAnyRef(
                        Location.shown(text), value.origin().description())
                : value;
    }
}
