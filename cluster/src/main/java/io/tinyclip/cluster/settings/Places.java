package io.tinyclip.cluster.settings;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.tinyclip.cluster.settings.CompressionSettings.StudentStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Tells settings that say where an input lies from those that say what is done: an input is known by its content. */
final class Places {
    private static final ConfigValue SOMEWHERE = ConfigValueFactory.fromAnyRef("(by content)");

    private static final Set<String> PATHS =
            Set.of("tinyclip.data.train", "tinyclip.data.evaluate", "tinyclip.teacher");
    private static final String FURTHER_TEACHERS = "tinyclip.further-teachers";
    private static final String MODEL = "model";
    private static final String START = "tinyclip.start";
    private static final Set<String> NO_PATHS = Set.of(StudentStart.TEACHER, StudentStart.RANDOM);

    private Places() {}

    /**
     * What is left of a setting without the places of inputs.
     *
     * @param hashed whether an input, by its setting, is known by its content
     */
    static ConfigValue left(String key, ConfigValue value, Predicate<String> hashed) {
        if (PATHS.contains(key) && hashed.test(key)) {
            return SOMEWHERE;
        }
        if (key.startsWith(START + ".") && hashed.test(START)) {
            return NO_PATHS.contains(value.unwrapped()) ? value : SOMEWHERE;
        }
        if (key.equals(FURTHER_TEACHERS) && value instanceof ConfigList teachers) {
            return furtherTeachers(teachers, hashed);
        }
        return value;
    }

    private static ConfigValue furtherTeachers(ConfigList teachers, Predicate<String> hashed) {
        List<ConfigValue> left = new ArrayList<>();
        for (ConfigValue teacher : teachers) {
            String input = FURTHER_TEACHERS + " " + (left.size() + 1);
            boolean known = teacher.valueType() == ConfigValueType.OBJECT && hashed.test(input);
            left.add(known ? ((ConfigObject) teacher).withValue(MODEL, SOMEWHERE) : teacher);
        }
        return ConfigValueFactory.fromIterable(left);
    }
}
