package io.tinyclip.cluster.settings;

import com.typesafe.config.Config;
import io.tinyclip.actors.plane.tcp.PlaneSettings;
import io.tinyclip.data.PictureRules;
import io.tinyclip.data.ReadOrder;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.storage.Location;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;

/** Turns a complete configuration into {@link Settings}; the bounds are those that {@code reference.conf} documents. */
final class SettingsReader {
    static final String TENSORBOARD = "log.tensorboard";
    private static final int MOST_VIEWS = 1024;

    private SettingsReader() {}

    /**
     * @param config complete and resolved
     * @param environment of the process, for the cache's default
     * @param recipe the run's name where none is set
     */
    static Settings read(Config config, Map<String, String> environment, String recipe) {
        SettingValues values = new SettingValues(config.getConfig("tinyclip"), "tinyclip.");
        ActorsReader.check(values);
        checkPlane(config);
        HttpPlace.read(values, "board");
        HttpPlace.read(values, "metrics");
        values.flag(TENSORBOARD);
        LogSettings.read(values);
        DoorSettings.read(values);
        FreeSettings free = FreeReader.read(values, environment, recipe);
        return new Settings(
                StepReader.read(values),
                TeachingReader.read(values),
                CompressionReader.read(values),
                PretrainReader.read(values),
                data(values, free.files().cache()),
                free,
                ClusterReader.read(values, config),
                HiddenQueries.of(config));
    }

    /** Read again by whoever opens one, which only machines of a cluster do, and late. */
    private static void checkPlane(Config config) {
        if (config.hasPath("tinyclip.plane")) {
            PlaneSettings.read(config, "");
        }
    }

    private static String source(SettingValues values, String key, String remedy) {
        return Location.readable(values.filled(key, remedy), "tinyclip." + key);
    }

    private static Settings.Data data(SettingValues values, Path cache) {
        return new Settings.Data(
                source(values, "data.train", "name icons:train or a pattern of tars, tables or folders"),
                source(values, "data.evaluate", "name icons:unseen or a pattern of tars, tables or folders"),
                values.whole("data.icons", 0, Integer.MAX_VALUE),
                values.whole("data.views", 1, MOST_VIEWS),
                values.flag("data.reduced-scale"),
                SourceReader.read(values),
                values.choice("data.order", EnumSet.allOf(ReadOrder.class)),
                new PictureRules(
                        values.whole("data.most-pixels", 1, ImageDecoder.MOST_PIXELS),
                        values.choice("data.bad", EnumSet.allOf(Bad.class)) == Bad.REFUSE),
                TeacherStoreReader.read(values, cache));
    }

    /** What becomes of a sample whose picture cannot be used. */
    private enum Bad {
        SKIP,
        REFUSE
    }
}
