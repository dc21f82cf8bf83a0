package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The command lines by which a run is started on machines, as a user would. */
final class Cluster {
    private final Setup setup;
    private final Network network;
    private final Path folder;
    private final Path logs;
    private final String seeds;

    /** @param folder of the run */
    Cluster(Setup setup, Network network, Path folder, Path logs) {
        this.setup = setup;
        this.network = network;
        this.folder = folder;
        this.logs = logs;
        this.seeds = IntStream.range(0, setup.machines().coordinators())
                .mapToObj(i -> network.host(i) + ":" + network.port(i))
                .collect(Collectors.joining(","));
    }

    /** Not started yet. */
    Fleet machines() {
        Setup.Machines counts = setup.machines();
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < counts.all(); i++) {
            if (i < counts.coordinators()) {
                machines.add(machine("coordinator-" + (i + 1), Role.CANDIDATE, i));
            } else if (i < counts.coordinators() + counts.servers()) {
                machines.add(machine("server-" + (i - counts.coordinators() + 1), Role.SERVER, i));
            } else {
                machines.add(machine("worker-" + (i - counts.coordinators() - counts.servers() + 1), Role.WORKER, i));
            }
        }
        return new Fleet(machines);
    }

    private Machine machine(String name, Role role, int place) {
        List<String> command = new ArrayList<>(network.inside(place));
        command.addAll(setup.program().java());
        command.addAll(List.of("-jar", setup.program().jar().toString()));
        command.addAll(role == Role.CANDIDATE ? coordinator() : node(role));
        command.add("-Dtinyclip.cluster.host=" + network.host(place));
        // A network of this machine's own: nobody else is in it.
        command.add("-Dtinyclip.cluster.insecure=true");
        command.add("-Dtinyclip.cluster.port=" + (role == Role.CANDIDATE ? network.port(place) : 0));
        return new Machine(new Machine.Post(name, role, place, command, logs.resolve(name + ".failpoints")), logs);
    }

    private List<String> coordinator() {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                setup.conf().toString(),
                "-Dtinyclip.run.folder=" + folder,
                "-Dtinyclip.cluster.mode=cluster",
                "-Dtinyclip.cluster.seeds=" + seeds,
                "-Dtinyclip.workers=" + setup.machines().workers(),
                "-Dtinyclip.servers=" + setup.machines().servers()));
        arguments.addAll(setup.settings());
        return arguments;
    }

    private List<String> node(Role role) {
        return List.of("node", "--roles", role.word(), "--join", seeds, "-Dtinyclip.threads=1");
    }
}
