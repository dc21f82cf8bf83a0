package io.tinyclip.cluster.settings;

import io.tinyclip.actors.plane.tcp.HostText;

/**
 * Where something is served over HTTP, the live page or a machine's numbers.
 *
 * @param enabled whether it is
 * @param host to listen at
 * @param port to listen at; 0 for any free one
 */
public record HttpPlace(boolean enabled, String host, int port) {
    /** @param group of its keys, such as board */
    static HttpPlace read(SettingValues values, String group) {
        String key = group + ".host";
        String host = values.filled(key, "name an address of this machine, such as 127.0.0.1");
        try {
            return new HttpPlace(
                    values.flag(group + ".enabled"),
                    HostText.canonical(host),
                    values.whole(group + ".port", 0, ClusterReader.LARGEST_PORT));
        } catch (IllegalArgumentException e) {
            throw values.refusal(key, String.valueOf(e.getMessage()));
        }
    }
}
