package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every number, duration and size of every reference.conf has its bounds, checked when settings are read. */
final class BoundsTest {
    /** What nothing was measured of. */
    private static final String COSTS = "tinyclip.budget.costs.";

    private static final Pattern WITH_UNIT = Pattern.compile("\\d+[a-z]+");

    /** Any whole number is a seed. */
    private static final String SEED = "tinyclip.seed";

    /** Where 0 means something, as reference.conf says. */
    private static final Set<String> MAY_BE_ZERO = Set.of(
            "tinyclip.data.bad-share",
            "tinyclip.evaluation.every",
            SEED,
            "tinyclip.teacher-head-width",
            "tinyclip.image-size",
            "tinyclip.data.icons",
            "tinyclip.loading.steps",
            "tinyclip.loading.threads",
            "tinyclip.optimizer.warmup-steps",
            "tinyclip.optimizer.beta1",
            "tinyclip.optimizer.beta2",
            "tinyclip.optimizer.decay",
            "tinyclip.optimizer.cooling",
            "tinyclip.optimizer.token-rate",
            "tinyclip.optimizer.muon.image",
            "tinyclip.optimizer.muon.text",
            "tinyclip.mask.minimum-heads",
            "tinyclip.loss.contrastive",
            "tinyclip.loss.features",
            "tinyclip.loss.interactive",
            "tinyclip.workers",
            "tinyclip.threads",
            "tinyclip.teacher-cache",
            "tinyclip.teacher-store.views",
            "tinyclip.storage.read-ahead",
            "tinyclip.storage.retries",
            "tinyclip.actors.copy-lag",
            "tinyclip.actors.recompute",
            "tinyclip.board.port",
            "tinyclip.metrics.port",
            "tinyclip.cluster.port",
            "tinyclip.cluster.bind-port",
            "tinyclip.cluster.wait",
            "tinyclip.cluster.discovery.candidates",
            "tinyclip.cluster.discovery.management-port",
            "tinyclip.cluster.discovery.probe-port",
            "tinyclip.plane.port",
            "tinyclip.plane.bind-port");

    static Stream<String> numbers() {
        return keys().entrySet().stream()
                .filter(entry -> entry.getValue().valueType() == ConfigValueType.NUMBER)
                .map(Map.Entry::getKey);
    }

    static Stream<String> withUnits() {
        return keys().entrySet().stream()
                .filter(entry -> entry.getValue().unwrapped() instanceof String text
                        && WITH_UNIT.matcher(text).matches())
                .map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberHasBounds(String key) {
        List<String> wrong = key.equals(SEED) ? List.of("1e30", "NaN") : List.of("-1", "1e30", "NaN");
        wrong.forEach(value -> refuses(key, value));
    }

    @ParameterizedTest
    @MethodSource("withUnits")
    void aDurationOrSizeHasBounds(String key) {
        for (String value : List.of("-1", "-1s", "100000 days", "100000 g")) {
            refuses(key, value);
        }
    }

    @ParameterizedTest
    @MethodSource({"numbers", "withUnits"})
    void nothingIsZeroUnlessThatMeansSomething(String key) {
        if (MAY_BE_ZERO.contains(key) || key.startsWith(COSTS)) {
            SettingsFile.defaults(Map.of(key, "0"));
        } else {
            refuses(key, "0");
        }
    }

    @Test
    void everyKeyOfThoseIsThere() {
        Set<String> known = keys().keySet();
        assertTrue(known.containsAll(MAY_BE_ZERO), MAY_BE_ZERO.toString());
        assertTrue(numbers().count() > 50 && withUnits().count() > 8, known.toString());
    }

    @Test
    void aPoolIsOfTheKindThatItsKeysDescribe() {
        refuses("tinyclip.actors.file-dispatcher.executor", "fork-join-executor");
        refuses("tinyclip.actors.arithmetic-dispatcher.type", "PinnedDispatcher");
        refuses("tinyclip.actors.arithmetic-dispatcher.fork-join-executor.parallelism-max", "1");
    }

    private static void refuses(String key, String value) {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> SettingsFile.defaults(Map.of(key, value)),
                        () -> key + " = " + value)
                .getMessage();
        assertTrue(message.contains("tinyclip."), message);
        assertTrue(message.contains(value), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static Map<String, ConfigValue> keys() {
        Map<String, ConfigValue> keys = new TreeMap<>();
        SettingsFile.reference()
                .entrySet()
                .forEach(entry -> keys.put(String.join(".", ConfigUtil.splitPath(entry.getKey())), entry.getValue()));
        return keys;
    }
}
