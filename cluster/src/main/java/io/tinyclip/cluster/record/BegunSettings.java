package io.tinyclip.cluster.record;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import io.tinyclip.cluster.settings.BitKeys;
import io.tinyclip.cluster.settings.PrecisionSetting;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings that a run was begun with: those in its run.json. effective.conf is for people; it counts only where there is
 * no run.json yet, or an older one without settings.
 */
record BegunSettings(Config config) {
    private static final String RECORD = "the settings in run.json";
    private static final ConfigParseOptions JSON =
            ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON).setOriginDescription(RECORD);

    /** @param record what run.json says; empty where there is none */
    static Optional<BegunSettings> of(Optional<RunRecord> record, Path effective) {
        Optional<RunRecord.Identity> identity =
                record.flatMap(it -> it.beginning().identity());
        Optional<Config> settings = identity.map(it -> complete(ConfigFactory.parseString(it.settings(), JSON), RECORD))
                .or(() -> Files.exists(effective) ? Optional.of(parsed(effective)) : Optional.empty());
        Optional<Precision> decided = record.flatMap(it -> it.numerics().precision());
        return settings.map(it ->
                new BegunSettings(decided.map(precision -> in(precision, it)).orElse(it)));
    }

    /** The process that decided the precision may have died before it wrote it into the settings, too. */
    private static Config in(Precision decided, Config settings) {
        return settings.withValue(BitKeys.PRECISION, ConfigValueFactory.fromAnyRef(decided.word()));
    }

    private static Config parsed(Path effective) {
        try {
            return complete(ConfigFactory.parseFile(effective.toFile()).resolve(), effective.toString());
        } catch (ConfigException e) {
            throw notUnderstood(effective.toString(), e);
        }
    }

    /** A key that did not exist then had today's default, as a new key's default changes nothing, or one of its own. */
    private static Config complete(Config begun, String where) {
        try {
            Config complete = BitKeys.withFormerDefaults(begun).withFallback(SettingsFile.reference());
            complete.getConfig("tinyclip");
            return complete;
        } catch (ConfigException e) {
            throw notUnderstood(where, e);
        }
    }

    private static InvalidInputException notUnderstood(String where, ConfigException e) {
        return new InvalidInputException(
                "cannot understand [" + where + "]; set tinyclip.run.folder to another folder", e);
    }

    /** Empty where nobody has decided it yet. */
    Optional<Precision> precision() {
        return PrecisionSetting.of(config);
    }

    /**
     * What forbids that the run goes on with other settings, each as {@code key: before -> now}.
     *
     * @param hashed inputs whose content the run's record has; where they lie does not count
     */
    List<String> differences(Settings now, Set<String> hashed) {
        return BitKeys.differences(config, now.effective(), hashed);
    }

    /**
     * Refuses a folder that began with settings that would give other bits.
     *
     * @param command {@code run} or {@code pretrain}
     */
    static void requireSame(Settings settings, String command, RunFolder folder) {
        Optional<RunRecord> record = folder.record();
        String shown = "run folder [" + folder.shown() + "]";
        Optional<String> begun = record.map(it -> it.beginning().command()).filter(other -> !other.equals(command));
        if (begun.isPresent()) {
            throw new InvalidInputException(shown + " holds a " + begun.get() + ", not a " + command
                    + "; set tinyclip.run.folder to another folder");
        }
        Optional<BegunSettings> before = of(record, folder.effective());
        if (record.isPresent() && before.isEmpty()) {
            throw new InvalidInputException(
                    shown + " has no effective.conf, and its run.json is of a version that had no"
                            + " settings in it; bring the file back, or set tinyclip.run.folder to another folder");
        }
        Set<String> hashed = record.map(it -> it.beginning().inputs().keySet()).orElse(Set.of());
        List<String> differences =
                before.map(it -> it.differences(settings, hashed)).orElse(List.of());
        if (!differences.isEmpty()) {
            throw new InvalidInputException(shown + " was begun with other settings: " + String.join("; ", differences)
                    + "; set them back, or set tinyclip.run.folder to another folder");
        }
    }
}
