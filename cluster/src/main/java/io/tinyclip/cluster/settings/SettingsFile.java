package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Where settings come from: {@code -D} options over a recipe over {@code reference.conf}. */
public final class SettingsFile {
    /** Files may lie elsewhere on each machine; that they are the same ones is told by their content. */
    public static final String DATA = "tinyclip.data.train";

    private static final ConfigParseOptions JSON = ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.JSON)
            .setOriginDescription("the coordinator's settings");
    private static final String COMMAND_LINE = "-D option";

    private SettingsFile() {}

    /**
     * The settings of a recipe on disk.
     *
     * @param overrides values by full key, such as {@code tinyclip.seed}; those of lists are read as lists
     * @throws InvalidInputException for a file that cannot be read, an unknown key or a value out of bounds
     */
    public static Settings read(Path recipe, Map<String, String> overrides) {
        if (!Files.isReadable(recipe) || Files.isDirectory(recipe)) {
            throw new InvalidInputException("cannot read the recipe [" + recipe + "]; check the path");
        }
        String name = String.valueOf(recipe.getFileName()).replaceFirst("\\.conf$", "");
        return settings(() -> ConfigFactory.parseFile(recipe.toFile()), overrides, name);
    }

    /** The settings of a recipe inside the jar. */
    public static Settings bundled(String resource, Map<String, String> overrides) {
        ConfigParseOptions options = ConfigParseOptions.defaults().setAllowMissing(false);
        String name = resource.replaceFirst("\\.conf$", "");
        return settings(
                () -> ConfigFactory.parseResources(SettingsFile.class.getClassLoader(), resource, options),
                overrides,
                name);
    }

    /** The defaults, for commands without a recipe. */
    public static Settings defaults(Map<String, String> overrides) {
        return settings(ConfigFactory::empty, overrides, "defaults");
    }

    /**
     * The settings of a run that this machine is told of, with what belongs to this machine.
     *
     * @param json of the run, as its coordinator has it; its free settings suit that machine, and are left out
     * @param own settings of this machine; see {@link #requireOwn}
     */
    public static Settings ofRun(String json, Map<String, String> own) {
        return settings(() -> BitKeys.only(ConfigFactory.parseString(json, JSON)), own, "run");
    }

    /**
     * Refuses settings that are the run's and no machine's; where the training pairs lie is a machine's own.
     *
     * @throws InvalidInputException naming the first of them
     */
    public static void requireOwn(Set<String> keys) {
        keys.stream()
                .sorted()
                .filter(key -> !BitKeys.isFree(key) && !key.equals(DATA))
                .findFirst()
                .ifPresent(key -> {
                    throw new InvalidInputException("-D" + key + " belongs to the run and comes from its coordinator; a"
                            + " machine that joins sets only what reference.conf marks as (free), and " + DATA);
                });
    }

    private interface Source {
        Config parse();
    }

    private static Settings settings(Source source, Map<String, String> overrides, String name) {
        try {
            Config given = source.parse();
            Config reference = reference();
            for (Map.Entry<String, String> override : overrides.entrySet()) {
                given = override(override.getKey(), override.getValue(), reference)
                        .withFallback(given);
            }
            new KnownKeys(reference).check(given);
            return SettingsReader.read(given.withFallback(reference).resolve(), System.getenv(), name);
        } catch (ConfigException e) {
            throw new InvalidInputException(
                    "cannot understand the settings: " + oneLine(String.valueOf(e.getMessage())), e);
        }
    }

    /** The defaults of all modules' keys; what an embedded run sets for Akka is no setting of a user. */
    public static Config reference() {
        return ConfigFactory.parseResources(SettingsFile.class.getClassLoader(), "reference.conf")
                .withOnlyPath("tinyclip")
                .withoutPath("tinyclip.embedded")
                .withoutPath("tinyclip.member")
                .withoutPath("tinyclip.board-server");
    }

    /** A text may begin with [ as a list does, such as an IPv6 address with its port: what the key's default is decides. */
    private static Config override(String key, String value, Config reference) {
        // Quoting each part keeps a key with odd characters from ending in a parser's message.
        String path = ConfigUtil.joinPath(key.split("\\."));
        boolean list = reference.hasPath(path) && reference.getValue(path).valueType() == ConfigValueType.LIST;
        if (list && value.startsWith("[")) {
            ConfigParseOptions named = ConfigParseOptions.defaults().setOriginDescription(COMMAND_LINE);
            return ConfigFactory.parseString(path + " = " + value, named);
        }
        return ConfigFactory.empty().withValue(path, ConfigValueFactory.fromAnyRef(value, COMMAND_LINE));
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s+", " ");
    }
}
