package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace a machine, each behind a link of its own to a bridge: what is cut here gets lost without a word, as when a
 * cable is pulled. Linux, root, ip and tc.
 */
final class Namespaces implements Network {
    private static final String SUBNET = "10.77.0.";
    private static final int PORT = 25520;
    private static final int MOST = 250;

    private final String prefix = "tinyclip-" + ProcessHandle.current().pid();
    private final String hub = prefix + "-hub";
    private final List<String> made = new ArrayList<>();

    /** @param places how many machines there will be */
    Namespaces(int places) {
        if (places > MOST) {
            throw new IllegalArgumentException("at most " + MOST + " machines, not " + places);
        }
        try {
            make(hub);
            Tool.run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge");
            Tool.run("ip", "-n", hub, "link", "set", "bridge", "up");
            for (int i = 0; i < places; i++) {
                join(i);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether this machine and user can have them. */
    static boolean areThere() {
        String probe = "tinyclip-probe-" + ProcessHandle.current().pid();
        return Tool.works("tc", "-V")
                && Tool.works("ip", "netns", "add", probe)
                && Tool.works("ip", "netns", "del", probe);
    }

    private void make(String name) {
        Tool.run("ip", "netns", "add", name);
        made.add(name);
        Tool.run("ip", "-n", name, "link", "set", "lo", "up");
    }

    private void join(int place) {
        String space = space(place);
        String near = "near-" + place;
        make(space);
        Tool.run("ip", "-n", hub, "link", "add", near, "type", "veth", "peer", "name", far(place));
        Tool.run("ip", "-n", hub, "link", "set", near, "netns", space, "name", "eth0");
        Tool.run("ip", "-n", space, "address", "add", host(place) + "/24", "dev", "eth0");
        Tool.run("ip", "-n", space, "link", "set", "eth0", "up");
        Tool.run("ip", "-n", hub, "link", "set", far(place), "master", "bridge", "up");
    }

    private String space(int place) {
        return prefix + "-" + place;
    }

    private static String far(int place) {
        return "far-" + place;
    }

    @Override
    public String host(int place) {
        return SUBNET + (place + 1);
    }

    @Override
    public int port(int place) {
        return PORT;
    }

    @Override
    public List<String> inside(int place) {
        return List.of("ip", "netns", "exec", space(place));
    }

    @Override
    public void disturb(int place, Kind kind) {
        restore(place);
        switch (kind) {
            case CUT -> Tool.run("ip", "-n", hub, "link", "set", far(place), "down");
            case DEAF -> drop(hub, far(place));
            case MUTE -> drop(space(place), "eth0");
            case SLOW -> {
                slow(hub, far(place));
                slow(space(place), "eth0");
            }
            default -> throw new IllegalArgumentException(kind + " is nothing of a link");
        }
    }

    /** What is to go out by it is lost. */
    private static void drop(String space, String device) {
        Tool.run("tc", "-n", space, "qdisc", "add", "dev", device, "root", "pfifo", "limit", "0");
    }

    /** A burst must hold a segment that the card would cut, 64 KiB. */
    private static void slow(String space, String device) {
        Tool.run(
                "tc", "-n", space, "qdisc", "add", "dev", device, "root", "tbf", "rate", "10mbit", "burst", "128kb",
                "latency", "400ms");
    }

    @Override
    public void restore(int place) {
        Tool.run("ip", "-n", hub, "link", "set", far(place), "up");
        // Fails where nothing was changed.
        Tool.works("tc", "-n", hub, "qdisc", "delete", "dev", far(place), "root");
        Tool.works("tc", "-n", space(place), "qdisc", "delete", "dev", "eth0", "root");
    }

    @Override
    public synchronized void close() {
        made.forEach(name -> Tool.run("ip", "netns", "delete", name));
        made.clear();
    }
}
