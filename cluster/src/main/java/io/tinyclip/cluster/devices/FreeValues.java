package io.tinyclip.cluster.devices;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.tinyclip.cluster.settings.BitKeys;
import io.tinyclip.cluster.settings.SettingsFile;
import java.util.Map;
import java.util.TreeMap;

/** What a recipe says about a machine, as settings of a command line. */
final class FreeValues {
    private FreeValues() {}

    /** The free settings that are not as they are by default. */
    static Map<String, String> of(Config effective) {
        Config defaults = SettingsFile.reference();
        Map<String, String> values = new TreeMap<>();
        effective.withOnlyPath("tinyclip").entrySet().forEach(entry -> {
            String key = String.join(".", ConfigUtil.splitPath(entry.getKey()));
            String value = text(entry.getValue());
            boolean known = defaults.hasPath(entry.getKey());
            if (BitKeys.isFree(key)
                    && !(known && text(defaults.getValue(entry.getKey())).equals(value))) {
                values.put(key, value);
            }
        });
        return values;
    }

    private static String text(ConfigValue value) {
        return value.valueType() == ConfigValueType.LIST
                ? value.render(ConfigRenderOptions.concise())
                : String.valueOf(value.unwrapped());
    }
}
