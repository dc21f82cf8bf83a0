package io.tinyclip.cluster.command;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.console.LogPlace;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.devices.Box;
import io.tinyclip.cluster.machine.Notice;
import io.tinyclip.cluster.membership.Node;
import io.tinyclip.cluster.remote.RemoteModels;
import io.tinyclip.cluster.settings.ClusterReader;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code node}: lends this machine to a run. */
@Command(
        name = "node",
        description = {
            "Lends this machine to a run. It needs access to the training pairs, and is told everything else.",
            "Ends when the run is finished; SIGTERM makes it hand over what it has first.",
            "With -Dtinyclip.device=cuda:all there is a process for each GPU, started again where it dies.",
            "Its log is node-HOST-PID-log.txt in tinyclip.cache.folder, a new one at each start."
        },
        mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
    private static final String SEEDS = "tinyclip.cluster.seeds";
    private static final String PORT = "tinyclip.cluster.port";

    private final Tools tools;

    @Option(
            names = "--roles",
            required = true,
            paramLabel = "worker|server|worker,server",
            description = "worker computes, server holds a part of the weights.")
    private String roles = "";

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT[,HOST:PORT...]",
            description =
                    "Coordinators, by any of their names or addresses; IPv6 as [fd00::5]:25520. Not needed where tinyclip.cluster.discovery finds them.")
    private String join = "";

    @Mixin
    private final Overrides overrides = new Overrides();

    NodeCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        Set<MemberRole> lent = roles();
        ClusterReader.addresses(join, "--join");
        SettingsFile.requireOwn(overrides.values().keySet());
        Map<String, String> own = new HashMap<>(overrides.values());
        if (!join.isBlank()) {
            own.put(SEEDS, join);
        }
        own.putIfAbsent(PORT, "0");
        Settings settings = SettingsFile.defaults(own);
        if (join.isBlank() && !settings.cluster().discovery().searches()) {
            throw new InvalidInputException("--join must name a coordinator, such as --join 10.0.0.5:25520");
        }
        if (settings.free().machine().devices().areProcesses()) {
            Set<String> words = lent.stream().map(MemberRole::word).collect(Collectors.toSet());
            return Box.of(overrides.values(), settings).lend(words, join, tools.out());
        }
        RemoteModels.install(settings.free().storage());
        LogPlace.as(roles.replace(" ", ""));
        LogSetup.write(settings);
        log(settings.free().files().cache());
        try (Notice notice = NoticeGiven.watched(settings, tools.out());
                Progress progress = tools.progress().get()) {
            return Node.execute(new Node.Loan(lent, settings, own, tools.engine(), progress, tools.out(), tools.err()));
        }
    }

    /** A server needs no folder, so one that cannot be written costs the log, and a worker its copy of the teacher. */
    private void log(Path cache) {
        Optional<String> refusal = CacheFolder.refusal(cache);
        if (refusal.isPresent()) {
            tools.err().println("no log file, and no copy of the teacher is kept: " + refusal.get());
            return;
        }
        LogFile.in(cache, "node");
    }

    private Set<MemberRole> roles() {
        Set<MemberRole> found = EnumSet.noneOf(MemberRole.class);
        for (String word : roles.split(",")) {
            Optional<MemberRole> role = Stream.of(MemberRole.WORKER, MemberRole.SERVER)
                    .filter(known -> known.word().equals(word.strip()))
                    .findFirst();
            found.add(role.orElseThrow(() ->
                    new InvalidInputException("--roles [" + roles + "] must be worker, server or worker,server")));
        }
        return found;
    }
}
