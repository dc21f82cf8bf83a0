package io.tinyclip.cluster.settings;

import io.tinyclip.actors.plane.tcp.HostText;

/**
 * Where the live page is served.
 *
 * @param enabled whether a run serves it
 * @param host to listen at
 * @param port to listen at; 0 for any free one
 */
public record BoardSettings(boolean enabled, String host, int port) {
    static BoardSettings read(SettingValues values) {
        String key = "board.host";
        String host = values.filled(key, "name an address of this machine, such as 127.0.0.1");
        try {
            return new BoardSettings(
                    values.flag("board.enabled"),
                    HostText.canonical(host),
                    values.whole("board.port", 0, ClusterReader.LARGEST_PORT));
        } catch (IllegalArgumentException e) {
            throw values.refusal(key, String.valueOf(e.getMessage()));
        }
    }
}
