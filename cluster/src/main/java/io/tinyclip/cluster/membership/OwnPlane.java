package io.tinyclip.cluster.membership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.tcp.NettyDataPlane;
import io.tinyclip.actors.plane.tcp.PlaneSettings;

/** Where this machine's bulk data is to be had. */
final class OwnPlane {
    private static final String KEYS = "tinyclip.plane.";

    private OwnPlane() {}

    /**
     * Listens beside the cluster's messages, or where the settings say.
     *
     * @throws io.tinyclip.model.InvalidInputException where that cannot be listened at
     */
    static DataPlane open(Config settings, ClusterSystem cluster) {
        PlaneSettings given = PlaneSettings.read(settings, cluster.address().host(), cluster.listening());
        boolean named = !settings.getString(KEYS + "host").isBlank();
        if (!named || !settings.getString(KEYS + "bind-host").isBlank()) {
            return open(given, cluster);
        }
        OwnPlace place = new OwnAddress(new SystemLookup()).named(KEYS, given.host(), "");
        Config placed =
                settings.withValue(KEYS + "host", ConfigValueFactory.fromAnyRef(place.announced(), "tinyclip.plane"));
        return open(PlaneSettings.read(placed, place.announced(), place.listening()), cluster);
    }

    private static DataPlane open(PlaneSettings settings, ClusterSystem cluster) {
        cluster.protection().requireFor(settings.listening().host());
        return NettyDataPlane.open(settings);
    }
}
