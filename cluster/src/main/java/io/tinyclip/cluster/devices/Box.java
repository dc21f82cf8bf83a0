package io.tinyclip.cluster.devices;

import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Location;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A machine with several devices: one process computes on each. {@code run} has one more that leads them, on loopback; {@code node}
 * has none, and lends all of them to the run that it joins.
 */
public final class Box {
    private static final String DEVICE = "tinyclip.device";
    private static final String CLUSTER = "tinyclip.cluster.";
    private static final String WORKER = "worker";
    private static final String SERVER = "server";

    private static final String LOOPBACK = "127.0.0.1";

    /** Without it, products on a GPU vary from run to run. */
    private static final String WORKSPACE = "CUBLAS_WORKSPACE_CONFIG";

    /** Where they are set, each process has the next one. */
    private static final List<String> PORTS = List.of(
            CLUSTER + "port",
            CLUSTER + "bind-port",
            CLUSTER + "discovery.management-port",
            CLUSTER + "discovery.probe-port",
            "tinyclip.plane.port",
            "tinyclip.plane.bind-port",
            "tinyclip.metrics.port");

    /** Beginnings of free settings that say nothing to who only lends a device. */
    private static final List<String> OF_A_LEADER = List.of(
            CLUSTER + "mode",
            CLUSTER + "port",
            CLUSTER + "bind-",
            CLUSTER + "seeds",
            "tinyclip.board.",
            "tinyclip.run.",
            "tinyclip.workers",
            "tinyclip.servers");

    /** To end connections and threads, beside what may be handed over. */
    private static final Duration CLOSING = Duration.ofSeconds(15);

    private final Program program;
    private final Map<String, String> given;
    private final Settings settings;
    private final List<ComputeDevice> devices;

    private Box(Program program, Map<String, String> given, Settings settings, List<ComputeDevice> devices) {
        this.program = program;
        this.given = given;
        this.settings = settings;
        this.devices = devices;
    }

    /**
     * @param given settings of the command line
     * @param settings all of them, several devices among them
     * @throws InvalidInputException where all GPUs are meant and there are none
     */
    public static Box of(Map<String, String> given, Settings settings) {
        return new Box(
                Program.ofThisProcess(),
                given,
                settings,
                settings.free().machine().devices().here());
    }

    /** For tests: another program, and devices that need not be there. */
    static Box of(Program program, Map<String, String> given, Settings settings, List<ComputeDevice> devices) {
        return new Box(program, given, settings, devices);
    }

    /**
     * Compresses on all devices; returns once the run is finished or nobody goes on with it.
     *
     * @param arguments of the command, such as run and the recipe
     * @return the {@link io.tinyclip.cluster.console.ExitCode}
     * @throws InvalidInputException where the process only leads, and computes nothing
     */
    public int compress(List<String> arguments, PrintStream out) {
        if (settings.cluster().mode() == ClusterSettings.Mode.CLUSTER) {
            throw new InvalidInputException(DEVICE + " [" + named()
                    + "] is of no use to a process that leads a cluster and computes nothing; leave it out here, and start"
                    + " on this machine, too: java -jar coordinator.jar node --roles worker --join HOST:PORT -D"
                    + DEVICE + "="
                    + named());
        }
        return new Crew(compressing(arguments, freePort()), out, endsWithin()).stay();
    }

    /**
     * Lends all devices; returns once the run is finished, or none of them can take part any more.
     *
     * @param roles words of what is lent; a server is in the first process alone
     * @param join whom to join, as the command line has it; empty where candidates are searched for
     * @return the {@link io.tinyclip.cluster.console.ExitCode}
     * @throws InvalidInputException where only a server is lent, which computes nothing
     */
    public int lend(Set<String> roles, String join, PrintStream out) {
        if (!roles.contains(WORKER)) {
            throw new InvalidInputException(
                    DEVICE + " [" + named() + "] is of no use to a server, which computes nothing; leave it out");
        }
        return new Crew(lending(roles, join), out, endsWithin()).stay();
    }

    List<Post> compressing(List<String> arguments, int port) {
        Map<String, String> leading = new LinkedHashMap<>(given);
        leading.put(DEVICE, devices.get(0).name());
        leading.put(CLUSTER + "mode", "cluster");
        leading.put(CLUSTER + "host", LOOPBACK);
        leading.put(CLUSTER + "port", Integer.toString(port));
        leading.put("tinyclip.workers", Integer.toString(devices.size()));
        leading.put("tinyclip.servers", Integer.toString(servers()));
        List<Post> posts = new ArrayList<>();
        posts.add(
                new Post("leader", Post.Kind.LEADER, program.command(arguments, leading), environment(devices.get(0))));
        Map<String, String> free = FreeValues.of(settings.effective());
        free.keySet().removeIf(key -> OF_A_LEADER.stream().anyMatch(key::startsWith));
        free.put(CLUSTER + "host", LOOPBACK);
        // Over the wire an address comes without its query, which may be a signature; nobody could give it to a helper
        // by hand.
        String pairs = settings.data().train();
        if (!pairs.equals(Location.shown(pairs))) {
            free.put(SettingsFile.DATA, pairs);
        }
        for (int i = 0; i < devices.size(); i++) {
            String roles = i < servers() ? WORKER + "," + SERVER : WORKER;
            posts.add(helper(i, roles, LOOPBACK + ":" + port, free));
        }
        return posts;
    }

    List<Post> lending(Set<String> roles, String join) {
        List<Post> posts = new ArrayList<>();
        for (int i = 0; i < devices.size(); i++) {
            posts.add(helper(i, i == 0 && roles.contains(SERVER) ? WORKER + "," + SERVER : WORKER, join, given));
        }
        return posts;
    }

    private Post helper(int number, String roles, String join, Map<String, String> values) {
        ComputeDevice device = devices.get(number);
        Map<String, String> own = new LinkedHashMap<>(values);
        own.put(DEVICE, device.name());
        own.computeIfAbsent("tinyclip.loading.threads", key -> Integer.toString(share()));
        if (!device.isGpu()) {
            own.computeIfAbsent("tinyclip.threads", key -> Integer.toString(share()));
        }
        PORTS.forEach(key -> own.computeIfPresent(key, (same, port) -> port.equals("0") ? port : next(port, number)));
        List<String> arguments = new ArrayList<>(List.of("node", "--roles", roles));
        if (!join.isBlank()) {
            arguments.addAll(List.of("--join", join));
        }
        String name = Collections.frequency(devices, device) == 1 ? device.name() : device.name() + "/" + number;
        return new Post(name, Post.Kind.HELPER, program.command(arguments, own), environment(device));
    }

    /** Settings have been read, so it is a number. */
    private static String next(String port, int number) {
        return Integer.toString(Integer.parseInt(port) + number);
    }

    /** Of the processor's cores, for one of the processes. */
    private int share() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / devices.size());
    }

    private int servers() {
        return Math.min(settings.free().servers(), devices.size());
    }

    private static Map<String, String> environment(ComputeDevice device) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(KeptBy.VARIABLE, Long.toString(ProcessHandle.current().pid()));
        if (device.isGpu() && !System.getenv().containsKey(WORKSPACE)) {
            environment.put(WORKSPACE, ":4096:8");
        }
        return environment;
    }

    private Duration endsWithin() {
        return settings.leaveWithin().plus(CLOSING);
    }

    private String named() {
        return settings.free().machine().devices().name();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free on " + LOOPBACK + ": " + e.getMessage(), e);
        }
    }
}
